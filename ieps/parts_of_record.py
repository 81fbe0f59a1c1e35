"""What this app holds of a student's record (`students/whole.py`)."""

from django.db.models import Q

from accounts.rights import Group
from ieps import models
from ieps.models.programs import SHARED_STATUSES
from students.whole import Part


def parts() -> tuple[Part, ...]:
    """Each table of a student here. Who reads no drafts is given the approved, active and past versions."""
    shared = Q(iep__status__in=SHARED_STATUSES)
    return (
        Part(model=models.Iep, group=Group.IEP, shared=Q(status__in=SHARED_STATUSES)),
        Part(model=models.Amendment, group=Group.IEP, shared=shared),
        Part(model=models.Goal, group=Group.GOALS, shared=shared),
        Part(model=models.Service, group=Group.MINUTES, shared=shared),
        Part(model=models.Accommodation, group=Group.IEP, shared=shared),
        Part(model=models.RemovedPart, group=Group.IEP),
        Part(model=models.Comment, group=Group.IEP),
        Part(model=models.Approval, group=Group.IEP),
        Part(model=models.GlanceReading, group=Group.IEP),
    )
