"""Jobs: promised in the transaction, done by the actor of now, at least once, parked when hopeless."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from core import queue
from core.actor import system_actor
from core.models import Job
from core.tenant import current_organization_id
from students.models import Student

RAN = []


@pytest.fixture(autouse=True)
def tasks(monkeypatch):
    """A few tasks of the tests' own."""
    monkeypatch.setattr(queue, "TASKS", dict(queue.TASKS))
    RAN.clear()

    @queue.task(name="tests.look")
    def look(*, actor, **arguments):
        RAN.append((actor, arguments, current_organization_id(), list(Student.objects.all())))

    @queue.task(name="tests.break")
    def breaks(*, actor):
        raise ZeroDivisionError("Zoë Núñez-Abbott")


def run(job):
    queue.run_job(str(job.id))
    job.refresh_from_db()


def promise(player, name="tests.look", **more):
    with player_within(player):
        queue.enqueue(name, actor=player.actor, **more)
    return Job.objects.get(name=name)


def player_within(player):
    from core.tenant import organization

    return organization(player.organization.id)


@pytest.mark.django_db(transaction=True)
def test_task_has_no_organisation_but_the_one_it_opens(committed_cast):
    """R55: no context, no rows."""
    job = promise(committed_cast.casey, student_id=committed_cast.student.id)

    run(job)

    actor, arguments, organization_id, students = RAN[0]
    assert (organization_id, students) == (None, [])
    assert arguments == {"student_id": str(committed_cast.student.id)}
    assert (actor.person_id, actor.roles) == (committed_cast.casey.person.id, frozenset({"teacher"}))
    assert job.state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
def test_every_task_without_context_touches_nothing(committed_cast):
    """R55: each real task, called for an organisation in which its record does not exist."""
    from core.errors import SpedError
    from core.ids import uuid7
    from core.models import AuditEntry
    from core.tenant import organization

    software = system_actor(organization_id=committed_cast.elsewhere.id, name="test")
    for name, task in list(queue.TASKS.items()):
        if name.startswith("tests."):
            continue
        for arguments in ({"record_id": str(committed_cast.student.id)}, {"record_id": str(uuid7())}):
            try:
                task(actor=software, **arguments)
            except (SpedError, TypeError):
                continue
    with organization(committed_cast.district.id):
        assert not AuditEntry.objects.exists()


def test_job_keeps_ids_only(cast):
    """R55, R28: JSON, who and what by id; no name, no rights."""
    job = promise(cast.casey, student_id=cast.student.id, number=3)

    kept = json.dumps([job.arguments, job.actor])
    assert str(cast.casey.person.id) in kept
    for word in ("Casey", "Zo", "teacher", "example.org"):
        assert word not in kept


def test_job_of_a_rolled_back_transaction_was_never_promised(cast):
    """R51."""
    with transaction.atomic():
        queue.enqueue("tests.look", actor=cast.casey.actor)
        assert Job.objects.exists()
        transaction.set_rollback(True)

    assert not Job.objects.exists()


def test_job_with_a_key_is_promised_once(cast):
    for _ in range(3):
        queue.enqueue("tests.look", actor=cast.casey.actor, key="once")

    assert Job.objects.count() == 1


def test_job_runs_with_the_rights_of_now(cast):
    """Rights are read again: who left meanwhile does nothing more."""
    job = promise(cast.casey)
    cast.casey.person.memberships.update(ends_on=cast.casey.actor.today)

    with pytest.raises(Exception, match="not_found"):
        run(job)

    job.refresh_from_db()
    assert (RAN, job.state, job.last_error) == ([], Job.State.WAITING, "NotFound")


def test_job_that_fails_waits_longer_and_is_parked_at_last(cast):
    job = promise(cast.casey, "tests.break")
    waits = []
    for _ in range(queue.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            run(job)
        job.refresh_from_db()
        waits.append(job.run_after - now())

    assert waits[0] < waits[1] < waits[2]
    assert (job.state, job.attempts, job.last_error) == (
        Job.State.PARKED,
        queue.MOST_ATTEMPTS,
        "ZeroDivisionError",
    )
    assert queue.retry_parked(organization_id=cast.district.id) == 1
    assert Job.objects.get().state == Job.State.WAITING


def test_job_that_somebody_holds_is_left_alone(cast):
    job = promise(cast.casey)
    Job.objects.update(leased_until=now() + timedelta(minutes=1))
    run(job)
    assert RAN == []

    Job.objects.update(leased_until=now() - timedelta(seconds=1))
    run(job)
    assert len(RAN) == 1
    run(job)
    assert len(RAN) == 1, "done is done"


def test_due_jobs_are_offered_again_until_they_are_done(cast):
    job = promise(cast.casey)

    assert queue.due_jobs() == [str(job.id)]
    assert queue.due_jobs() == []
    Job.objects.update(run_after=now() - timedelta(seconds=1))
    assert queue.due_jobs() == [str(job.id)]
    run(job)
    Job.objects.update(run_after=now() - timedelta(seconds=1))
    assert queue.due_jobs() == []


@pytest.mark.django_db(transaction=True)
def test_request_never_talks_to_the_broker(committed_cast, settings):
    """R53: a write with Redis away commits and answers; the job waits in the database."""
    settings.CELERY_BROKER_URL = settings.REDIS_URL = "redis://127.0.0.1:1/0"
    cast = committed_cast

    response = cast.ada.client().post(
        cast.ada.url(f"/students/{cast.student.id}/edit/team/"),
        {
            "person": str(cast.cory.person.id),
            "part": "representative",
            "starts_on": cast.ada.actor.today.isoformat(),
        },
    )

    assert response.status_code == 303
    from core.models import OutboxEvent

    assert OutboxEvent.objects.filter(verb="students.team.joined", delivered_at=None).exists()
