"""Templates with what never changes written once: they say what Django's own engine says, in each language."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.conf import settings
from django.template import Context, engines
from django.template.backends.django import get_installed_libraries
from django.template.base import TextNode
from django.template.engine import Engine
from django.template.loader_tags import IncludeNode
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from core.templating import ConstantInclude, Shown

PIECES = {
    "whole.html": """{% extends "frame.html" %}{% load i18n ui static %}
{% block main %}<h1>{% translate "Caseload" %}</h1> {% icon "check" 16 %}{{ name }}{% translate "My day" as day %}
{% if name %}{% translate "Search" %} 100%: {% translate "Close" %}{% else %}{% translate "Sign out" %}{% endif %}
{% for each in several %}{% include "piece.html" %}{% empty %}{% translate "Nothing is written yet." %}{% endfor %}
{% with other=name %}{% include "piece.html" with each=other only %}{% endwith %}
{% blocktranslate %}Goals and progress{% endblocktranslate %}{% blocktranslate %}Goal {{ name }}{% endblocktranslate %}
{% autoescape off %}{{ name }}{% endautoescape %}{{ id }}{{ number }}{{ moment }}{{ none }}{{ bold }}{{ lazy }}
{% translate name %}{{ day }}{% icon shape %}{% translate "IEP"|lower %}{% endblock %}""",
    "frame.html": """{% load i18n static %}<link href="{% static 'app.css' %}">{% block main %}{% endblock %}
{% translate "Sign out" %}""",
    "piece.html": """{% load i18n %}<i>{% translate "Team" %} {{ each }}</i>""",
}
SAID = {
    "name": "Ann & Bo's <b>",
    "several": ["one", "<two>"],
    "shape": "x",
    "id": UUID(int=7),
    "number": 1234.5,
    "moment": datetime(2026, 11, 21, 16, 5, tzinfo=UTC),
    "none": None,
    "bold": mark_safe("<b>bold</b>"),
    "lazy": gettext_lazy("Caseload"),
}


def engine(loader: str) -> Engine:
    return Engine(
        loaders=[(loader, [("django.template.loaders.locmem.Loader", PIECES)])],
        libraries=get_installed_libraries(),
        builtins=["core.templatetags.addresses"],
    )


def test_template_says_in_each_language_what_django_makes_of_it():
    ours, usual = engine("core.templating.Loader"), engine("django.template.loaders.cached.Loader")
    said = {}

    for language in ("en", "es", "en"):
        for values in (SAID, {"shape": "check"}):
            with translation.override(language):
                drawn = ours.get_template("whole.html").render(Context(values))
                assert drawn == usual.get_template("whole.html").render(Context(values))
            said[language] = drawn

    assert said["en"] != said["es"]


def test_what_never_changes_is_text_and_joined_to_its_neighbours():
    template = engine("core.templating.Loader").get_template("piece.html")

    assert [type(node) for node in template.nodelist[1:]] == [TextNode, Shown, TextNode]
    assert template.nodelist[1].s == "<i>Team "


def test_template_that_shows_itself_is_read_to_its_end():
    pieces = {
        "list.html": '({% for each in tree %}{% include "list.html" with tree=each only %}{% endfor %})'
    }
    ours = Engine(loaders=[("core.templating.Loader", [("django.template.loaders.locmem.Loader", pieces)])])

    assert ours.get_template("list.html").render(Context({"tree": [[[]], []]})) == "((())())"


@pytest.mark.parametrize(
    "name", ["base.html", "shell.html", "components/words.html", "casefile/caseload.html"]
)
def test_pages_hold_no_piece_that_would_be_drawn_alike_each_time(name):
    template = engines["django"].engine.get_template(name)

    left = [node for node in template.nodelist.get_nodes_by_type(TranslateNode) if not node.asvar]
    assert not [node for node in left if node.filter_expression.var.literal is not None]
    assert not template.nodelist.get_nodes_by_type(StaticNode)
    for node in template.nodelist.get_nodes_by_type(IncludeNode):
        assert isinstance(node, ConstantInclude)


def test_settings_read_templates_this_way():
    assert settings.TEMPLATES[0]["OPTIONS"]["loaders"][0][0] == "core.templating.Loader"
