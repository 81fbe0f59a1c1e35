"""What is to be decided on a goal, and what was: for the panel beside its chart."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounts.calendar_models import measuring
from accounts.rights import Group
from core.actor import Actor, Kind
from core.dates import date_order
from core.errors import NotAllowed, NotFound
from core.kept import kept_until_news
from core.models import topic
from ieps.models import Goal, Iep
from progress.decision_words import CHOICE_OF, suggestion_words, verdict_words
from progress.models import Decision, GoalState, ProgressPoint
from progress.queries.course import decisions_of, state_of
from progress.queries.page import goal_progress
from progress.queries.points import opened_goal
from progress.queries.shown import GoalProgress
from progress.rules import may_decide


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One decision in the history of a goal."""

    id: UUID
    choice: str
    choice_label: str
    reason: str
    decided_on: date
    by: str
    phase_label: str
    proposed_target: Decimal | None
    proposed_target_on: date | None
    amendment_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPanel:
    """The verdict of today with its rule and scores, how far the goal is, and what was decided, newest first."""

    goal_id: UUID
    student_id: UUID
    tone: str
    verdict: str
    suggestion: str
    suggested_choice: str
    needs_decision: bool
    is_in_force: bool
    status: str
    status_label: str
    mastered_on: date | None
    maintenance_days: int | None
    history: tuple[DecisionRow, ...]
    may_decide: bool
    take_back_id: UUID | None
    """The decision that this reader may still take back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPage:
    """A goal's scores and what they say, and the panel beside them."""

    progress: GoalProgress
    panel: DecisionPanel


def goal_page(
    *, actor: Actor, student_id: UUID, goal_id: UUID, today: date, weeks: int | None = None, shows_all: bool
) -> GoalPage:
    """One goal of a student, read once until there is news of either. Raises NotFound, NotAllowed."""

    topics = (topic("student", student_id), topic("goal", goal_id), measuring(actor.organization_id))

    def read(versions: tuple[str, ...]) -> GoalPage:
        found = goal_progress(
            actor=actor,
            goal_id=goal_id,
            today=today,
            weeks=weeks,
            shows_all=shows_all,
            versions=dict(zip(topics, versions, strict=True)),
        )
        if found.student_id != student_id:
            raise NotFound
        return GoalPage(progress=found, panel=decision_panel(actor=actor, page=found, today=today))

    return kept_until_news(
        actor=actor,
        topics=topics,
        key=("goal page", today, weeks, shows_all, date_order()),
        read=read,
    )


def decision_panel(*, actor: Actor, page: GoalProgress, today: date) -> DecisionPanel:
    """What the panel of a goal shows that the reader has open already. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=page.goal_id)
    decisions = decisions_of(actor=actor, goal=goal)
    state = state_of(actor=actor, goal=goal)
    decider = goal.iep.status == Iep.Status.ACTIVE and may_decide(actor, goal)
    newest = decisions[0] if decisions else None
    back = newest if newest and decider and is_harmless(actor=actor, decision=newest, today=today) else None
    status = GoalState.Status(state.status) if state else GoalState.Status.OPEN
    found = page.summary.verdict
    return DecisionPanel(
        goal_id=goal.id,
        student_id=goal.student_id,
        tone=found.status.tone,
        verdict=verdict_words(page),
        suggestion=suggestion_words(page),
        suggested_choice=CHOICE_OF.get(found.suggestion.value, "continue"),
        needs_decision=found.needs_decision,
        is_in_force=page.is_in_force,
        status=status.value,
        status_label=str(status.label),
        mastered_on=state.mastered_on if state else None,
        maintenance_days=goal.maintenance_days,
        history=tuple(told(row, is_team=access.sees(Group.IEP)) for row in decisions),
        may_decide=decider,
        take_back_id=back.id if back else None,
    )


def opened_decision(*, actor: Actor, decision_id: UUID) -> Decision:
    """One decision with its goal, locked. Raises NotFound, NotAllowed."""
    rows = Decision.objects.filter(organization_id=actor.organization_id, id=decision_id)
    found = rows.select_related("phase").first()
    if found is None:
        raise NotFound
    try:
        found.goal, _access = opened_goal(actor=actor, goal_id=found.goal_id, lock=True)
    except NotAllowed as error:
        raise NotFound from error
    return found


def is_harmless(*, actor: Actor, decision: Decision, today: date) -> bool:
    """Whether a decision can be taken back without leaving a trace in anything else: one's own, of today, the newest
    of its goal, no amendment opened by it, and no score in the phase that it began."""
    is_own = actor.kind is Kind.PERSON and decision.decided_by_id == actor.person_id
    if not is_own or decision.decided_on != today or decision.amendment_id is not None:
        return False
    if newest_decision_id(actor=actor, goal=decision.goal) != decision.id:
        return False
    if decision.phase is None:
        return True
    since = ProgressPoint.objects.visible_to(actor).filter(
        lineage_id=decision.lineage_id, measured_on__gte=decision.phase.starts_on, voided_at=None
    )
    return not since.exists()


def newest_decision_id(*, actor: Actor, goal: Goal) -> UUID | None:
    """The id of the newest decision on a goal already seen."""
    return next((row.id for row in decisions_of(actor=actor, goal=goal)), None)


def told(row: Decision, *, is_team: bool) -> DecisionRow:
    """A decision; why it was made, and the amendment that it opened, are for the IEP team until it is agreed to."""
    return DecisionRow(
        id=row.id,
        choice=row.choice,
        choice_label=str(Decision.Choice(row.choice).label),
        reason=row.reason if is_team else "",
        decided_on=row.decided_on,
        by=row.decided_by_name,
        phase_label=row.phase.label if row.phase else "",
        proposed_target=row.proposed_target,
        proposed_target_on=row.proposed_target_on,
        amendment_id=row.amendment_id if is_team else None,
    )
