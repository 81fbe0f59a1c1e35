"""The catalogues say all that the source says, faithfully, and pages switch to them."""

import re
from collections import Counter
from datetime import date, time
from decimal import Decimal

import polib
import pytest
from django.template.base import Lexer, TokenType
from django.utils import formats, translation
from django.utils.translation import ngettext

from core.templatetags.ui import clock, record_date
from scripts import messages

CATALOGUES = [polib.pofile(str(path)) for path in messages.catalogues()]
LANGUAGES = [catalogue.metadata["Language"] for catalogue in CATALOGUES]
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w*\}")
TAG = re.compile(r"<[^<>]+>")
NAMES = {"Throughline", "· Throughline", "OpenAPI"}

each_catalogue = pytest.mark.parametrize("catalogue", CATALOGUES, ids=LANGUAGES)


@pytest.fixture(autouse=True)
def _the_next_test_speaks_english():
    """A request leaves its language in force, so that an error page speaks it too."""
    with translation.override("en"):
        yield
    translation.deactivate()


def pairs(entry):
    """What is said in English and in the other language, side by side."""
    if entry.msgid_plural:
        return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
    return [(entry.msgid, entry.msgstr)]


def test_every_string_of_the_source_is_in_the_catalogues():
    source = set(messages.messages())

    for catalogue in CATALOGUES:
        held = {messages.message_of(entry) for entry in catalogue}
        assert source - held == set(), "run make messages and translate"
        assert held - source == set(), "run make messages: nothing says these any more"


@each_catalogue
def test_every_string_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []


@each_catalogue
def test_translations_keep_placeholders_tags_and_edges(catalogue):
    spoilt = [
        (said, translated)
        for entry in catalogue
        for said, translated in pairs(entry)
        if fixed(said) != fixed(translated) and not is_one_in_words(entry, said, translated)
    ]

    assert spoilt == []


def fixed(words):
    """What a translation must not touch: placeholders, markup, and space at the ends."""
    edges = (words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :])
    return Counter(PLACEHOLDER.findall(words)), Counter(TAG.findall(words)), edges


def is_one_in_words(entry, said, translated):
    """Whether the form for one says "one" instead of the number, which agrees with its noun."""
    lost = fixed(said)[0] - fixed(translated)[0]
    return bool(entry.msgid_plural) and said == entry.msgid and list(lost) in (["{n}"], ["%(number)s"])


@each_catalogue
def test_the_compiled_catalogue_is_of_this_text(catalogue):
    compiled = polib.mofile(catalogue.fpath.replace(".po", ".mo"))

    assert {(entry.msgid, entry.msgctxt): pairs(entry) for entry in compiled} == {
        (entry.msgid, entry.msgctxt): pairs(entry) for entry in catalogue
    }, "run make setup"


def test_collecting_reads_templates_and_python():
    template = (
        '{% translate "100% of it" %}{% translate \'Open\' context "school" as open %}{{ _("Said (twice)")|upper }}'
        "{% blocktranslate count n=rows|length %}One row{% plural %}{{ n }} rows{% endblocktranslate %}"
    )
    code = 'gettext("A" " and B"); pgettext_lazy("key", "open"); _(label); ngettext("{n} day", "{n} days", n)'

    assert list(messages.from_template(template)) == [
        messages.Message("100%% of it"),
        messages.Message("Open", context="school"),
        messages.Message("Said (twice)"),
        messages.Message("One row", "%(n)s rows"),
    ]
    assert list(messages.from_python(code)) == [
        messages.Message("A and B"),
        messages.Message("open", context="key"),
        messages.Message("{n} day", "{n} days"),
    ]


def test_every_word_of_a_template_is_marked_for_translation():
    templates = [path for path in messages.sources() if path.suffix == ".html" and path.stem != "styleguide"]
    bare = {path.name: set(bare_words(path.read_text())) - NAMES for path in templates}

    assert {name: words for name, words in bare.items() if words} == {}
    assert bare_words('<p title="Close">{% translate "Said" %} <b>Bare</b></p>') == ["Close", "Bare"]


def bare_words(text):
    """What a template says outside a translation: text between tags, and attributes that are read aloud."""
    shown, in_block = "", False
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.TEXT and not in_block:
            shown += token.contents
        elif token.token_type == TokenType.BLOCK and re.match(r"(end)?(blocktrans|comment)", token.contents):
            in_block = not token.contents.startswith("end")
    said = re.findall(r'(?:aria-label|alt|placeholder|title)="([^"]+)"', shown)
    shown = re.sub(r"(?s)<(script|style|code|kbd|pre)\b.*?</\1>", " ", shown)
    return [words.strip() for words in [*said, *TAG.split(shown)] if re.search(r"\b[A-Z][a-z]", words)]


@pytest.mark.parametrize("code", ['_(f"{n} rows")', '_("a" + "b")', '_("%d rows" % n)'])
def test_collecting_refuses_words_put_together_while_running(code):
    with pytest.raises(messages.NotCollectable):
        list(messages.from_python(code))


def test_spanish_writes_days_and_numbers_for_the_united_states():
    with translation.override("es"):
        assert record_date(date(2026, 2, 9)) == "9 feb 2026"
        assert formats.date_format(date(2026, 2, 9)) == "9 de febrero de 2026"
        assert formats.number_format(Decimal("1234.5"), force_grouping=True) == "1,234.5"
        assert [clock(time(hour, 15)) for hour in (1, 13)] == ["1:15 a. m.", "1:15 p. m."]


def test_spanish_counts_like_spanish():
    with translation.override("es"):
        assert [ngettext("{n} day", "{n} days", n) for n in (0, 1, 2)] == ["{n} días", "{n} día", "{n} días"]


def test_a_page_speaks_the_language_of_the_person(cast):
    person = cast.casey.person
    person.language = "es"
    person.save(update_fields=["language"])

    page = cast.casey.client().get(cast.casey.url("/caseload/")).content.decode()

    assert '<html lang="es"' in page
    assert "Estudiantes en esta lista" in page
    assert "Students on this list" not in page


def test_the_next_person_is_not_answered_in_the_language_of_the_last(cast):
    person = cast.casey.person
    person.language = "es"
    person.save(update_fields=["language"])
    cast.casey.client().get(cast.casey.url("/caseload/"))

    assert '<html lang="en"' in cast.sam.client().get(cast.sam.url("/caseload/")).content.decode()


def test_the_sign_in_page_follows_the_browser_and_the_choice(client, db):
    assert (
        "Iniciar sesión" in client.get("/accounts/login/", headers={"Accept-Language": "es-MX,es;q=0.9"}).text
    )
    assert "Sign in" in client.get("/accounts/login/", headers={"Accept-Language": "fr"}).text

    client.post("/i18n/setlang/", {"language": "es", "next": "/accounts/login/"})

    assert '<html lang="es"' in client.get("/accounts/login/", headers={"Accept-Language": "en"}).text
