"""What this app holds of a student's record (`students/whole.py`)."""

from django.db.models import Q

from accounts.rights import Group
from documents.models import GeneratedFile, Signature, SignedVersion
from ieps import models
from ieps.models.programs import SHARED_STATUSES
from students.models import Student
from students.rules import Access
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
        *_signed(),
    )


def _signed() -> tuple[Part, ...]:
    """What `documents` keeps of an IEP. Who reads no drafts is given what belongs to the versions that they read."""
    mine = Q(subject_id__in=models.Iep.objects.filter(status__in=SHARED_STATUSES).values("id"))
    return (
        Part(model=SignedVersion, group=Group.IEP, shared=mine),
        Part(model=Signature, group=Group.IEP, shared=mine),
        Part(model=GeneratedFile, group=Group.IEP, shared=mine, hidden=frozenset({"content"})),
    )


def copies(*, tied: Access, student: Student) -> tuple[tuple[str, bytes], ...]:
    """The kept documents of a student's IEPs, as an export takes them along: path and content."""
    rows = GeneratedFile.objects.filter(
        organization_id=student.organization_id, student=student, kind=GeneratedFile.Kind.PDF
    )
    if not tied.sees(Group.IEP):
        shared = models.Iep.objects.filter(status__in=SHARED_STATUSES, student=student)
        rows = rows.filter(subject_id__in=shared.values("id")) if tied.sees(Group.SHARED_IEP) else rows.none()
    return tuple(
        (f"files/iep-{row.subject_id}-{row.language}-{row.digest[:8]}.pdf", row.content)
        for row in rows.order_by("id")
    )
