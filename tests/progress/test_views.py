"""The pages of progress, as a browser without scripts meets them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from casefile.printed_iep.charts import chart_of
from core.dates import short_day
from core.models import AuditEntry, OutboxEvent
from progress.models import GoalState, Phase, ProgressPoint
from progress.mutations import exclude_point, start_phase
from progress.queries import goal_progress
from progress.report_words import evidence
from progress.views import cell
from tests.progress.conftest import make_goal, record


@pytest.fixture
def today(cast):
    return cast.casey.actor.today


@pytest.fixture
def goal(cast, goal, today):
    """The goal of the other rooms, moved to the days on which these tests run."""
    type(goal).objects.filter(id=goal.id).update(
        baseline_on=today - timedelta(days=60), target_on=today + timedelta(days=120)
    )
    goal.refresh_from_db()
    return goal


def at(player, goal, page=""):
    return player.url(f"/students/{goal.student_id}/goals/{goal.id}/progress/{page}")


def live_topics(page):
    return set(" ".join(re.findall(r'data-live="(.+?)"', page)).split())


def test_goal_page_shows_chart_table_and_form(cast, goal, today):
    for weeks, value in ((4, 50), (3, 52), (2, 55), (1, 58)):
        record(cast.paula.actor, goal, value, today - timedelta(weeks=weeks), today=today)

    response = cast.casey.client().get(at(cast.casey, goal))
    page = response.content.decode()

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert page.count('class="plot"') == 2
    assert "Reading fluency" in page
    assert "words a minute" in page
    assert "58" in page
    assert 'name="value"' in page
    assert "The trend is +2.7 a week" in page
    assert " style=" not in page


def test_goal_page_writes_the_record_of_access(cast, goal):
    cast.casey.client().get(at(cast.casey, goal))

    assert AuditEntry.objects.filter(verb="students.record.opened", student_id=goal.student_id).exists()


def test_live_regions_contain_no_form(cast, goal, today):
    record(cast.casey.actor, goal, 50, today, today=today)
    page = cast.casey.client().get(at(cast.casey, goal)).content.decode()

    regions = re.findall(r"<section[^>]*data-live=.*?</section>", page, re.DOTALL)
    assert len(regions) == 3
    assert not any("<form" in region for region in regions)


def test_recorded_point_wakes_a_colleagues_open_page(cast, goal, today):
    client = cast.casey.client()
    stale = client.get(at(cast.casey, goal)).content.decode()

    record(cast.paula.actor, goal, 64, today, today=today)

    fresh = client.get(at(cast.casey, goal)).content.decode()
    assert "64 today" in fresh
    assert "64 today" not in stale
    assert live_topics(stale) & {topic for row in OutboxEvent.objects.all() for topic in row.topics}


@pytest.mark.parametrize("outsider", ["omar", "gina"])
@pytest.mark.parametrize("page", ["", "record/", "scores.csv"])
def test_pages_of_a_goal_do_not_exist_for_outsiders(cast, goal, outsider, page):
    player = getattr(cast, outsider)

    assert player.client().get(at(player, goal, page)).status_code == 404


def test_pages_of_a_goal_do_not_exist_in_another_district(cast, goal):
    assert cast.otto.client().get(at(cast.otto, goal)).status_code == 404


def test_page_of_a_goal_under_another_student_does_not_exist(cast, goal):
    path = cast.ada.url(f"/students/{cast.other_student.id}/goals/{goal.id}/progress/")

    assert cast.ada.client().get(path).status_code == 404
    assert cast.ada.client().get(f"{path}scores.csv").status_code == 404
    path = cast.casey.url(f"/students/{cast.student.id}/goals/{uuid4()}/progress/record/")
    assert cast.casey.client().get(path).status_code == 404


def test_page_of_a_reader_has_no_form(cast, goal, today):
    record(cast.paula.actor, goal, 50, today, today=today)
    page = cast.vic.client().get(at(cast.vic, goal)).content.decode()

    assert 'name="value"' not in page
    assert "undo-scores" not in page


def test_record_form_saves_and_goes_back_with_a_way_to_undo(cast, goal, today):
    client = cast.paula.client()
    form = {"measured_on": today.isoformat(), "value": "64.5", "note": "Calm", "client_id": str(uuid4())}

    response = client.post(at(cast.paula, goal, "record/"), form)

    assert (response.status_code, response["Location"]) == (303, at(cast.paula, goal))
    point = ProgressPoint.objects.get()
    assert (str(point.value), point.note) == ("64.50", "Calm")
    page = client.get(response["Location"]).content.decode()
    assert "Saved: 64.5 words a minute" in page
    assert cast.paula.url(f"/progress-points/{point.id}/undo/") in page


def test_record_form_sent_twice_records_once(cast, goal, today):
    client, form = cast.paula.client(), {"measured_on": today, "value": "64", "client_id": str(uuid4())}
    answers = [client.post(at(cast.paula, goal, "record/"), form).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert ProgressPoint.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("value", "", "This field is required."),
        ("value", "many", "Enter a number."),
        ("value", "NaN", "Enter a number."),
        ("value", "1e99", "Ensure"),
        ("value", "-3", "Enter 0 or more."),
        ("value", "1.234", "Ensure"),
        ("measured_on", "", "This field is required."),
        ("measured_on", "yesterday", "Enter a valid date."),
        ("measured_on", "9999-12-31", "on or before today"),
        ("measured_on", "0001-01-01", "on or after"),
        ("note", "x" * 2001, "at most 2000"),
        ("context", "x" * 121, "at most 120"),
        ("context", "a\x00b", "Null characters"),
        ("client_id", "no-uuid", "Enter a valid UUID."),
    ],
)
def test_record_form_shows_what_is_wrong_and_keeps_what_was_typed(*, cast, goal, today, field, value, words):
    form = {"measured_on": today.isoformat(), "value": "64", "note": "Kept as typed", "context": "Room 4"}
    response = cast.paula.client().post(at(cast.paula, goal, "record/"), {**form, field: value})
    page = response.content.decode()

    assert response.status_code == 422
    assert words in page
    assert "data-error-summary" in page
    assert field == "note" or "Kept as typed" in page
    assert not ProgressPoint.objects.exists()


def test_record_form_of_a_goal_not_in_force_says_so(cast, goal, today):
    goal.iep.status = "superseded"
    goal.iep.save()
    response = cast.casey.client().post(
        at(cast.casey, goal, "record/"), {"measured_on": today, "value": "64"}
    )

    assert response.status_code == 422
    assert "goals of the IEP in force" in response.content.decode()


def test_record_form_is_refused_to_readers(cast, goal, today):
    assert cast.vic.client().get(at(cast.vic, goal, "record/")).status_code == 403
    response = cast.vic.client().post(at(cast.vic, goal, "record/"), {"measured_on": today, "value": "64"})
    assert response.status_code == 403
    assert not ProgressPoint.objects.exists()


def test_record_form_goes_back_to_the_page_it_came_from_and_nowhere_else(cast, goal, today):
    def goes_to(wanted):
        form = {"measured_on": today, "value": len(wanted), "next": wanted}
        return cast.paula.client().post(at(cast.paula, goal, "record/"), form)["Location"]

    own = cast.paula.url(f"/students/{goal.student_id}/goals/?goal={goal.id}")
    assert goes_to(own) == own
    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert goes_to(wanted) == at(cast.paula, goal)


def test_undo_takes_the_score_back(cast, goal, today):
    point = record(cast.paula.actor, goal, 500, today, today=today)
    response = cast.paula.client().post(cast.paula.url(f"/progress-points/{point.id}/undo/"))

    assert (response.status_code, response["Location"]) == (303, at(cast.paula, goal))
    point.refresh_from_db()
    assert point.voided_at is not None


def test_undo_is_hidden_from_outsiders_and_refused_to_readers(cast, goal, today):
    point = record(cast.paula.actor, goal, 50, today, today=today)
    path = f"/progress-points/{point.id}/undo/"

    assert cast.omar.client().post(cast.omar.url(path)).status_code == 404
    assert cast.otto.client().post(cast.otto.url(path)).status_code == 404
    assert cast.sam.client().post(cast.sam.url(path)).status_code == 403
    assert cast.paula.client().get(cast.paula.url(path)).status_code == 405
    point.refresh_from_db()
    assert point.voided_at is None


def test_csv_has_every_score_oldest_first_and_no_formula(cast, goal, today):
    hostile = '=HYPERLINK("http://elsewhere.example")'
    record(cast.casey.actor, goal, 50, today - timedelta(days=7), today=today, note=hostile)
    record(cast.casey.actor, goal, 40, today, today=today, context="@room, 4\nleft")

    response = cast.casey.client().get(at(cast.casey, goal, "scores.csv"))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))

    assert response["Content-Disposition"] == 'attachment; filename="scores-goal-1.csv"'
    assert [row[:2] for row in rows[1:]] == [
        [(today - timedelta(days=7)).isoformat(), "50.00"],
        [today.isoformat(), "40.00"],
    ]
    first, second = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    assert first["Note"] == f"'{hostile}"
    assert second["Where and how"] == "'@room, 4\nleft"
    assert float(second["Difference"]) < 0  # a negative number stays a number


def test_scores_of_a_file_have_their_phase_second_measure_and_why_they_are_left_out(cast, goal, today):
    start_phase(
        actor=cast.casey.actor,
        goal_id=goal.id,
        starts_on=today - timedelta(days=3),
        label="+repeated reading",
        today=today,
    )
    record(cast.casey.actor, goal, 50, today - timedelta(days=7), today=today)
    wild = record(
        cast.casey.actor,
        goal,
        64,
        today,
        today=today,
        second_value=Decimal("95.5"),
        setting="=Library",
        observer_name="@Robin",
    )
    exclude_point(actor=cast.casey.actor, point_id=wild.id, reason="-Fire drill")

    def file_of(name):
        player = getattr(cast, name)
        text = player.client().get(at(player, goal, "scores.csv")).content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    before, after = file_of("casey")
    assert (before["Phase"], before["Second measure"], before["Left out"]) == ("", "", "")
    assert (after["Phase"], after["Second measure"]) == ("'+repeated reading", "95.50")
    assert (after["Setting"], after["Observed by"]) == ("'=Library", "'@Robin")
    assert (after["Left out"], after["Why it was left out"]) == ("yes", "'-Fire drill")
    family = file_of("mina")[1]
    assert (family["Left out"], family["Why it was left out"], family["Observed by"]) == ("yes", "", "")


def test_why_a_score_is_left_out_stands_under_the_chart_for_who_may_read_it(cast, goal, today):
    for days, reason in ((9, "Fire drill"), (8, "Ill & tired"), (7, "Fire drill")):
        point = record(cast.casey.actor, goal, 40 + days, today - timedelta(days=days), today=today)
        exclude_point(actor=cast.casey.actor, point_id=point.id, reason=reason)

    def shown(name):
        player = getattr(cast, name)
        return player.client().get(at(player, goal, "")).content.decode()

    team, family = shown("casey"), shown("mina")
    notes = re.search(r'<ol[^>]*id="goal-left-out".*?</ol>', team, re.DOTALL)[0]
    first, third = (short_day(today - timedelta(days=days)) for days in (9, 7))
    assert f"{first}, {third}:</span> Fire drill" in notes
    assert ":</span> Ill &amp; tired" in notes
    described = re.search(r"<desc[^>]*>(.*?)</desc>", team)[1]
    assert f"Left out, {first}, {third}: Fire drill." in described
    assert "Fire drill" not in family and "goal-left-out" not in family
    assert "3 scores were left out and do not count." in re.search(r"<desc[^>]*>(.*?)</desc>", family)[1]
    assert ">left out</text>" in family


def test_documents_that_families_get_do_not_say_why_a_score_is_left_out(cast, goal, today):
    kept = record(cast.casey.actor, goal, 50, today - timedelta(days=9), today=today)
    point = record(cast.casey.actor, goal, 40, today - timedelta(days=7), today=today)
    exclude_point(actor=cast.casey.actor, point_id=point.id, reason="Fire drill")
    page = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=today)

    shown = evidence(page, kept.measured_on)
    for drawn in (
        shown.chart_wide,
        shown.chart_narrow,
        str(chart_of(actor=cast.casey.actor, goal_id=goal.id)),
    ):
        assert "Fire drill" not in drawn
        assert "1 score was left out" in drawn


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "\r=1"])
def test_cell_makes_formulas_harmless(text):
    assert cell(text) == f"'{text}"


def test_cell_leaves_ordinary_words_alone():
    assert cell("Room 4 = quiet") == "Room 4 = quiet"


def test_goal_page_can_show_the_last_twelve_weeks_and_every_score(cast, goal, today):
    for days in range(10):
        record(cast.casey.actor, goal, 50 + days, today - timedelta(days=days), today=today)
    client = cast.casey.client()

    page = client.get(at(cast.casey, goal)).content.decode()
    assert page.count('id="point-') == 8
    assert "Show 2 earlier" in page
    whole = client.get(at(cast.casey, goal) + "?weeks=12&all=1").content.decode()
    assert whole.count('id="point-') == 10
    assert "Whole year" in whole


def test_goal_page_writes_nothing_that_was_typed_as_markup(cast, goal, today):
    hostile = "</text><script>alert(1)</script>"
    other = make_goal(
        goal.iep, number=2, title=hostile, unit=hostile[:60], statement=hostile, frequency=hostile[:80]
    )
    record(cast.casey.actor, other, 50, today, today=today, note=hostile, context=hostile)

    assert "<script>alert" not in cast.casey.client().get(at(cast.casey, other)).content.decode()


def test_a_change_is_marked_and_a_score_left_out_on_pages_of_their_own(cast, goal, today):
    point = record(cast.casey.actor, goal, 50, today, today=today)
    client = cast.casey.client()
    change = at(cast.casey, goal, "change/")
    exclude = cast.casey.url(f"/students/{goal.student_id}/points/{point.id}/exclude/")

    assert client.get(change).status_code == client.get(exclude).status_code == 200
    assert client.post(change, {"label": "", "starts_on": today}).status_code == 422
    assert client.post(change, {"label": "Repeated reading", "starts_on": today}).status_code == 303
    assert client.post(exclude, {"reason": "Fire drill"}).status_code == 303
    text = client.get(at(cast.casey, goal)).content.decode()
    assert "Repeated reading" in text
    assert "Left out: Fire drill" in text
    assert client.post(exclude).status_code == 303
    assert "Fire drill" not in client.get(at(cast.casey, goal)).content.decode()
    assert cast.paula.client().get(change).status_code == 403


def test_a_goal_is_closed_with_a_reason_and_a_phase_named_anew(cast, goal, today):
    client = cast.casey.client()
    client.post(at(cast.casey, goal, "change/"), {"label": "Repeated reading", "starts_on": today})
    phase = Phase.objects.get()
    page = cast.casey.url(f"/students/{goal.student_id}/phases/{phase.id}/")

    assert client.get(page).status_code == 200
    assert client.post(page, {"label": "Timed reading", "ends_on": ""}).status_code == 303
    assert client.post(at(cast.casey, goal, "state/"), {"state": "met", "reason": ""}).status_code == 422
    assert client.post(at(cast.casey, goal, "state/"), {"state": "met", "reason": "Reads"}).status_code == 303
    assert "Timed reading" in client.get(at(cast.casey, goal)).content.decode()
    assert GoalState.objects.get().status == "met"
