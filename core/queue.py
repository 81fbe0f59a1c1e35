"""Work outside the request. `enqueue` promises it in the transaction; the relay wakes a worker; `@task` does it.

A job row is the truth. It runs at least once; a task is written so that a second run changes nothing. A worker keeps
its lease while it lives; when it dies another takes over within `LEASE_SECONDS`. A job that keeps failing, or keeps
killing its worker, is parked: `manage.py parked_jobs` shows it and offers it again.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import DatabaseError, InterfaceError, connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.actor import Actor, Hat, Kind, Origin
from core.models import Job
from core.registry import lent

log = logging.getLogger("core.queue")

LEASE_SECONDS = 30
MOST_ATTEMPTS = 8
RESEND_SECONDS = 30  # a wake-up that was lost with its Redis is sent again after this long

TASKS: dict[str, Callable[..., None]] = {}


def enqueue(
    name: str,
    *,
    actor: Actor,
    key: str | None = None,
    run_after: datetime | None = None,
    **arguments: UUID | str | int,
) -> None:
    """Promise a task by name, in the open transaction. `key` makes it once only.

    Arguments are ids and numbers; words are refused: a job names records, it never quotes them (R55).
    """
    job = Job(
        organization_id=actor.organization_id,
        name=name,
        arguments=_ids(arguments),
        actor=actor.ref(),
        key=key,
        run_after=run_after or timezone.now(),
    )
    Job.objects.bulk_create([job], ignore_conflicts=key is not None)


def _ids(arguments: Mapping[str, UUID | str | int]) -> dict[str, str | int]:
    """Arguments as JSON keeps them. Raises ValueError for a text that is no id."""
    return {
        name: value if isinstance(value, int) else str(UUID(str(value))) for name, value in arguments.items()
    }


def task(
    *, name: str, lease_seconds: int = LEASE_SECONDS
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Name a function as a task. It is called with `actor` and the arguments of its job, no transaction open."""

    def wrap(fn: Callable[..., None]) -> Callable[..., None]:
        @wraps(fn)
        def run(**kwargs: Any) -> None:
            fn(**kwargs)

        run.lease_seconds = lease_seconds  # type: ignore[attr-defined]  # read by `run_job`
        TASKS[name] = run
        return run

    return wrap


def due_jobs(*, limit: int = 200) -> list[str]:
    """Ids of jobs to wake a worker for, each offered again after `RESEND_SECONDS` until it is done."""
    now = timezone.now()
    waiting = Job.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now),
        state=Job.State.WAITING,
        run_after__lte=now,
    )
    with transaction.atomic():
        jobs = list(waiting.select_for_update(skip_locked=True).order_by("run_after")[:limit])
        # Not run again by the sweep while a worker may be about to take it.
        Job.objects.filter(id__in=[job.id for job in jobs]).update(
            run_after=now + timedelta(seconds=RESEND_SECONDS)
        )
    return [str(job.id) for job in jobs]


def offer_again(job_ids: list[str]) -> None:
    """Take back what `due_jobs` gave out: no worker could be told of it."""
    Job.objects.filter(id__in=job_ids, state=Job.State.WAITING, leased_until=None).update(
        run_after=timezone.now()
    )


@shared_task(name="core.run_job")
def run_job(job_id: str) -> None:
    """Take one job if nobody holds it, run it with its own actor, and write down how it ended."""
    job = _lease(job_id)
    if job is None:
        return
    try:
        with _keeping(job):
            TASKS[job.name](actor=_actor_of(job), **job.arguments)
    except Exception as error:
        _failed(job, error)
        raise
    _held(job).update(state=Job.State.DONE, done_at=timezone.now(), leased_until=None, last_error="")


def hold_lease(name: str, *, seconds: int, **arguments: UUID | str | int) -> None:
    """Keep a long job for the worker that is on it: its lease ends so many seconds from now."""
    waiting = Job.objects.filter(name=name, state=Job.State.WAITING, arguments=_ids(arguments))
    waiting.update(leased_until=timezone.now() + timedelta(seconds=seconds))


def _lease(job_id: str) -> Job | None:
    now = timezone.now()
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True).filter(id=job_id, state=Job.State.WAITING).first()
        )
        if job is None or (job.leased_until and job.leased_until > now):
            return None
        if job.attempts >= MOST_ATTEMPTS:  # none of its workers lived to say how it ended
            _park(job, "WorkerLost")
            return None
        job.leased_until = job.run_after = now + timedelta(seconds=_lease_seconds(job))
        job.attempts += 1
        job.save(update_fields=["leased_until", "run_after", "attempts"])
    return job


def _lease_seconds(job: Job) -> float:
    return float(getattr(TASKS.get(job.name), "lease_seconds", LEASE_SECONDS))


def _held(job: Job) -> QuerySet[Job]:
    """The row of a job while nobody else has taken it over: each lease is another attempt."""
    return Job.objects.filter(id=job.id, attempts=job.attempts, state=Job.State.WAITING)


@contextmanager
def _keeping(job: Job) -> Iterator[None]:
    """Renew the lease beside the task for as long as it runs, so that a lease may be short and a task long."""
    is_over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(job, is_over), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def _keep(job: Job, is_over: threading.Event) -> None:
    seconds = _lease_seconds(job)
    try:
        while not is_over.wait(seconds / 3):
            until = timezone.now() + timedelta(seconds=seconds)
            try:
                if not _held(job).update(leased_until=until, run_after=until):
                    return
            except (DatabaseError, InterfaceError) as error:
                log.warning("a lease was not renewed", extra={"error": type(error).__name__})
                connections.close_all()
    finally:
        connections.close_all()


def _failed(job: Job, error: Exception) -> None:
    """Try again later, longer each time; park what has failed too often. Keeps the error's type, not its words."""
    log.warning(
        "job failed",
        extra={"job": str(job.id), "task": job.name, "error": type(error).__name__},
    )
    if job.attempts >= MOST_ATTEMPTS:
        _park(job, type(error).__name__)
        return
    _held(job).update(
        leased_until=None,
        last_error=type(error).__name__[:80],
        run_after=timezone.now() + timedelta(seconds=2**job.attempts),
    )


def _park(job: Job, error: str) -> None:
    if _held(job).update(state=Job.State.PARKED, leased_until=None, last_error=error[:80]):
        log.error("job parked", extra={"job": str(job.id), "task": job.name, "error": error})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedJob:
    """A job that was given up, as an administrator sees it. It names no person."""

    id: UUID
    organization_id: UUID
    name: str
    attempts: int
    last_error: str
    created_at: datetime


def parked_jobs(*, organization_id: UUID | None = None) -> tuple[ParkedJob, ...]:
    """The jobs that were given up, oldest first; of one organisation when one is named."""
    rows = _parked(organization_id).order_by("created_at", "id")
    return tuple(
        ParkedJob(
            id=job.id,
            organization_id=job.organization_id,
            name=job.name,
            attempts=job.attempts,
            last_error=job.last_error,
            created_at=job.created_at,
        )
        for job in rows
    )


def retry_parked(*, organization_id: UUID | None = None) -> int:
    """Offer parked jobs again, those of one organisation when one is named. Returns how many."""
    return _parked(organization_id).update(
        state=Job.State.WAITING, attempts=0, run_after=timezone.now(), leased_until=None
    )


def _parked(organization_id: UUID | None) -> QuerySet[Job]:
    parked = Job.objects.filter(state=Job.State.PARKED)
    return parked.filter(organization_id=organization_id) if organization_id else parked


def _actor_of(job: Job) -> Actor:
    """The job's actor with the rights and the day of now: a person who left meanwhile is refused."""
    ref = job.actor
    origin = Origin(request_id=ref.get("request_id", ""))
    found: Actor
    if ref["kind"] == Kind.PERSON:
        found = lent("accounts.actor_of_person")(
            person_id=UUID(ref["person_id"]),
            organization_id=job.organization_id,
            hat=Hat(ref["hat"]),
            origin=origin,
        )
    else:
        found = lent("accounts.actor_of_software")(
            kind=Kind(ref["kind"]), organization_id=job.organization_id, name=ref["name"], origin=origin
        )
    return found
