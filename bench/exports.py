"""The export of one student's whole record, read, drawn and packed as its task does it. `python -m bench exports`."""

import time
from dataclasses import dataclass

from accounts.actors import software_actors
from bench.rig import percentile
from core.tenant import organization
from progress.models import ProgressPoint
from records import document, packing, queries
from records.queries import ExportRow
from students.models import Student

STUDENTS = 20


@dataclass(frozen=True, slots=True)
class Exported:
    """What was measured, in milliseconds; rows and bytes of the largest."""

    count: int
    p50: float
    p95: float
    rows: int
    size: int


def exports(slug: str) -> Exported:
    """Copies of the students of the synthetic district who have the most scores."""
    actor = next(one for one in software_actors(name="bench") if _slug_of(one) == slug)
    with organization(actor.organization_id):
        students = Student.objects.visible_to(actor).filter(archived_at=None).order_by("id")
        ids = list(students.values_list("id", flat=True)[:500])
        scores = ProgressPoint.objects.visible_to(actor)
        most = sorted(ids, key=lambda one: -scores.filter(student_id=one).count())
    times, rows, size = [], 0, 0
    for student_id in most[:STUDENTS]:
        began = time.monotonic()
        with organization(actor.organization_id):
            record = queries.whole_record(actor=actor, student_id=student_id)
            pages = document.pages_of(actor=actor, record=record, export=_asked(student_id))
        data = packing.packed(record, pages).data
        times.append((time.monotonic() - began) * 1000)
        rows, size = max(rows, sum(record.counts.values())), max(size, len(data))
    return Exported(len(times), percentile(times, 0.5), percentile(times, 0.95), rows, size)


def _slug_of(actor: object) -> str:
    from accounts.queries import organization_of  # noqa: PLC0415  # the settings are read only now

    with organization(actor.organization_id):  # type: ignore[attr-defined]
        return str(organization_of(actor=actor).slug)  # type: ignore[arg-type]


def _asked(student_id: object) -> ExportRow:
    from datetime import UTC, datetime  # noqa: PLC0415

    return ExportRow(
        id=student_id,  # type: ignore[arg-type]
        student_id=student_id,  # type: ignore[arg-type]
        state="writing",
        state_label="",
        percent=0,
        reason="Measured",
        size=0,
        counts={},
        unprintable=(),
        created_at=datetime.now(UTC),
        expires_at=None,
        has_file=False,
        language="en",
        topic="",
    )
