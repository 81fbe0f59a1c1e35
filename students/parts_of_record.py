"""What this app holds of a student's record (`students/whole.py`)."""

from typing import Any
from uuid import UUID

from accounts.rights import Group
from core.errors import NotFound
from students import models
from students.photos import PHOTOS
from students.whole import Part

IDENTITY = frozenset(
    [
        "id",
        "given_name",
        "middle_name",
        "family_name",
        "preferred_name",
        "grade",
        "school",
        "enrollment",
        "enrolled_on",
    ]
)


def parts() -> tuple[Part, ...]:
    """Each table of a student here."""
    return (
        Part(
            model=models.Student,
            group=Group.RECORD,
            by="id",
            seen_by_all=IDENTITY,
            hidden=frozenset({"photo_key", "sort_name", "next_due_on", "grade_rank"}),
        ),
        Part(model=models.ExternalId, group=Group.HEALTH),
        Part(model=models.Tag, group=Group.RECORD),
        Part(
            model=models.SearchWord,
            group=Group.IDENTITY,
            left_out="The words of the name once more, for searching.",
        ),
        Part(model=models.TeamMember, group=Group.TEAM),
        Part(model=models.Guardian, group=Group.GUARDIANS),
        Part(model=models.Address, group=Group.GUARDIANS),
        Part(model=models.EmergencyContact, group=Group.GUARDIANS),
        Part(model=models.Profile, group=Group.PROFILE),
        Part(model=models.Condition, group=Group.HEALTH),
        Part(model=models.Medication, group=Group.HEALTH),
        Part(model=models.Allergy, group=Group.SAFETY),
        Part(model=models.HealthPlan, group=Group.SAFETY),
        Part(model=models.CustomValue, group=Group.RECORD),
        Part(model=models.SchoolEnrollment, group=Group.SCHOOLING),
        Part(model=models.Move, group=Group.SCHOOLING),
        Part(model=models.RecordsRequest, group=Group.SCHOOLING),
        Part(model=models.ProgramEnrollment, group=Group.RECORD),
        Part(
            model=models.RosterEntry,
            group=Group.RECORD,
            hidden=frozenset({"sort_name", "fingerprint"}),
        ),
    )


def files(*, organization_id: UUID, student_id: UUID) -> tuple[tuple[str, str], ...]:
    """The files of a student here: what drops each, and its key."""
    rows = models.Student.objects.filter(  # for all: it shows nothing
        organization_id=organization_id, id=student_id
    )
    return tuple(("students.drop_photo", key) for key in rows.values_list("photo_key", flat=True) if key)


def copies(*, tied: Any, student: models.Student) -> tuple[tuple[str, bytes], ...]:
    """The files of a student as an export takes them along: path and content."""
    if not student.photo_key or not tied.sees(Group.PROFILE):
        return ()
    try:
        return (("files/photo.jpg", PHOTOS.kept(student.photo_key)),)
    except NotFound:
        return ()


def forget(
    *, organization_id: UUID, student_id: UUID, ids: frozenset[UUID], names: tuple[str, ...]
) -> dict[str, int]:
    """Take the student out of what was done to many: the step, and with the last one the act."""
    gone = changed = 0
    for row in models.Undo.objects.filter(organization_id=organization_id).order_by("id"):
        steps = [step for step in row.steps if step.get("student") != str(student_id)]
        if row.record_id in ids or (len(steps) < len(row.steps) and not steps):
            row.delete()
            gone += 1
        elif len(steps) < len(row.steps):
            row.steps = steps
            row.note = ""  # words to a colleague may name anybody
            row.save(update_fields=["steps", "note"])
            changed += 1
    return {"students.undo": gone + changed}
