"""Copies of a record: asked for, written, fetched, gone after a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, publish, require, unchanged
from core.queue import enqueue
from records.models import RecordExport, check_typed
from records.queries import own_export
from records.rules import may_export
from records.store import EXPORTS
from students.mutations import log_export
from students.queries import visible_student

TASK = "records.write_export"
KEPT_HOURS = 24


class NoFile(Conflict):
    """The copy is not written yet, or its day is over."""

    code = "no_file"
    message = gettext_lazy(
        "There is no file: it is still being written, or its day is over. Ask for a new copy."
    )


@mutation
def request_export(*, actor: Actor, student_id: UUID, reason: str) -> RecordExport:
    """Ask for a copy of a student's whole record; a worker writes it. One that is under way is not begun again.

    Source: 34 CFR 300.613, 99.10. Raises NotFound, NotAllowed, Invalid.
    """
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    require(actor, may_export, student)
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say what the copy is for.")]})
    running = RecordExport.objects.filter(
        organization_id=actor.organization_id,
        student=student,
        person=actor.acting_person_id,
        state__in=RecordExport.UNFINISHED,
    ).first()
    if running is not None:
        unchanged(actor)
        return running
    export = RecordExport(
        organization_id=actor.organization_id,
        student=student,
        person_id=actor.acting_person_id,
        asked_by_name=actor.name[:120],
        reason=reason.strip(),
    )
    check_typed(export, "reason")
    export.save(force_insert=True)
    audit(actor, "records.export.requested", export)
    enqueue(TASK, actor=actor, key=f"{TASK}:{export.id}", export_id=export.id)
    return export


@mutation
def tell_of_writing(*, actor: Actor, export_id: UUID, percent: int) -> None:
    """Say how far the writing of a copy is. Raises NotFound."""
    export = own_export(actor=actor, export_id=export_id)
    unchanged(actor)
    if export.state not in RecordExport.UNFINISHED:
        return
    export.state, export.percent = RecordExport.State.WRITING, percent
    export.save(update_fields=["state", "percent"])
    publish(actor, "records.export.advanced", export)


@mutation
def finish_export(
    *,
    actor: Actor,
    export_id: UUID,
    data: bytes,
    counts: dict[str, int],
    unprintable: Sequence[str],
    now: datetime,
) -> None:
    """Keep the written copy for a day. A second run changes nothing. Raises NotFound."""
    export = own_export(actor=actor, export_id=export_id)
    if export.state not in RecordExport.UNFINISHED:
        unchanged(actor)
        return
    export.state, export.percent = RecordExport.State.DONE, 100
    export.file_key, export.size = EXPORTS.keep(data), len(data)
    export.counts, export.unprintable = counts, list(unprintable)
    export.finished_at, export.expires_at = now, now + timedelta(hours=KEPT_HOURS)
    export.save()
    audit(actor, "records.export.written", export, tables=len(counts), rows=sum(counts.values()))


@mutation
def fetch_export(*, actor: Actor, export_id: UUID, now: datetime) -> tuple[RecordExport, bytes]:
    """Hand out the file, and write that down each time (34 CFR 99.32). Raises NotFound, NoFile."""
    export = own_export(actor=actor, export_id=export_id)
    if not export.file_key or export.expires_at is None or export.expires_at <= now:
        raise NoFile
    data = EXPORTS.kept(export.file_key)
    log_export(actor=actor, student_id=export.student_id, what="whole record", file_format="zip")
    return export, data


@mutation
def expire_export(*, actor: Actor, export_id: UUID, now: datetime) -> None:
    """Remove the file of a copy whose day is over. A second run changes nothing."""
    rows = RecordExport.objects.filter(organization_id=actor.organization_id, id=export_id)
    export = rows.select_for_update().filter(expires_at__lte=now).first()
    if export is None or export.state == RecordExport.State.EXPIRED:
        unchanged(actor)
        return
    key, export.file_key = export.file_key, ""
    export.state = RecordExport.State.EXPIRED
    export.save(update_fields=["state", "file_key"])
    audit(actor, "records.export.expired", export)
    transaction.on_commit(partial(EXPORTS.drop, key))
