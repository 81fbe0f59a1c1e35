"""What this app holds of a student's record (`students/whole.py`)."""

from django.db.models import Q

from accounts.rights import Group
from ieps.models.programs import SHARED_STATUSES
from progress import models
from students.whole import Part

_SHARED = Q(goal__iep__status__in=SHARED_STATUSES)


def parts() -> tuple[Part, ...]:
    """Each table of a student here. Notes on a score, and what a team weighs among itself, are for the team."""
    return (
        Part(
            model=models.ProgressPoint,
            group=Group.PROGRESS,
            shared=_SHARED & Q(voided_at=None),
            inner=frozenset(
                {
                    "note",
                    "context",
                    "antecedent",
                    "behavior",
                    "consequence",
                    "observer_name",
                    "void_reason",
                    "excluded_by_name",
                    "exclude_reason",
                    "client_id",
                    "captured_at",
                    "clock_offset",
                    "session_id",
                }
            ),
        ),
        Part(
            model=models.GoalSummary, group=Group.PROGRESS, shared=_SHARED, hidden=frozenset({"rule_points"})
        ),
        Part(
            model=models.GoalState,
            group=Group.PROGRESS,
            shared=_SHARED,
            inner=frozenset({"reason", "verdict", "verdict_on"}),
        ),
        Part(model=models.Phase, group=Group.PROGRESS, shared=_SHARED, inner=frozenset({"reason"})),
        Part(
            model=models.Decision, group=Group.PROGRESS, shared=_SHARED, inner=frozenset({"reason", "points"})
        ),
        Part(model=models.AttainmentScale, group=Group.PROGRESS, shared=_SHARED),
        Part(model=models.AttainmentRating, group=Group.PROGRESS, shared=_SHARED, inner=frozenset({"note"})),
        Part(
            model=models.SecondObservation,
            group=Group.PROGRESS,
            shared=Q(point__goal__iep__status__in=SHARED_STATUSES, point__voided_at=None),
            inner=frozenset({"observer_name"}),
        ),
        Part(
            model=models.GoalNote,
            group=Group.PROGRESS,
            shared=Q(report__status__in=models.ProgressReport.SENT),
            inner=frozenset({"objection", "reason", "version", "chart"}),
        ),
        Part(
            model=models.ProgressReport,
            group=Group.PROGRESS,
            shared=Q(status__in=models.ProgressReport.SENT),
            inner=frozenset({"version"}),
        ),
        Part(
            model=models.DataTask,
            group=Group.PROGRESS,
            shared=_SHARED,
            inner=frozenset({"instructions", "assigned_by_name"}),
        ),
    )
