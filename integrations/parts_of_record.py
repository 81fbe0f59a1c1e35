"""What rosters said about a student: kept records, and the reports of imports."""

from uuid import UUID

from django.db import connection
from django.db.models import Q

from integrations.models import ImportFinding, ImportRow, RosterRecord
from students.models import RosterEntry

Counts = dict[str, int]


def forget(
    *, organization_id: UUID, student_id: UUID, ids: frozenset[UUID], names: tuple[str, ...]
) -> Counts:
    """Remove what the roster holds of the pupil, and the lines of reports that name them.

    A roster that still names the pupil brings the entry back with its next import, without a case file.
    """
    entries = RosterEntry.objects.filter(  # for all: whoever may destroy the record
        organization_id=organization_id, student_id=student_id
    )
    found: Counts = {"integrations.rosterrecord": 0, "integrations.importrow": 0}
    named = Q(label__in=names)
    pupils = list(entries.values_list("source", "sourced_id"))
    for source, pupil in pupils:
        mine = Q(source=source) & (Q(sourced_id=pupil) | Q(owner=pupil))
        records = RosterRecord.objects.filter(mine, organization_id=organization_id)
        of_records = list(records.values_list("sourced_id", flat=True))
        named |= Q(sourced_id__in=[pupil, *of_records])
        found["integrations.rosterrecord"] += records.delete()[0]
    rows = ImportRow.objects.filter(named, organization_id=organization_id)
    found["integrations.importfinding"] = _findings(
        organization_id, rows, [*names, *(one for _, one in pupils)]
    )
    found["integrations.importrow"] = rows.delete()[0]
    return found


def _findings(organization_id: UUID, rows: "object", words: list[str]) -> int:
    """Remove the findings on those lines, and those that quote a name or a number of the pupil."""
    lines = rows.values_list("roster_import_id", "noun", "line")  # type: ignore[attr-defined]  # a query set
    gone = 0
    for run_id, noun, line in lines:
        on_line = ImportFinding.objects.filter(
            organization_id=organization_id, roster_import_id=run_id, noun=noun, line=line
        )
        gone += on_line.delete()[0]
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM integrations_importfinding f WHERE f.organization_id = %s AND EXISTS (
                SELECT 1 FROM jsonb_each_text(CASE jsonb_typeof(f.values) WHEN 'object' THEN f.values
                    ELSE '{}'::jsonb END) said WHERE said.value = ANY(%s))""",
            [organization_id, words],
        )
        return gone + int(cursor.rowcount)
