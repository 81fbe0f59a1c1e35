"""Decisions on pages: what the verdict says, what is decided, what is taken back, whom My day reminds."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import NotFound
from core.models import AuditEntry
from ieps.models import Amendment, Iep
from progress import mutations, queries
from progress.models import Decision, Phase
from tests.progress.conftest import make_goal, make_iep, record


@pytest.fixture
def today(cast):
    return cast.casey.actor.today


@pytest.fixture
def goal(cast, today):
    """A goal whose last five scores are below its aimline."""
    iep = make_iep(
        cast.student,
        meeting_on=today - timedelta(days=90),
        effective_on=today - timedelta(days=85),
        expires_on=today + timedelta(days=280),
    )
    made = make_goal(iep, baseline_on=today - timedelta(days=80), target_on=today + timedelta(days=200))
    for week in range(5):
        record(cast.casey.actor, made, 48, today - timedelta(days=35 - 7 * week), today=today)
    return made


def panel_of(player, goal):
    actor = player.acting()
    page = queries.goal_progress(actor=actor, goal_id=goal.id, today=actor.today)
    return queries.decision_panel(actor=actor, page=page, today=actor.today)


def decide(cast, goal, choice="continue", **more):
    return mutations.decide(
        actor=cast.casey.actor,
        goal_id=goal.id,
        choice=choice,
        reason="She was ill for two weeks.",
        today=cast.casey.actor.today,
        **more,
    )


def test_panel_says_which_rule_on_which_scores_and_what_it_suggests(cast, goal):
    panel = panel_of(cast.casey, goal)

    assert panel.needs_decision and panel.suggested_choice == "change"
    assert panel.suggestion == "Change the instruction."
    assert "5 scores in a row are below the aimline." in panel.verdict
    assert panel.verdict.count(": 48") == 5


def test_decision_clears_until_the_data_says_so_again(cast, goal, today):
    decide(cast, goal)
    assert not panel_of(cast.casey, goal).needs_decision

    card = queries.goal_cards(actor=cast.casey.actor, student_ids=[cast.student.id], today=today)
    assert card[cast.student.id][0].status != "decide"


@pytest.mark.parametrize(("name", "may"), [("casey", True), ("ada", True), ("sam", False), ("mina", False)])
def test_who_may_decide(cast, goal, name, may):
    assert panel_of(getattr(cast, name), goal).may_decide is may


def test_reasons_are_for_the_team(cast, goal):
    decide(cast, goal)

    assert panel_of(cast.sam, goal).history[0].reason == "She was ill for two weeks."
    assert panel_of(cast.mina, goal).history[0].reason == ""


def test_page_changes_instruction_with_a_line_in_the_chart(cast, goal, today):
    client, path = (
        cast.casey.client(),
        cast.casey.url(f"/students/{cast.student.id}/goals/{goal.id}/progress/decide/"),
    )
    assert client.get(path).status_code == 200

    lacking = client.post(
        path, {"choice": "change", "reason": "Flat for weeks.", "phase_starts_on": str(today)}
    )
    made = client.post(
        path,
        {
            "choice": "change",
            "reason": "Flat for weeks.",
            "phase_label": "Repeated reading",
            "phase_starts_on": str(today),
        },
    )

    assert lacking.status_code == 422 and "Flat for weeks." in lacking.content.decode()
    assert made.status_code == 303
    assert Phase.objects.get().label == "Repeated reading"
    assert AuditEntry.objects.get(verb="progress.goal.decided").values["choice"] == "change"


def test_page_proposes_an_amendment_and_leaves_the_signed_goal(cast, goal):
    path = cast.casey.url(f"/students/{cast.student.id}/goals/{goal.id}/progress/decide/")

    made = cast.casey.client().post(path, {"choice": "lower", "reason": "Too much at once.", "target": "80"})

    assert made.status_code == 303
    goal.refresh_from_db()
    assert goal.target_value == Decimal(92)
    amendment = Amendment.objects.get()
    assert made["Location"].endswith(f"/ieps/{amendment.iep_id}/")
    assert amendment.iep.goals.get().target_value == Decimal(80)
    assert Iep.objects.get(id=goal.iep_id).status == Iep.Status.ACTIVE


def test_decision_of_today_is_taken_back_with_its_phase(cast, goal, today):
    made = decide(cast, goal, "change", phase_label="Repeated reading", phase_starts_on=today)
    assert panel_of(cast.casey, goal).take_back_id == made.id

    answer = cast.casey.client().post(cast.casey.url(f"/decisions/{made.id}/take-back/"))

    assert answer.status_code == 303
    assert not Decision.objects.exists() and not Phase.objects.exists()
    assert panel_of(cast.casey, goal).needs_decision
    assert AuditEntry.objects.filter(verb="progress.decision.taken_back").count() == 1


def test_phase_before_goes_on_when_a_change_is_taken_back(cast, goal, today):
    first = mutations.start_phase(
        actor=cast.casey.actor,
        goal_id=goal.id,
        starts_on=today - timedelta(days=40),
        label="Small group",
        today=today,
    )
    made = decide(cast, goal, "change", phase_label="Repeated reading", phase_starts_on=today)

    mutations.take_back_decision(actor=cast.casey.actor, decision_id=made.id, today=today)

    first.refresh_from_db()
    assert first.ends_on is None


@pytest.mark.parametrize("why", ["scores", "later", "another", "tomorrow"])
def test_decision_on_which_something_rests_stands(cast, goal, today, why):
    made = decide(cast, goal, "change", phase_label="Repeated reading", phase_starts_on=today)
    actor, day = cast.casey.actor, today
    if why == "scores":
        record(cast.casey.actor, goal, 60, today, today=today)
    elif why == "later":
        decide(cast, goal)
    elif why == "another":
        actor = cast.ada.actor
    else:
        day = today + timedelta(days=1)

    with pytest.raises(mutations.DecisionStands):
        mutations.take_back_decision(actor=actor, decision_id=made.id, today=day)


@pytest.mark.parametrize("name", ["omar", "otto", "gina", "fin"])
def test_outsiders_find_no_decision(cast, goal, name):
    made = decide(cast, goal)
    player = getattr(cast, name)

    with cast.within(player) if name == "otto" else cast.within(cast.casey), pytest.raises(NotFound):
        mutations.take_back_decision(actor=player.actor, decision_id=made.id, today=player.actor.today)
