"""Work on whole records outside requests: copies, destructions on their day, and what has passed its term."""

import logging
import time
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts.actors import software_actors
from core.actor import Actor
from core.errors import SpedError
from core.queue import task
from core.registry import lent
from core.tenant import organization
from records import document, mutations, packing, queries, store

log = logging.getLogger("records.tasks")
ORPHAN_SECONDS = 48 * 3600


@task(name="records.write_export", lease_seconds=60)
def write_export(*, actor: Actor, export_id: str) -> None:
    """Write one copy of a record. A second run of one that is written changes nothing."""
    given = UUID(str(export_id))
    with organization(actor.organization_id):
        mutations.tell_of_writing(actor=actor, export_id=given, percent=10)
    with organization(actor.organization_id):
        found = queries.own_export_row(actor=actor, export_id=given)
        if found.has_file or found.state == "expired":
            return
        record = queries.whole_record(actor=actor, student_id=found.student_id)
        pages = document.pages_of(actor=actor, record=record, export=found)
    with organization(actor.organization_id):
        mutations.tell_of_writing(actor=actor, export_id=given, percent=40)
    packed = packing.packed(record, pages)
    with organization(actor.organization_id):
        mutations.tell_of_writing(actor=actor, export_id=given, percent=90)
    with organization(actor.organization_id):
        mutations.finish_export(
            actor=actor,
            export_id=given,
            data=packed.data,
            counts=record.counts,
            unprintable=packed.unprintable,
            now=timezone.now(),
        )


@shared_task(name="records.sweep")
def sweep() -> None:
    """Destroy what is due, remove files of copies whose day is over, and what has passed its term.

    Run by the clock. A second run changes nothing; one that was killed is finished by the next.
    """
    keys: set[str] = set()
    for actor in software_actors(name="Throughline"):
        destroy_due(actor=actor)
        expire(actor=actor)
        with organization(actor.organization_id):
            mutations.prune(actor=actor, now=timezone.now())
            keys |= queries.kept_files(actor=actor)
    store.EXPORTS.sweep(keys=keys, before=time.time() - ORPHAN_SECONDS)


def destroy_due(*, actor: Actor) -> int:
    """Destroy, one by one, the records of a district whose day has come. Returns how many are finished."""
    with organization(actor.organization_id):
        due = queries.destructions_due(actor=actor)
    done = 0
    for destruction_id in due:
        try:
            with organization(actor.organization_id):
                mutations.destroy(actor=actor, destruction_id=destruction_id, now=timezone.now())
        except SpedError as error:
            log.warning(
                "a destruction waits", extra={"destruction": str(destruction_id), "reason": error.code}
            )
            continue
        finish(actor=actor, destruction_id=destruction_id)
        done += 1
    return done


def finish(*, actor: Actor, destruction_id: UUID) -> None:
    """Remove the files of a destroyed record from the disk, write its tombstone, and say so."""
    with organization(actor.organization_id):
        row = queries.destruction_of(actor=actor, destruction_id=destruction_id)
        files, student_id, destroyed_at = row.files, row.student_id, row.destroyed_at
    if destroyed_at is None:
        return
    removed = 0
    for kind, key in files:
        if kind == mutations.destruction.LAST_LINE:
            store.bury(organization_id=actor.organization_id, student_id=student_id, on=destroyed_at.date())
        else:
            lent(kind)(key)
            removed += 1
    with organization(actor.organization_id):
        mutations.finish_destruction(actor=actor, destruction_id=destruction_id, removed=removed)


def expire(*, actor: Actor) -> None:
    """Remove the files of copies whose day is over."""
    with organization(actor.organization_id):
        over = queries.expired_files(actor=actor, now=timezone.now())
    for export_id in over:
        with organization(actor.organization_id):
            mutations.expire_export(actor=actor, export_id=export_id, now=timezone.now())


def destroy_restored() -> int:
    """Destroy again whoever a restored backup brought back, in every district. Returns how many."""
    buried = store.buried()
    done = 0
    for actor in software_actors(name="Throughline"):
        listed = {student_id for owner, student_id in buried if owner == actor.organization_id}
        with organization(actor.organization_id):
            known = queries.destroyed_ids(actor=actor)
            back = queries.still_there(actor=actor, ids=frozenset(listed | known))
        for student_id in back:
            with organization(actor.organization_id):
                row = mutations.destroy_again(actor=actor, student_id=student_id, now=timezone.now())
            finish(actor=actor, destruction_id=row.id)
            done += 1
    return done
