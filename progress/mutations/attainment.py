"""Goal attainment scaling: what each level of a goal means, and which one was reached."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.actor import Actor, Kind
from core.dates import day_in_record
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged
from ieps.models import Goal, Iep
from progress.models import AttainmentRating, AttainmentScale
from progress.mutations.course import GoalClosed
from progress.queries import LEVELS, attainment_of, is_rated_by_scores, opened_goal
from progress.rules import may_decide, may_record_progress
from students.queries import refuse_archived


class NoLevels(Conflict):
    """A goal is rated only by levels that were said before."""

    code = "levels_missing"


class RatedByScores(Conflict):
    """A goal that is measured on the scale of attainment is rated by recording a score."""

    code = "rated_by_scores"


@mutation
def set_attainment_scale(
    *, actor: Actor, goal_id: UUID, levels: Mapping[str, str], weight: int = 1
) -> AttainmentScale:
    """Say what each level from −2 to +2 means for a goal; `levels` by the names of the columns.

    Raises NotFound, NotAllowed, Archived, GoalClosed, Invalid.
    """
    goal = _in_force(actor, goal_id, may_decide)
    missing = [name for name in LEVELS if not str(levels.get(name, "")).strip()]
    if missing:
        raise Invalid(fields={name: [_("Say what this level looks like.")] for name in missing})
    found = attainment_of(actor=actor, goal=goal) or AttainmentScale(
        organization_id=actor.organization_id, student_id=goal.student_id, lineage_id=goal.lineage_id
    )
    wanted = {**{name: str(levels[name]).strip() for name in LEVELS}, "weight": weight, "goal_id": goal.id}
    if not found._state.adding and all(getattr(found, name) == value for name, value in wanted.items()):
        unchanged(actor)
        return found
    for name, value in wanted.items():
        setattr(found, name, value)
    found.changed_by_id = actor.person_id if actor.kind is Kind.PERSON else None
    found.changed_by_name = actor.name[:120]
    found.clean_fields(exclude=["organization", "student", "goal", "changed_by"])
    found.save()
    audit(actor, "progress.attainment.set", found, goal_id=goal.id, weight=weight)
    return found


@mutation
def rate_attainment(
    *, actor: Actor, goal_id: UUID, level: int, rated_on: date, today: date, note: str = ""
) -> AttainmentRating:
    """Say which level a goal had reached on a day; a second rating of the day replaces the first.

    Raises NotFound, NotAllowed, Archived, GoalClosed, NoLevels, RatedByScores, Invalid.
    """
    goal = _in_force(actor, goal_id, may_record_progress)
    if is_rated_by_scores(goal):
        raise RatedByScores(_("This goal is measured on these levels: record a score instead."))
    if attainment_of(actor=actor, goal=goal) is None:
        raise NoLevels(_("Say first what each level looks like."))
    if not goal.baseline_on <= rated_on <= today:
        text = _("Choose a day from %(first)s to today.") % {"first": day_in_record(goal.baseline_on)}
        raise Invalid(fields={"rated_on": [text]})
    found = AttainmentRating.objects.filter(
        organization_id=actor.organization_id, lineage_id=goal.lineage_id, rated_on=rated_on
    ).first() or AttainmentRating(
        organization_id=actor.organization_id,
        student_id=goal.student_id,
        lineage_id=goal.lineage_id,
        rated_on=rated_on,
    )
    was = None if found._state.adding else found.level
    if (was, found.note) == (level, note.strip()):
        unchanged(actor)
        return found
    found.goal, found.level, found.note = goal, level, note.strip()
    found.rated_by_id = actor.person_id if actor.kind is Kind.PERSON else None
    found.rated_by_name = actor.name[:120]
    found.clean_fields(exclude=["organization", "student", "goal", "rated_by"])
    found.save()
    audit(
        actor,
        "progress.attainment.rated",
        found,
        goal_id=goal.id,
        level=level,
        was=was,
        rated_on=rated_on,
        has_note=bool(found.note),
    )
    return found


def _in_force(actor: Actor, goal_id: UUID, rule: Callable[[Actor, Goal], bool]) -> Goal:
    goal, _access = opened_goal(actor=actor, goal_id=goal_id, lock=True)
    require(actor, rule, goal)
    refuse_archived(actor=actor, student_id=goal.student_id)
    if goal.iep.status != Iep.Status.ACTIVE:
        raise GoalClosed
    return goal
