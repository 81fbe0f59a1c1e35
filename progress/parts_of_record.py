"""What this app holds of a student's record (`students/whole.py`)."""

from django.db.models import Q

from accounts.rights import Group
from ieps.models.programs import SHARED_STATUSES
from progress import models
from students.whole import Part


def parts() -> tuple[Part, ...]:
    """Each table of a student here. Notes on a score are for the team."""
    return (
        Part(
            model=models.ProgressPoint,
            group=Group.PROGRESS,
            shared=Q(goal__iep__status__in=SHARED_STATUSES, voided_at=None),
            inner=frozenset({"note", "context", "void_reason", "client_id"}),
        ),
        Part(
            model=models.GoalSummary,
            group=Group.PROGRESS,
            shared=Q(goal__iep__status__in=SHARED_STATUSES),
        ),
    )
