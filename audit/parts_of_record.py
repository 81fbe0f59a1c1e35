"""What this app holds of a student's record (`students/whole.py`)."""

from uuid import UUID

from accounts.rights import Group
from audit.models import Disclosure
from audit.queries.entries import OPENED
from core.models import AuditEntry
from students.rules import Access
from students.whole import Part, Row


def parts() -> tuple[Part, ...]:
    """Each table of a student here. The entries of the audit itself are never removed: they hold ids and verbs."""
    return (
        Part(model=Disclosure, group=Group.ACCESS),
        Part(
            model=AuditEntry,
            group=Group.TIMELINE,
            left_out="Who opened the record is in the table audit.record_of_access.",
            kept="The audit is append-only (ADR 0016) and holds ids, verbs and dates, no words of the record.",
        ),
    )


def tables(*, organization_id: UUID, tied: Access) -> dict[str, list[Row]]:
    """Who opened, printed and exported the record, oldest first (34 CFR 99.32, 300.614)."""
    if not tied.sees(Group.ACCESS):
        return {}
    rows = AuditEntry.objects.filter(
        organization_id=organization_id, student_id=tied.student_id, verb__in=OPENED
    ).order_by("at", "id")
    return {
        "audit.record_of_access": [
            {
                "id": row.id,
                "at": row.at.isoformat(),
                "party": row.actor_name,
                "kind": row.actor_kind,
                "verb": row.verb,
                "what": row.values.get("page") or row.values.get("what") or "",
                "interest": row.values.get("interest", []),
            }
            for row in rows
        ]
    }
