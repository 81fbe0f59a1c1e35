"""Every task by its name: without an organisation it touches nothing; what is queued are ids, as JSON (R55)."""

import contextlib
import inspect
import io
import pickle
from datetime import date, timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import override_settings
from django.utils.timezone import now
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads
from psycopg import sql

from accounts.models import Membership
from accounts.mutations import invite_person, request_provider_test, set_identity_provider
from audit.mutations import request_check
from coediting.keeping import SNAPSHOT_EVERY
from coediting.models import Text, TextChange
from coediting.tasks import sweep as sweep_texts
from core import queue, tenant
from core.errors import SpedError
from core.models import Job
from core.queue import TASKS, enqueue
from core.tenant import organization
from ieps.models import Comment
from ieps.tasks import activate_due
from ieps.texts import ensure_texts
from integrations.tasks import advance, receive
from notifications.models import Message
from progress import tasks as progress_tasks
from progress.models import ProgressReport
from progress.tasks import evaluate_due
from records.mutations import request_export
from records.tasks import sweep as sweep_records
from sped.celery import app
from students.models import Allergy, Move, RosterEntry, TeamMember
from students.mutations import Many, assign_case_manager
from students.tasks import move_due
from tests.conftest import admin_url, tables
from tests.factories.ieps import GoalFactory, IepFactory, ServiceFactory
from tests.integrations.districts import zipped_district
from tests.integrations.rosters import small_1_1, zipped


def registry():
    """The registered tasks, without those that tests have named."""
    return {name: run for name, run in TASKS.items() if not name.startswith("tests.")}


def a_comment(cast):
    iep = an_iep(cast, complete=True, status="draft")
    own = {"organization": iep.organization, "student": iep.student, "iep": iep, "field": "strengths"}
    first = Comment.objects.create(**own, person=cast.ada.person, body="x")
    return Comment.objects.create(**own, thread=first, person=cast.omar.person, body="x")


def an_iep(cast, **values):
    today = cast.casey.actor.today
    iep = IepFactory(
        student=cast.other_student,
        meeting_on=today - timedelta(days=5),
        effective_on=today,
        expires_on=today + timedelta(days=300),
        **{"kind": "annual", **values},
    )
    GoalFactory(iep=iep, number=1)
    ServiceFactory(iep=iep)
    return iep


def a_move(cast):
    """A transfer whose day has come."""
    return Move.objects.create(
        organization=cast.district,
        student=cast.student,
        kind="transfer",
        on=cast.casey.actor.today,
        from_school=cast.school,
        to_school=cast.other_school,
        grade="05",
    )


def an_invitation(cast):
    """Somebody who is to be written to."""
    return invite_person(actor=cast.ada.actor, email="nia@example.org", role="viewer")


def a_hand_over(cast):
    """A case file that somebody else takes over."""
    many = Many(ids=(cast.student.id,))
    return assign_case_manager(actor=cast.ada.actor, many=many, person_id=cast.omar.person.id)


def a_provider(cast):
    """A provider that is to be tested, at an address where nothing answers."""
    set_identity_provider(actor=cast.ada.actor, issuer="http://127.0.0.1:1", client_id="a", client_secret="b")
    return request_provider_test(actor=cast.ada.actor)


def a_roster(cast):
    content = io.BytesIO(zipped(small_1_1()))
    return receive(content, actor=cast.ada.actor, name="roster.zip")


def a_kept_pupil(cast):
    """A student of whose programs only the roster knows."""
    run_id = receive(io.BytesIO(zipped_district()), actor=cast.ada.actor, name="ed-fi.zip", kind="edfi")
    advance(actor=cast.ada.actor, run_id=run_id)
    RosterEntry.objects.filter(sourced_id="student/502").update(student=cast.student)
    return cast.student


# Who asks for each task, and for which record: one that has something to do.
def sealed_with_the_old_key(cast):
    """An allergy whose words are under an older key. The task takes nothing but its actor."""
    keys = settings.STUDENT_DATA_ENCRYPTION_KEYS
    with override_settings(STUDENT_DATA_ENCRYPTION_KEYS=keys[::-1]):
        Allergy.objects.create(organization=cast.district, student=cast.student, substance="Milk")
    return {}


def an_export(cast):
    """A copy of a record that somebody waits for."""
    return request_export(actor=cast.ada.actor, student_id=cast.student.id, reason="The family asks")


def an_old_message(cast):
    """A message whose term has passed."""
    Message.objects.create(
        organization=cast.district,
        kind="other",
        key="old",
        to_email="a@example.org",
        subject="Old",
        body="Old",
        created_at=now() - timedelta(days=1200),
    )


def a_goal(cast):
    """A goal of the IEP in force of the student whose parents have accounts."""
    return GoalFactory(iep=IepFactory(student=cast.student, active=True))


def a_sent_report(cast):
    """A report that its family has not been told of."""
    goal = a_goal(cast)
    return ProgressReport.objects.create(
        organization=cast.district,
        student=cast.student,
        iep=goal.iep,
        period_name="Quarter 1",
        first_on=date(2026, 8, 20),
        last_on=date(2026, 10, 23),
        due_on=date(2026, 11, 6),
        status="issued",
        data_until=date(2026, 10, 23),
        sent_at=now(),
        sent_on=date(2026, 11, 1),
        digest="0" * 64,
    )


def a_text_that_waits(cast):
    """A text whose last author rose an hour ago, of which the audit has no line yet."""
    iep = IepFactory(student=cast.student)
    ensure_texts(iep=iep)
    text = Text.objects.filter(subject_id=iep.id).order_by("id").first()
    TextChange.objects.create(
        organization=cast.district,
        text=text,
        version=text.version + 1,
        change_id="last",
        author_id=str(cast.omar.person.id),
        author_name=cast.omar.actor.name,
        at=now() - timedelta(hours=1),
        ops=[{"insert": "x"}],
    )
    Text.objects.filter(id=text.id).update(version=text.version + 1, is_written_on=True)


def a_long_text(cast):
    """A text of which a stage is due to be kept."""
    iep = IepFactory(student=cast.student)
    ensure_texts(iep=iep)
    text = Text.objects.filter(subject_id=iep.id).order_by("id").first()
    versions = range(text.version + 1, SNAPSHOT_EVERY + 1)
    TextChange.objects.bulk_create(
        TextChange(
            organization=cast.district,
            text=text,
            version=version,
            change_id=str(version),
            author_id=str(cast.omar.person.id),
            author_name=cast.omar.actor.name,
            ops=[{"insert": "x"}],
        )
        for version in versions
    )
    Text.objects.filter(id=text.id).update(version=SNAPSHOT_EVERY)
    return text.id


WORK = {
    "accounts.test_provider": lambda cast: ("ada", {"record_id": a_provider(cast).id}),
    "audit.verify_chain": lambda cast: ("ada", {"check_id": request_check(actor=cast.ada.actor).id}),
    "casefile.keep_iep_pdfs": lambda cast: ("omar", {"record_id": an_iep(cast, active=True).id}),
    "coediting.snapshot": lambda cast: ("ada", {"text_id": a_long_text(cast)}),
    "core.rotate_keys": lambda cast: ("ada", sealed_with_the_old_key(cast)),
    "integrations.attach_records": lambda cast: ("ada", {"record_id": a_kept_pupil(cast).id}),
    "integrations.run_import": lambda cast: ("ada", {"run_id": a_roster(cast)}),
    "notifications.invite": lambda cast: (
        "ada",
        {"record_id": Membership.objects.get(person=cast.vic.person).id},
    ),
    "notifications.send_invitation": lambda cast: ("ada", {"record_id": an_invitation(cast).id}),
    "notifications.tell_of_emergency": lambda cast: ("ada", {"record_id": an_invitation(cast).id}),
    "notifications.tell_new_member": lambda cast: (
        "ada",
        {"record_id": TeamMember.objects.get(person=cast.paula.person).id},
    ),
    "notifications.tell_of_hand_over": lambda cast: ("ada", {"record_id": a_hand_over(cast).id}),
    "notifications.tell_of_review": lambda cast: (
        "omar",
        {"record_id": an_iep(cast, complete=True, status="review").id},
    ),
    "notifications.tell_of_comment": lambda cast: ("omar", {"record_id": a_comment(cast).id}),
    "notifications.tell_of_activation": lambda cast: ("omar", {"record_id": an_iep(cast, active=True).id}),
    "notifications.tell_of_report": lambda cast: ("casey", {"record_id": a_sent_report(cast).id}),
    "notifications.tell_of_mastery": lambda cast: ("casey", {"record_id": a_goal(cast).id}),
    "progress.summarise_iep": lambda cast: ("omar", {"record_id": an_iep(cast, active=True).id}),
    "progress.follow_rule": lambda cast: ("ada", {"record_id": cast.district.id}),
    "records.write_export": lambda cast: ("ada", {"export_id": an_export(cast).id}),
    "students.tell_of_school": lambda cast: ("ada", {"record_id": cast.school.id}),
}
BY_THE_CLOCK = {
    "ieps.activate_due": activate_due,
    "students.move_due": move_due,
    "records.sweep": sweep_records,
    "coediting.sweep": sweep_texts,
    "progress.evaluate_due": evaluate_due,
}
CHANGED = {
    "ieps.activate_due": "ieps_iep",
    "students.move_due": "students_move",
    "records.sweep": "notifications_message",
    "coediting.sweep": "coediting_text",
    "progress.evaluate_due": "progress_evaluationrun",
}
OUTSIDE_THE_WALL = {"accounts.sweep"}  # sessions, attempts and keys belong to no district
RUNNER = "core.run_job"


def contents():
    """A sum of every row of every table, as the superuser sees them."""
    with psycopg.connect(admin_url(), autocommit=True) as administrator:
        return {
            table: administrator.execute(
                sql.SQL(
                    "SELECT count(*), md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {} t"
                ).format(sql.Identifier(table))
            ).fetchone()
            for table in tables(administrator)
        }


def changed_tables(run):
    """Run something, whatever it raises for finding nothing; which tables differ afterwards."""
    before = contents()
    with contextlib.suppress(SpedError, DatabaseError):
        run()
    after = contents()
    return {table for table in after if after[table] != before[table]}


def test_every_task_is_listed_here():
    assert set(registry()) == set(WORK)
    assert {name for name in app.tasks if not name.startswith("celery.")} == {
        RUNNER,
        *BY_THE_CLOCK,
        *OUTSIDE_THE_WALL,
    }
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == {*BY_THE_CLOCK, *OUTSIDE_THE_WALL}


@pytest.mark.parametrize("name", WORK)
def test_task_touches_no_row_without_its_organisation(committed_cast, monkeypatch, name):
    """The very job that changes rows as it is changes none when the setting is forgotten: the wall holds, not luck."""
    with organization(committed_cast.district.id):
        who, arguments = WORK[name](committed_cast)
    actor = getattr(committed_cast, who).actor
    given = {word: str(value) for word, value in arguments.items()}

    with monkeypatch.context() as patch:
        patch.setattr(tenant, "_set", lambda *ignored: None)
        assert changed_tables(lambda: TASKS[name](actor=actor, **given)) == set()

    assert changed_tables(lambda: TASKS[name](actor=actor, **given)), "with it, the task does something"


@pytest.mark.parametrize("name", BY_THE_CLOCK)
def test_task_by_the_clock_touches_no_row_without_an_organisation(committed_cast, monkeypatch, name):
    with organization(committed_cast.district.id):
        an_iep(committed_cast, approved=True)
        a_move(committed_cast)
        an_old_message(committed_cast)
        a_text_that_waits(committed_cast)

    monkeypatch.setattr(progress_tasks, "NIGHT_HOUR", 0)  # whatever time it is there
    with monkeypatch.context() as patch:
        patch.setattr(tenant, "_set", lambda *ignored: None)
        assert changed_tables(BY_THE_CLOCK[name]) == set()

    assert CHANGED[name] in changed_tables(BY_THE_CLOCK[name])


@pytest.mark.parametrize("name", WORK)
def test_task_takes_an_actor_and_ids(name):
    parameters = inspect.signature(TASKS[name]).parameters

    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in parameters.values())
    assert "actor" in parameters
    assert all(word.endswith("_id") for word in parameters if word != "actor")


@pytest.mark.parametrize("words", ["Zoë Núñez-Abbott", "", "2015-03-14", "casey@example.org"])
def test_words_cannot_be_queued(committed_cast, words):
    with pytest.raises(ValueError, match="UUID"), transaction.atomic():
        enqueue("notifications.invite", actor=committed_cast.ada.actor, record_id=words)

    assert not Job.objects.exists()


def test_only_json_is_read_from_the_bus():
    """What could run code when it is read is refused, whoever puts it on the bus."""
    evil = pickle.dumps({"job_id": "1"})

    assert app.conf.task_serializer == app.conf.result_serializer == "json"
    assert list(app.conf.accept_content) == ["json"]
    with pytest.raises(ContentDisallowed):
        loads(evil, "application/x-python-serialize", "binary", accept=app.conf.accept_content)


def test_wake_up_carries_the_id_of_its_row_alone():
    """What Redis holds of a job: one id."""
    assert list(inspect.signature(queue.run_job.run).parameters) == ["job_id"]
    assert app.conf.task_ignore_result is True
