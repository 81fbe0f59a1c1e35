"""Fragments drawn once: equal values give the drawing of before, anything else a new one, and words stay escaped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from django.template import Context, Template
from django.test.utils import override_script_prefix
from django.utils import translation

from core.templatetags import drawn as fragments

ROW = Template("{% load drawn %}{% drawn 'casefile/_glance_row.html' row=row %}")


@dataclass(frozen=True)
class Row:
    id: object
    name: str
    cards: tuple[object, ...] = ()


@pytest.fixture(autouse=True)
def _nothing_drawn():
    fragments._drawn.cache_clear()


def draw(row):
    with override_script_prefix("/d/larkspur/"):
        return ROW.render(Context({"row": row}))


def drawings():
    return fragments._drawn.cache_info().misses


@pytest.mark.urls("sped.urls_district")
def test_equal_row_is_drawn_once_and_a_changed_one_anew():
    row = Row(uuid4(), "Mateo")

    assert draw(row) == draw(replace(row))
    assert drawings() == 1
    assert "Ada" in draw(replace(row, name="Ada"))
    assert drawings() == 2


@pytest.mark.urls("sped.urls_district")
def test_another_language_or_district_gets_a_drawing_of_its_own():
    row = Row(uuid4(), "Mateo")
    first = draw(row)

    with translation.override("es"):
        draw(row)
    with override_script_prefix("/d/marigold/"):
        other = ROW.render(Context({"row": row}))

    assert drawings() == 3
    assert "/d/larkspur/" in first
    assert "/d/marigold/" in other


@pytest.mark.urls("sped.urls_district")
def test_words_in_a_drawing_are_escaped():
    assert "&lt;b&gt;" in draw(Row(uuid4(), "<b>"))
