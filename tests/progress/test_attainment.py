"""Goal attainment scaling and the agreement of two observers: arithmetic, pages, rights."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from progress import arithmetic as a
from progress import mutations, queries
from progress.models import AttainmentRating, SecondObservation
from tests.progress.conftest import BASELINE_ON, TODAY, ask, make_goal, make_iep, record

LEVELS = {
    "much_less": "Reads 40 words",
    "less": "Reads 48 words",
    "expected": "Reads 92 words",
    "more": "Reads 100 words",
    "much_more": "Reads 110 words",
}


def url(path: str) -> str:
    return f"/d/larkspur{path}"


def scaled(cast, goal, weight=1):
    return mutations.set_attainment_scale(
        actor=cast.casey.actor, goal_id=goal.id, levels=LEVELS, weight=weight
    )


def rate(actor, goal, level, on=TODAY, note=""):
    return mutations.rate_attainment(
        actor=actor, goal_id=goal.id, level=level, rated_on=on, today=TODAY, note=note
    )


# --- Arithmetic


@pytest.mark.parametrize(
    ("score", "means"),
    [
        ("34.9", "much_less"), ("35", "less"), ("44.9", "less"), ("45", "expected"), ("50", "expected"),
        ("55", "expected"), ("55.1", "more"), ("65", "more"), ("65.1", "much_more"),
    ],
)  # fmt: skip
def test_a_t_score_has_a_meaning(score, means):
    assert a.attained(Decimal(score)).value == means


def test_each_day_counts_the_latest_rating_of_each_goal():
    day = date(2025, 10, 1)
    found = a.standings(
        [
            a.Rated(key="one", on=day, level=-1, weight=1),
            a.Rated(key="two", on=day + timedelta(7), level=1, weight=1),
            a.Rated(key="one", on=day + timedelta(14), level=1, weight=1),
        ]
    )

    assert [each.score for each in found] == [
        a.attainment_score([(-1, 1)]),
        a.attainment_score([(-1, 1), (1, 1)]),
        a.attainment_score([(1, 1), (1, 1)]),
    ]
    assert found[-1].levels == {"one": 1, "two": 1}


def test_kappa_is_cohens():
    first = (True, True, False, True, False, False, True, False, True, True)
    second = (True, False, False, True, False, True, True, False, True, True)
    table = [[0, 0], [0, 0]]
    for mine, theirs in zip(first, second, strict=True):
        table[mine][theirs] += 1

    assert float(a.kappa(first, second)) == pytest.approx(cohens_kappa(table).kappa, abs=0.005)
    assert a.kappa((True, True), (True, True)) is None
    with pytest.raises(ValueError, match="two observers"):
        a.kappa((True,), ())


def test_equal_totals_do_not_hide_that_single_trials_differ():
    first = {"trials": ["+", "+", "-", "-"]}
    second = {"trials": ["-", "-", "+", "+"]}
    found = a.compared((Decimal(50), first), (Decimal(50), second))

    assert (found.total, found.each, found.kappa) == (100, 0, -1)
    assert found.apart == (1, 2, 3, 4)
    assert found.is_low
    assert a.compared((Decimal(-2), None), (Decimal(2), None), is_level=True).total == 0


# --- Goal attainment: rules, mutation, page


def test_a_rating_needs_levels_a_day_of_the_goal_and_somebody_who_records(cast, goal):
    with pytest.raises(mutations.NoLevels):
        rate(cast.casey.actor, goal, 0)
    scaled(cast, goal)
    for day in (BASELINE_ON - timedelta(1), TODAY + timedelta(1)):
        with pytest.raises(Invalid):
            rate(cast.casey.actor, goal, 0, on=day)
    with pytest.raises(NotFound):
        rate(cast.omar.actor, goal, 0)
    with pytest.raises(NotAllowed):
        rate(cast.mina.actor, goal, 0)
    assert not AttainmentRating.objects.exists()


def test_a_second_rating_of_a_day_replaces_the_first_and_is_accounted_for(cast, goal):
    scaled(cast, goal)
    rate(cast.paula.actor, goal, -1)
    rate(cast.casey.actor, goal, 1, note="Read the whole page")
    rate(cast.casey.actor, goal, 1, note="Read the whole page")

    row = AttainmentRating.objects.get()
    assert (row.level, row.rated_by_name) == (1, cast.casey.actor.name)
    told = AuditEntry.objects.filter(verb="progress.attainment.rated").order_by("at", "id")
    assert [(entry.values["was"], entry.values["level"]) for entry in told] == [(None, -1), (-1, 1)]
    assert "Read" not in str([entry.values for entry in told])


def test_a_goal_measured_on_the_scale_is_rated_by_its_scores(cast):
    goal = make_goal(
        make_iep(cast.student),
        scale="attainment",
        unit="level",
        baseline_value=Decimal(-1),
        target_value=Decimal(1),
    )
    scaled(cast, goal)
    record(cast.casey.actor, goal, -1, "2025-10-01")
    left_out = record(cast.casey.actor, goal, -2, "2025-10-15")
    record(cast.casey.actor, goal, 2, "2025-11-01")
    mutations.exclude_point(actor=cast.casey.actor, point_id=left_out.id, reason="Ill")

    with pytest.raises(mutations.RatedByScores):
        rate(cast.casey.actor, goal, 0)
    page = queries.attainment_page(actor=cast.casey.actor, student_id=cast.student.id)
    assert [row.levels for row in page.history] == [(2,), (-1,)]
    assert page.score == a.attainment_score([(2, 1)])


def test_the_page_of_goal_attainment_says_what_it_comes_to(cast, client, goal):
    second = make_goal(goal.iep, number=2, title="Writing")
    make_goal(goal.iep, number=3, title="Spelling")
    scaled(cast, goal)
    scaled(cast, second, weight=3)
    rate(cast.casey.actor, goal, -1, on=date(2025, 10, 1))
    rate(cast.casey.actor, second, 2, on=date(2025, 11, 3), note="Three sentences")
    client.force_login(cast.casey.user)

    said = client.get(url(f"/students/{cast.student.id}/attainment/")).content.decode()

    assert str(a.attainment_score([(-1, 1), (2, 3)])) in said
    assert "better than expected" in said
    assert "2 goals that were rated, of 2 with levels" in said
    assert "Nobody has said yet what each level looks like." in said
    assert "Three sentences" in said
    client.force_login(cast.mina.user)
    family = client.get(url(f"/students/{cast.student.id}/attainment/")).content.decode()
    assert "better than expected" in family
    assert "Three sentences" not in family
    assert "Change the levels" not in family


def test_the_page_of_goal_attainment_reads_as_often_for_many_goals_as_for_one(
    cast, client, goal, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    scaled(cast, goal)
    rate(cast.casey.actor, goal, 0)
    client.force_login(cast.casey.user)
    path = url(f"/students/{cast.student.id}/attainment/")
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    for number in (2, 3, 4):
        other = make_goal(goal.iep, number=number)
        scaled(cast, other)
        rate(cast.casey.actor, other, 1)
    client.get(path)
    with CaptureQueriesContext(connection) as four:
        client.get(path)

    assert len(four) == len(one)


def test_levels_and_ratings_are_entered_on_their_pages(cast, client, goal):
    client.force_login(cast.casey.user)
    base = f"/students/{cast.student.id}/goals/{goal.id}/progress/attainment"
    refused = client.post(url(f"{base}/levels/"), {**LEVELS, "less": " ", "weight": "2"})
    assert refused.status_code == 422
    assert "Reads 110 words" in refused.content.decode()
    assert client.post(url(f"{base}/levels/"), {**LEVELS, "weight": "2"}).status_code == 303

    early = client.post(url(f"{base}/rate/"), {"level": "1", "rated_on": "2024-01-01", "note": "Kept words"})
    assert early.status_code == 422
    assert "Kept words" in early.content.decode()
    assert client.post(url(f"{base}/rate/"), {"level": "7", "rated_on": "2025-11-01"}).status_code == 422
    done = client.post(url(f"{base}/rate/"), {"level": "1", "rated_on": str(cast.casey.actor.today)})
    assert done.status_code == 303
    assert AttainmentRating.objects.get().level == 1
    client.force_login(cast.mina.user)
    assert client.get(url(f"{base}/levels/")).status_code == 403
    assert client.get(url(f"{base}/rate/")).status_code == 403
    client.force_login(cast.omar.user)
    assert client.get(url(f"/students/{cast.student.id}/attainment/")).status_code == 404


# --- Two observers


@pytest.fixture
def session(cast):
    goal = make_goal(
        make_iep(cast.student),
        scale="trials",
        unit="percent correct",
        baseline_value=Decimal(10),
        target_value=Decimal(90),
    )
    ask(cast.paula.person, goal)
    raw = {"trials": ["+", "+", "-", "p:gesture", "+", "+", "-", "-", "+", "+"]}
    return record(cast.paula.actor, goal, 60, "2025-11-10", raw=raw)


def test_a_second_observer_ticks_single_trials_without_seeing_the_first(cast, client, session):
    client.force_login(cast.sam.user)
    path = url(f"/students/{cast.student.id}/points/{session.id}/second/")
    shown = client.get(path).content.decode()
    assert shown.count('name="marks"') == 10
    assert "checked" not in shown
    assert "60" not in shown.split('id="act-form"')[0].split("<h1")[1]

    done = client.post(path, {"marks": ["1", "2", "5", "6", "7", "8"]})
    assert done.status_code == 303
    kept = SecondObservation.objects.get()
    assert kept.raw == {"trials": ["+", "+", "-", "-", "+", "+", "+", "+", "-", "-"]}
    assert (kept.value, kept.method, kept.agreement) == (60, "interval", Decimal("60.0"))

    said = client.get(done["Location"]).content.decode()
    assert "The observers agree on 60.0% only." in said
    assert "apart on 7, 8, 9, 10 of 10" in said
    assert "100.0%" in said  # the totals alone agree


def test_no_trial_ticked_is_an_observation_too(cast, client, session):
    client.force_login(cast.sam.user)
    done = client.post(url(f"/students/{cast.student.id}/points/{session.id}/second/"), {})
    assert done.status_code == 303
    assert SecondObservation.objects.get().value == 0


def test_who_recorded_a_session_does_not_observe_it_twice(cast, client, session):
    client.force_login(cast.paula.user)
    path = url(f"/students/{cast.student.id}/points/{session.id}/second/")
    refused = client.post(path, {"marks": ["1"]})
    assert refused.status_code == 422
    assert "Somebody else looks a second time" in refused.content.decode()
    goal_page = url(f"/students/{cast.student.id}/goals/{session.goal_id}/progress/agreement/")
    assert "no session that somebody else recorded" in client.get(goal_page).content.decode()


def test_agreement_is_for_the_team(cast, client, session):
    path = url(f"/students/{cast.student.id}/goals/{session.goal_id}/progress/agreement/")
    answers = {}
    for name in ("casey", "paula", "mina", "omar"):
        client.force_login(getattr(cast, name).user)
        answers[name] = client.get(path).status_code
    assert answers == {"casey": 200, "paula": 200, "mina": 403, "omar": 404}


def test_agreement_counts_the_share_of_sessions_that_two_saw(cast, goal):
    points = [record(cast.paula.actor, goal, 50 + n, TODAY - timedelta(7 * n)) for n in range(6)]
    mutations.record_second_observation(actor=cast.sam.actor, point_id=points[0].id, value=Decimal(50))

    page = queries.agreement_page(actor=cast.sam.actor, goal_id=goal.id)

    assert (page.seen_twice, page.sessions, page.share, page.mean) == (1, 6, 17, 100)
    assert page.is_seldom
    assert not page.is_low
    assert [row.point_id for row in page.to_see] == [point.id for point in points[1:]]
