"""A promised job is done once in effect, whoever is killed when; what cannot be done is parked and offered again."""

import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from accounts.mutations import add_person, end_membership
from accounts.rights import Role
from core import queue
from core.ids import uuid7
from core.management.commands.relay import MOST_WAKE_UPS
from core.models import AuditEntry, Heartbeat, Job, OutboxEvent
from core.queue import TASKS, enqueue, run_job, task
from core.tenant import organization
from notifications.models import Message
from tests.reliability import stumble
from tests.reliability import work as _named  # noqa: F401  # names `tests.fail` here too
from tests.reliability.conftest import all_is_done, say, wait_for

INVITE = "notifications.invite"


def invite_people(cast, count):
    """Commit so many invitations, each of which promises one job."""
    for number in range(count):
        with organization(cast.district.id):
            add_person(
                actor=cast.ada.actor,
                email=f"new{number}@example.org",
                role=Role.VIEWER,
                given_name="New",
                family_name=f"Colleague{number}",
                is_district_wide=True,
            )


def assert_each_was_invited_once(cast, count):
    assert Job.objects.filter(name=INVITE, state=Job.State.DONE).count() == count
    assert Job.objects.count() == count
    with organization(cast.district.id):
        assert Message.objects.filter(kind="invitation").count() == count
        assert AuditEntry.objects.filter(verb="notifications.message.queued").count() == count


def are_at_work(least_done):
    """Whether so many jobs are done, and two more are in the middle."""
    done = Job.objects.filter(state=Job.State.DONE).count()
    return done >= least_done and Job.objects.filter(leased_until__gt=timezone.now()).count() == 2


def start(site, *names, **more):
    site.start(*(name for name in names if name not in site.children), **more)


@pytest.fixture
def crew(site, transactional_db):
    """A relay and workers are started by the test, and are gone after it."""
    yield site
    site.kill(*(name for name in list(site.children) if name != "redis"))


# --- Who is killed


def test_workers_killed_in_the_middle_of_jobs_lose_and_repeat_nothing(crew, committed_cast):
    """R52, F6: `kill -9` of the whole worker, three times, each time with jobs half done."""
    count = 40
    start(crew, "relay", "worker", SLOW_SECONDS="0.1")
    invite_people(committed_cast, count)

    half_done = set()
    for round_ in range(1, 4):
        wait_for(lambda least=8 * round_: are_at_work(least), what="two at work")
        crew.kill("worker")
        at_work = Job.objects.filter(state=Job.State.WAITING).exclude(leased_until=None)
        half_done |= set(at_work.values_list("id", flat=True))
        start(crew, "worker", SLOW_SECONDS="0.1")
    took = wait_for(all_is_done, 60, "finishing")

    say(
        f"{len(half_done)} jobs were half done when their worker died; all {count} done {took:.1f} s after the last"
    )
    assert set(Job.objects.filter(attempts__gt=1).values_list("id", flat=True)) == half_done
    assert len(half_done) >= 3
    assert_each_was_invited_once(committed_cast, count)


def stumble_at(crew, *points):
    """Let relays die at these points, all at once."""
    crew.run("-m", "tests.reliability.stumble", *points)
    stumbling = crew.children[points[-1]]
    wait_for(lambda: stumbling.poll() is not None, 30, "stumbling")
    log = crew.folder / f"{points[-1]}.log"
    assert stumbling.returncode == 0, log.read_text()[-2000:]


def test_relays_killed_at_every_step_and_two_at_once_repeat_nothing(crew, committed_cast):
    """R52, F7: seven relays die between claim, numbering, publishing, jobs, mark, offer and wake-up; two go on."""
    count = 60
    invite_people(committed_cast, count)

    stumble_at(crew, *stumble.POINTS[:5])
    held = OutboxEvent.objects.filter(delivered_at=None).exclude(claimed_at=None)
    assert held.count() == 4 * stumble.BATCH  # of those that died before the mark
    assert OutboxEvent.objects.exclude(delivered_at=None).count() == stumble.BATCH
    assert Job.objects.filter(attempts=0).count() > stumble.BATCH / 2  # of the two that wrote some
    stumble_at(crew, *stumble.POINTS[5:])
    began = time.monotonic()
    start(crew, "relay", "relay 2", "worker")
    wait_for(lambda: Job.objects.count() == count and all_is_done(), 60, "finishing")

    say(f"seven relays died; all {count} jobs done {time.monotonic() - began:.1f} s after the last")
    assert_each_was_invited_once(committed_cast, count)


def test_wake_ups_lost_with_their_redis_are_sent_again(crew, committed_cast):
    """R52: Redis forgets that workers were called; the row remembers."""
    stumble_count = 6
    invite_people(committed_cast, stumble_count)
    start(crew, "relay")
    wait_for(
        lambda: Job.objects.filter(run_after__gt=timezone.now()).count() == stumble_count, what="offering"
    )
    crew.kill("redis")
    crew.start_redis()
    waits = Job.objects.latest("run_after").run_after - timezone.now()
    assert waits < timedelta(seconds=queue.RESEND_SECONDS)
    Job.objects.update(run_after=timezone.now())  # instead of waiting for it

    start(crew, "worker")
    wait_for(all_is_done, what="finishing")

    assert_each_was_invited_once(committed_cast, stumble_count)


def test_job_that_kills_its_worker_is_parked(crew, committed_cast):
    """R52: a worker that dies says nothing, yet its attempts count."""
    enqueue("tests.kill", actor=committed_cast.ada.actor, record_id=uuid7())
    Job.objects.update(attempts=queue.MOST_ATTEMPTS - 2)
    start(crew, "relay", "worker")

    took = wait_for(lambda: Job.objects.get().state == Job.State.PARKED, what="parking")

    job = Job.objects.get()
    say(f"parked after two more dead workers in {took:.1f} s")
    assert (job.attempts, job.last_error) == (queue.MOST_ATTEMPTS, "WorkerLost")
    invite_people(committed_cast, 1)
    wait_for(lambda: Job.objects.filter(state=Job.State.DONE).count() == 1, what="the next job")


def test_wake_ups_do_not_pile_up_while_no_worker_comes(crew, committed_cast):
    """A job is offered again until it is done; what waits in Redis grows no longer for it."""
    for _job in range(MOST_WAKE_UPS + 20):
        enqueue("tests.once", actor=committed_cast.ada.actor, record_id=uuid7())
    start(crew, "relay")
    with redis.Redis(port=crew.redis_port, db=int(settings.REDIS_URL.rpartition("/")[2])) as bus:

        def wake_ups():
            return sum(bus.llen(key) for key in bus.keys("*celery:celery"))

        wait_for(lambda: wake_ups() == MOST_WAKE_UPS, what="offering")
        Job.objects.update(run_after=timezone.now())
        due_at = timezone.now()
        wait_for(
            lambda: Heartbeat.objects.get(name="relay").at > due_at + timedelta(seconds=2), what="two sweeps"
        )

        assert wake_ups() == MOST_WAKE_UPS
        bus.flushdb()


def test_worker_keeps_its_connections_from_job_to_job(crew, committed_cast):
    """A pool of connections opened anew for each job would cost more than most jobs."""
    invite_people(committed_cast, 20)
    start(crew, "relay", "worker")
    wait_for(lambda: Job.objects.filter(state=Job.State.DONE).count() >= 2, what="the first jobs")
    before = sessions()
    wait_for(all_is_done, what="finishing")

    assert sessions() - before < 20


def sessions():
    """How many connections were ever made to the test's database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


# --- Leases


@contextmanager
def named(name, function, lease_seconds=queue.LEASE_SECONDS):
    """A task for the length of a test."""
    task(name=name, lease_seconds=lease_seconds)(function)
    try:
        yield
    finally:
        TASKS.pop(name)


@pytest.fixture
def job(committed_cast):
    """One job, waiting; no relay or worker is about."""
    enqueue("tests.once", actor=committed_cast.ada.actor, record_id=uuid7())
    return Job.objects.get()


def test_lease_of_a_living_worker_is_renewed(job):
    """A task may take far longer than its lease; a second worker that is woken meanwhile finds it taken."""
    runs = []

    def long(**given):
        runs.append(threading.get_ident())
        time.sleep(2)

    with named("tests.once", long, lease_seconds=0.6):
        first = threading.Thread(target=lambda: (run_job(str(job.id)), connections.close_all()))
        first.start()
        wait_for(lambda: runs, what="the first worker")
        while first.is_alive():
            run_job(str(job.id))
            assert queue.due_jobs() == []
            time.sleep(0.1)
        first.join()

    assert len(runs) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 1)


def test_worker_that_lost_its_lease_has_no_say_any_more(job):
    """It was held up; another has taken over and is still at it. Its own end changes nothing."""

    def held_up(**given):
        Job.objects.update(attempts=2, leased_until=timezone.now() + timedelta(seconds=20))

    with named("tests.once", held_up):
        run_job(str(job.id))

    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.WAITING, 2)
    assert job.leased_until is not None


def test_two_workers_woken_for_one_job_run_it_once(job):
    runs, gate = [], threading.Barrier(4)

    def work_once():
        gate.wait()
        run_job(str(job.id))
        connections.close_all()

    with named("tests.once", lambda **given: runs.append(given) or time.sleep(0.3)):
        workers = [threading.Thread(target=work_once) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert len(runs) == 1


# --- What cannot be done


def fail_until_parked(job_id):
    pauses = []
    while Job.objects.get(id=job_id).state == Job.State.WAITING:
        with pytest.raises(Exception):  # noqa: B017, PT011  # whatever the task raised
            run_job(str(job_id))
        job = Job.objects.get(id=job_id)
        pauses.append(round((job.run_after - timezone.now()).total_seconds()))
    return pauses


def test_job_that_keeps_failing_is_parked_seen_and_offered_again(committed_cast, capsys, caplog):
    """R52: eight tries, each after a longer pause; the error's type is kept, its words are not."""
    actor = committed_cast.ada.actor
    enqueue("tests.fail", actor=actor, record_id=uuid7())
    job = Job.objects.get()

    pauses = fail_until_parked(job.id)

    job.refresh_from_db()
    assert pauses[:-1] == [2, 4, 8, 16, 32, 64, 128]
    assert (job.state, job.attempts, job.last_error) == (Job.State.PARKED, 8, "Broken")
    assert queue.due_jobs() == []
    run_job(str(job.id))  # a late wake-up
    (parked,) = queue.parked_jobs(organization_id=actor.organization_id)
    assert (parked.id, parked.name) == (job.id, "tests.fail")
    assert queue.parked_jobs(organization_id=uuid7()) == ()
    shown = StringIO()
    call_command("parked_jobs", stdout=shown)
    assert f"{job.id} failed 8 times: Broken" in shown.getvalue()
    assert "Zanzibarq" not in shown.getvalue() + caplog.text + "".join(capsys.readouterr())

    runs = []
    usual = TASKS["tests.fail"]
    TASKS["tests.fail"] = lambda **given: runs.append(given)  # mended
    try:
        call_command("parked_jobs", "--organization", str(actor.organization_id), "--retry", stdout=shown)
        assert queue.due_jobs() == [str(job.id)]
        run_job(str(job.id))
    finally:
        TASKS["tests.fail"] = usual

    job.refresh_from_db()
    assert (job.state, len(runs)) == (Job.State.DONE, 1)
    assert queue.parked_jobs() == ()


def test_job_of_somebody_who_lost_their_rights_is_refused(committed_cast, deliver):
    """R52, R11: the row says who asked; what they may do is read when it runs."""
    cast = committed_cast
    with organization(cast.district.id):
        second = add_person(
            actor=cast.ada.actor,
            email="second@example.org",
            role=Role.ADMINISTRATOR,
            given_name="B",
            family_name="C",
        )
    enqueue(INVITE, actor=cast.ada.actor, record_id=second.id)
    job = Job.objects.get()
    membership = membership_of(cast, cast.ada)
    with organization(cast.district.id):
        from accounts.actors import actor_of_person

        successor = actor_of_person(person_id=second.person_id, organization_id=cast.district.id)
        end_membership(actor=successor, membership_id=membership.id)

    fail_until_parked(job.id)

    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.PARKED, "NotFound")
    with organization(cast.district.id):
        assert not Message.objects.exists()


def membership_of(cast, player):
    from accounts.models import Membership

    with organization(cast.district.id):
        return Membership.objects.get(person=player.person, role=Role.ADMINISTRATOR)


def test_job_of_a_parent_does_not_run_under_the_staff_hat(committed_cast):
    """The queue keeps the hat too: a parent's job never gains the rights of their own role as staff."""
    from core.actor import Hat

    cast, worn = committed_cast, []
    enqueue("tests.once", actor=cast.pat.acting(Hat.FAMILY), record_id=uuid7())
    with named("tests.once", lambda *, actor, record_id: worn.append(actor)):
        run_job(str(Job.objects.get().id))

    assert (worn[0].hat, worn[0].roles) == (Hat.FAMILY, {Role.PARENT})
