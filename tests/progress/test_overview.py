"""The list of goals of all the students one sees: who sees what, what narrows it, what it costs, what leaves it."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import NotAllowed
from core.models import AuditEntry
from progress import mutations, queries
from progress.queries import Looked, OverviewFilters
from tests.factories.students import StudentFactory, TeamMemberFactory
from tests.progress.conftest import BASELINE_ON, TODAY, make_goal, make_iep, record

PATH = "/d/larkspur/progress/"


@pytest.fixture
def goals(cast):
    """One that asks for a decision, one without data for long, one mastered, one never measured; one of another."""
    iep = make_iep(cast.student)
    asks, quiet, met, none = (
        make_goal(iep, number=number, title=title)
        for number, title in enumerate(("Asks", "Quiet", "Met", "None yet"), start=1)
    )
    for week in range(4):
        record(cast.casey.actor, asks, 40 + week / 10, TODAY - timedelta(weeks=3 - week))
    record(cast.casey.actor, quiet, 60, BASELINE_ON + timedelta(days=3))
    for week in range(3):
        record(cast.casey.actor, met, 95 + week, TODAY - timedelta(weeks=2 - week))
    other = make_goal(make_iep(cast.other_student), title="Of another")
    for week in range(4):
        record(cast.omar.actor, other, 40 + week / 10, TODAY - timedelta(weeks=3 - week))
    ids = [goal.id for goal in (asks, quiet, met, none, other)]
    mutations.rebuild_summaries(actor=cast.ada.actor, goal_ids=ids)  # as when the IEP came into force
    return {"asks": asks, "quiet": quiet, "met": met, "none": none, "other": other}


def titles(actor, looked=Looked.ALL, **more):
    found = queries.goals_overview(actor=actor, today=TODAY, filters=OverviewFilters(looked=looked, **more))
    return sorted(row.title for row in found.rows)


def test_each_reader_finds_the_goals_whose_progress_is_theirs_to_see(cast, goals):
    found = {name: titles(getattr(cast, name).actor) for name in ("casey", "omar", "ada", "fin", "gina")}

    of_student = ["Asks", "Met", "None yet", "Quiet"]
    assert found["casey"] == of_student
    assert found["omar"] == ["Of another"]
    assert found["ada"] == sorted([*of_student, "Of another"])
    assert found["fin"] == found["gina"] == []
    with cast.within(cast.otto):
        assert titles(cast.otto.actor) == []


@pytest.mark.parametrize(
    ("looked", "found"),
    [
        (Looked.DECIDE, ["Asks", "Of another"]),
        (Looked.QUIET, ["None yet", "Quiet"]),
        (Looked.MET, ["Met"]),
        (Looked.ALL, ["Asks", "Met", "None yet", "Of another", "Quiet"]),
    ],
)
@pytest.mark.parametrize("most_named", [500, 1])
def test_the_list_shows_what_is_looked_for(cast, goals, monkeypatch, looked, found, most_named):
    """Whether few or many of the district's goals are of a kind."""
    monkeypatch.setattr("progress.queries.overview.MOST_NAMED", most_named)

    assert titles(cast.ada.actor, looked) == found
    of_casey = titles(cast.casey.actor, looked)
    assert of_casey == [title for title in found if title != "Of another"]


def test_the_list_is_narrowed_by_school_days_school_and_caseload(cast, goals):
    actor = cast.ada.actor

    assert titles(actor, Looked.QUIET, days=120) == ["None yet"]
    assert titles(actor, school_id=cast.other_student.school_id) == ["Of another"]
    assert titles(actor, is_own=True) == []
    assert titles(cast.casey.actor, is_own=True) == ["Asks", "Met", "None yet", "Quiet"]
    assert titles(cast.sam.actor) == ["Asks", "Met", "None yet", "Quiet"]
    assert titles(cast.sam.actor, is_own=True) == []


def test_the_counts_are_those_of_the_lists(cast, goals):
    found = queries.goals_overview(actor=cast.ada.actor, today=TODAY, filters=OverviewFilters())

    assert found.counts == {"decide": 2, "quiet": 2, "met": 1}


def test_a_student_who_left_or_is_archived_is_not_listed(cast, goals):
    cast.student.enrollment = "exited"
    cast.student.save(update_fields=["enrollment"])

    assert titles(cast.ada.actor) == ["Of another"]


def test_pages_follow_each_other_without_a_gap(cast, goals):
    seen, after = [], None
    while True:
        page = queries.goals_overview(
            actor=cast.ada.actor,
            today=TODAY,
            filters=OverviewFilters(looked=Looked.ALL),
            after=after,
            limit=2,
        )
        seen += [row.title for row in page.rows]
        if not page.next:
            break
        after = page.rows[-1].goal_id

    assert sorted(seen) == ["Asks", "Met", "None yet", "Of another", "Quiet"]
    assert len(seen) == 5


def test_the_list_reads_as_often_for_many_students_as_for_one(cast, goals):
    def asked():
        with CaptureQueriesContext(connection) as found:
            queries.goals_overview(
                actor=cast.casey.actor, today=TODAY, filters=OverviewFilters(looked=Looked.ALL)
            )
        return len(found)

    before = asked()
    for number in range(3):
        student = StudentFactory(organization=cast.district, school=cast.school)
        TeamMemberFactory(student=student, person=cast.casey.person, part="case_manager")
        record(cast.casey.acting(), make_goal(make_iep(student), title=f"More {number}"), 60)
    assert len(titles(cast.casey.acting())) == 7
    assert asked() == before


def test_the_page_says_what_it_shows_and_keeps_what_was_chosen(cast, client, goals):
    client.force_login(cast.ada.user)
    said = client.get(f"{PATH}?show=quiet&days=9").content.decode()

    assert "No scores yet" in said
    assert 'value="9"' in said
    assert 'name="show" value="quiet"' in said
    assert client.get(f"{PATH}?show=nonsense&days=-1&after=x&school=y").status_code == 200


def test_nobody_to_list_is_said_plainly(cast, client):
    client.force_login(cast.casey.user)
    assert "No goal asks for a decision" in client.get(PATH).content.decode()
    assert "Every goal has a recent score" in client.get(f"{PATH}?show=quiet").content.decode()


def test_a_list_that_is_taken_along_is_written_down_on_each_student(cast, client, goals):
    client.force_login(cast.casey.user)
    answer = client.post(f"{PATH}export/?show=all")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert sorted(row[2] for row in rows[1:]) == ["Asks", "Met", "None yet", "Quiet"]
    told = AuditEntry.objects.get(verb="progress.list.exported")
    assert (told.values["count"], told.values["show"]) == (4, "all")
    with pytest.raises(NotAllowed):
        mutations.export_overview(
            actor=cast.paula.actor, today=date(2025, 11, 19), filters=OverviewFilters(), most=10
        )
