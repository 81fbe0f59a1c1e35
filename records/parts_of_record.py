"""What this app holds of a student's record (`students/whole.py`), and of what the ground below keeps."""

from uuid import UUID

from django.db import connection

from accounts.rights import Group
from records import models
from students.whole import Part

WHY_OPEN = "It names the student by id alone, and proves the destruction."


def parts() -> tuple[Part, ...]:
    """Each table of a student here."""
    return (
        Part(
            model=models.RecordExport,
            group=Group.TIMELINE,
            left_out="The exports themselves; the record of access says who took one.",
        ),
        Part(model=models.LegalHold, group=Group.TIMELINE),
        Part(model=models.Destruction, group=Group.TIMELINE, left_out=WHY_OPEN, kept=WHY_OPEN),
        Part(
            model=models.PermanentRecord,
            group=Group.TIMELINE,
            left_out="It exists only once the record does not.",
            kept="What 34 CFR 300.624(b) lets a district keep; only where the district chooses so.",
        ),
    )


def files(*, organization_id: UUID, student_id: UUID) -> tuple[tuple[str, str], ...]:
    """The exports of a student that still have a file."""
    rows = models.RecordExport.objects.filter(organization_id=organization_id, student_id=student_id)
    return tuple(("records.drop_export", key) for key in rows.values_list("file_key", flat=True) if key)


def forget(
    *, organization_id: UUID, student_id: UUID, ids: frozenset[UUID], names: tuple[str, ...]
) -> dict[str, int]:
    """Remove the stored answers to API requests that speak of any row of the record."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM core_idempotencykey k WHERE k.organization_id = %s AND (EXISTS (
                SELECT 1 FROM regexp_matches(coalesce(k.body::text, '') || k.headers::text,
                    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'g') found WHERE found[1]::uuid = ANY(%s))
                OR EXISTS (SELECT 1 FROM unnest(%s::text[]) name
                    WHERE strpos(coalesce(k.body::text, ''), name) > 0))""",
            [organization_id, list(ids), list(names)],
        )
        return {"core.idempotencykey": cursor.rowcount}
