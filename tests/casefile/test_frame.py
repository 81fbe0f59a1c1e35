"""The frame of a student's pages, lent to the apps below: the same head and tabs, with the reader's rights."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.ieps import IepFactory

# Path under the student, who reads it, and the tab that is marked.
FRAMED = (
    ("iep/", "casey", "IEP"),
    ("iep/new/", "casey", "IEP"),
    ("glance/", "casey", "IEP"),
    ("glance/", "gina", "IEP at a glance"),
    ("consents/", "casey", "IEP"),
    ("edit/team/", "casey", "Team"),
    ("edit/guardians/", "casey", "Team"),
    ("edit/", "casey", ""),
    ("edit/record/", "casey", ""),
    ("edit/ids/", "casey", ""),
    ("archive/", "ada", ""),
)


def current_tab(html: str) -> str:
    tabs = re.search(r'<nav class="tabs-u.*?</nav>', html, re.DOTALL)
    assert tabs
    marked = re.search(r'aria-current="page">([^<]*)', tabs[0])
    return marked[1].replace("&amp;", "&") if marked else ""


@pytest.mark.parametrize(("path", "who", "tab"), FRAMED)
def test_pages_of_lower_apps_stand_in_the_students_frame(cast, iep, text, path, who, tab):
    html = text(getattr(cast, who), f"/students/{cast.student.id}/{path}")

    assert html.count("<h1") == 1
    assert f'<h1 class="page-title">{cast.student.name}</h1>' in html
    assert html.count(f'data-here="student.{cast.student.id}"') == 1
    assert current_tab(html) == tab


def test_the_frame_shows_no_more_than_the_overview_does(cast, iep, text):
    seen = text(cast.casey, f"/students/{cast.student.id}/glance/")
    narrow = text(cast.gina, f"/students/{cast.student.id}/glance/")

    assert "Annual review" in seen
    assert "Annual review" not in narrow
    assert "Timeline" not in narrow
    assert 'id="head-iep"' not in narrow


@pytest.mark.parametrize("path", ["iep/", "glance/", "consents/"])
def test_a_region_of_a_framed_page_comes_without_the_shell(cast, iep, text, path):
    path = f"/students/{cast.student.id}/{path}"
    region = text(cast.casey, path, **{"X-Live": "1", "HX-Request": "true"})

    assert '<nav class="rail' not in region
    assert 'id="student-head"' in region


def test_the_ieps_of_a_student_ask_as_many_statements_however_many_there_are(cast, iep, text):
    path = f"/students/{cast.student.id}/iep/"
    text(cast.casey, path)
    with CaptureQueriesContext(connection) as one:
        text(cast.casey, path)
    for number in (7, 8, 9):
        IepFactory(student=cast.student, number=number, status="superseded")
    with CaptureQueriesContext(connection) as more:
        text(cast.casey, path)

    assert len(more) == len(one)
