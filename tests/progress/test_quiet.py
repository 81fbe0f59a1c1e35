"""No data: more school days without a score than the district's rule lets pass, by the calendar of the school."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.calendars import DaysOff, SchoolYear
from accounts.models import SchoolYear as CalendarYear
from accounts.mutations import calendars as people
from casefile.queries import Filters, Place, caseload, my_day, overview
from core import kept
from core.errors import NotAllowed
from core.outbox import deliver
from ieps.models import Goal
from ieps.mutations import add_goal
from progress import arithmetic as a
from progress import mutations, queries
from progress.models import GoalState
from tests.ieps.conftest import GOAL
from tests.progress.conftest import make_goal, make_iep, record

BREAK = DaysOff(first_on=date(2025, 12, 22), last_on=date(2026, 1, 2), label="Winter break")
YEAR = SchoolYear(name="2025-26", first_on=date(2025, 8, 20), last_on=date(2026, 6, 5), days_off=(BREAK,))
LAST_ON = date(2025, 12, 12)
STILL_ON, QUIET_ON = date(2026, 1, 16), date(2026, 1, 19)
"""The 15th and the 16th school day after it; without the break the 16th is January 5."""


def test_days_without_school_are_not_missing_data():
    assert a.quiet_on(STILL_ON, calendar=(YEAR,)) < LAST_ON <= a.quiet_on(QUIET_ON, calendar=(YEAR,))
    assert a.quiet_on(date(2026, 1, 2)) < LAST_ON <= a.quiet_on(date(2026, 1, 5))
    strict = replace(a.STANDARD_RULE, quiet_days=5)
    assert a.quiet_on(date(2025, 12, 19), strict, (YEAR,)) < LAST_ON
    assert a.quiet_on(date(2026, 1, 5), strict, (YEAR,)) >= LAST_ON


@pytest.fixture
def scored(cast):
    """A goal on its way, last measured before the break, in a district with a calendar."""
    people.add_school_year(actor=cast.ada.actor, school_id=None, year=YEAR)
    goal = make_goal(make_iep(cast.student))
    for value, day in ((62, date(2025, 11, 21)), (63, date(2025, 12, 5)), (64, LAST_ON)):
        record(cast.casey.actor, goal, value, day, today=LAST_ON)
    return goal


def statuses(cast, goal, today):
    """What every place says of a goal on a day: card, its own page, the list of goals, the caseload."""
    actor = cast.casey.actor
    card = queries.goal_cards(actor=actor, student_ids=[cast.student.id], today=today)[cast.student.id][0]
    page = queries.goal_progress(actor=actor, goal_id=goal.id, today=today)
    listed = queries.goals_overview(
        actor=actor, today=today, filters=queries.OverviewFilters(looked=queries.Looked.ALL)
    )
    quiet = caseload(actor=actor, filters=Filters(status="no_data"), place=Place(), today=today)
    return (
        card.status.value,
        page.summary.status.value,
        listed.rows[0].status.value,
        "no_data" if quiet.rows else "on_track",
    )


def test_every_place_says_no_data_on_the_same_day(cast, scored):
    assert statuses(cast, scored, STILL_ON) == ("on_track",) * 4
    assert statuses(cast, scored, QUIET_ON) == ("no_data",) * 4


def test_every_place_follows_the_districts_own_rule(cast, scored):
    day = date(2026, 1, 5)  # six school days after the last score
    assert statuses(cast, scored, day) == ("on_track",) * 4
    mutations.set_decision_rule(actor=cast.ada.actor, values={"quiet_days": 5})
    assert statuses(cast, scored, day) == ("no_data",) * 4


@pytest.mark.parametrize("who", ["casey", "cory", "ada"])
def test_what_was_kept_is_read_anew_after_another_rule_or_calendar(cast, scored, bus, settings, who):
    settings.KEPT_UNTIL_NEWS_SECONDS = 600
    kept.forget_all()
    day, actor = date(2026, 1, 5), getattr(cast, who).actor

    def shown():
        deliver(bus)
        student_id = cast.student.id
        cards = queries.student_goals(actor=actor, student_id=student_id, today=day).cards
        row = caseload(actor=actor, filters=Filters(), place=Place(), today=day).rows[0]
        above = overview(actor=actor, student_id=student_id, today=day).cards
        tones = my_day(actor=actor, today=day).tones or {cards[0].tone: 1}  # of one's own students only
        assert tones == {cards[0].tone: 1}
        return {card.status.value for card in (*cards, *row.cards, *above)}

    assert shown() == {"on_track"}
    mutations.set_decision_rule(actor=cast.ada.actor, values={"quiet_days": 5})
    assert shown() == {"no_data"}
    mutations.set_decision_rule(actor=cast.ada.actor, values={"quiet_days": 15})
    assert shown() == {"on_track"}
    (year,) = CalendarYear.objects.all()
    people.update_school_year(actor=cast.ada.actor, school_year_id=year.id, year=replace(YEAR, days_off=()))
    assert shown() == {"no_data"}


def test_a_school_with_a_calendar_of_its_own_counts_by_it(cast, scored):
    people.add_school_year(actor=cast.ada.actor, school_id=cast.school.id, year=replace(YEAR, days_off=()))
    assert statuses(cast, scored, date(2026, 1, 5)) == ("no_data",) * 4


def test_a_decision_is_no_longer_asked_for_once_nothing_is_known(cast, scored):
    for n, day in enumerate((date(2025, 12, 15), date(2025, 12, 16), date(2025, 12, 17), date(2025, 12, 18))):
        record(cast.casey.actor, scored, Decimal(40 + n), day, today=day)
    filters = queries.OverviewFilters(looked=queries.Looked.DECIDE)

    def asked(day):
        return len(queries.goals_overview(actor=cast.casey.actor, today=day, filters=filters).rows)

    assert (asked(date(2026, 1, 20)), asked(date(2026, 1, 30))) == (1, 0)


def test_the_night_finds_no_data_by_the_calendar(cast, scored):
    mutations.evaluate_goal(actor=cast.ada.actor, goal_id=scored.id, today=STILL_ON)
    assert not GoalState.objects.filter(verdict__startswith="no_data").exists()
    mutations.evaluate_goal(actor=cast.ada.actor, goal_id=scored.id, today=QUIET_ON)
    assert GoalState.objects.get(lineage_id=scored.lineage_id).verdict == "no_data:quiet:measure"


def test_the_days_are_found_with_as_many_statements_for_each_number_of_schools(cast, scored):
    from tests.factories.accounts import SchoolFactory

    def asked():
        with CaptureQueriesContext(connection) as found:
            queries.quiet_days(actor=cast.casey.actor, today=STILL_ON)
        return len(found)

    before = asked()
    for _n in range(4):
        school = SchoolFactory(organization=cast.district)
        people.add_school_year(actor=cast.ada.actor, school_id=school.id, year=YEAR)
    assert asked() == before


# --- The page of the rule


def test_an_administrator_sets_the_rule_and_reads_what_it_does(cast, client):
    client.force_login(cast.ada.user)
    path = "/d/larkspur/district/decision-rule/"
    said = client.get(path).content.decode()
    assert "The standard rule; the district has not set its own" in said
    assert "4 scores in a row short of the aimline ask for a decision." in said
    assert "Gesture" in said

    values = {
        "below": "3", "watch": "2", "above": "5", "trend_points": "10", "quiet_days": "20",
        "mastery_hits": "4", "mastery_of": "5",
    }  # fmt: skip
    assert client.post(path, values).status_code == 303
    said = client.get(path).content.decode()
    assert "3 scores in a row short of the aimline ask for a decision." in said
    assert "After more than 20 school days" in said
    assert "mastered by 4 of 5 scores" in said
    assert queries.decision_rule(actor=cast.ada.actor).quiet_days == 20


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"watch": "4"}, "watch"),
        ({"quiet_days": "2"}, "quiet_days"),
        ({"mastery_hits": "4"}, "mastery_hits"),
        ({"below": "x"}, "below"),
    ],
)
@pytest.mark.usefixtures("keeps_contexts")
def test_a_rule_that_cannot_be_is_refused_with_what_was_typed(cast, client, wrong, field):
    client.force_login(cast.ada.user)
    values = {
        "below": "4", "watch": "2", "above": "4", "trend_points": "8", "quiet_days": "15",
        "mastery_hits": "3", "mastery_of": "3", **wrong,
    }  # fmt: skip
    answer = client.post("/d/larkspur/district/decision-rule/", values)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert f'value="{wrong[field]}"' in answer.content.decode()


def test_only_administrators_see_the_rule(cast, client):
    client.force_login(cast.casey.user)
    assert client.get("/d/larkspur/district/decision-rule/").status_code == 403
    with pytest.raises(NotAllowed):
        queries.rule_page(actor=cast.casey.actor)


def test_a_new_goal_begins_with_the_districts_standard_of_mastery(cast):
    mutations.set_decision_rule(actor=cast.ada.actor, values={"mastery_hits": 4, "mastery_of": 5})
    draft = make_iep(cast.student, status="draft")
    plain = {name: value for name, value in GOAL.items() if not name.startswith("mastery_")}
    made = add_goal(actor=cast.casey.actor, iep_id=draft.id, values=plain, today=date(2026, 1, 16))
    assert (made.mastery_hits, made.mastery_of) == (4, 5)
    own = {**plain, "mastery_hits": 2, "mastery_of": 2}
    made = add_goal(actor=cast.casey.actor, iep_id=draft.id, values=own, today=date(2026, 1, 16))
    assert Goal.objects.get(id=made.id).mastery_of == 2
