"""R30: a record is destroyed after notice and waiting; nothing of it is left but what the law permits."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from psycopg import sql

from accounts.actors import software_actor
from core.chain import seal, verify
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from core.tenant import organization
from integrations.models import ImportFinding, ImportRow, RosterImport
from notifications.models import Message
from records import mutations, queries, store, tasks
from records.models import Destruction, PermanentRecord
from students.models import Student
from tests.conftest import tables
from tests.records.conftest import CANARY, filled, leave


def announced(cast, student, **more):
    given = {"basis": "rule", "reason": f"{CANARY} reason", "today": cast.ada.actor.today, **more}
    return mutations.start_destruction(actor=cast.ada.actor, student_id=student.id, **given)


def clock(cast):
    return software_actor(organization=cast.district, name="Throughline")


def policy(cast, **more):
    given = {"years": {}, "waiting_days": 0, "keeps_minimum": False, **more}
    mutations.set_policy(actor=cast.ada.actor, now=timezone.now(), **given)


def hits(administrator, word):
    """Every table of the database in which the word stands, as the superuser reads it, encrypted columns as bytes."""
    found = []
    for table in tables(administrator):
        query = sql.SQL("SELECT count(*) FROM {} t WHERE lower(t::text) LIKE {}").format(
            sql.Identifier(table), sql.Literal(f"%{word.lower()}%")
        )
        if administrator.execute(query).fetchone()[0]:
            found.append(table)
    return found


def test_destroyed_student_leaves_no_canary_anywhere(committed_cast, administrator, bus, storage):
    """R30: a canary in every text column of every table; nothing of it in the database, the files, or Redis."""
    cast = committed_cast
    with organization(cast.district.id):
        student = filled(cast)
        leave(student, cast.ada.actor.today)
        policy(cast)
        announced(cast, student)
        copy = mutations.request_export(actor=cast.ada.actor, student_id=student.id, reason=CANARY)
    tasks.write_export(actor=cast.ada.actor, export_id=str(copy.id))
    assert len(hits(administrator, CANARY)) >= 25
    assert len(list(storage.rglob("*.jpg"))) == 1 == len(list(storage.rglob("*.zip")))

    assert tasks.destroy_due(actor=clock(cast)) == 1

    assert hits(administrator, CANARY) == []
    assert hits(administrator, student.family_name) == []
    assert hits(administrator, CANARY.encode().hex()) == []
    assert [path.name for path in storage.rglob("*") if path.is_file()] == [store.TOMBSTONES]
    assert CANARY not in (storage / store.TOMBSTONES).read_text()
    for key in bus.scan_iter("*"):
        assert CANARY.encode() not in key + (bus.dump(key) or b"")
    with organization(cast.district.id):
        assert not Student.objects.filter(id=student.id).exists()
        assert Message.objects.exists()  # of others
        while seal(cast.district.id):
            pass
        row = Destruction.objects.get()
    assert verify(cast.district.id).is_whole
    assert store.buried() == {(cast.district.id, student.id)}
    assert (row.state, row.reason, row.files, row.files_removed, row.times) == ("destroyed", "", [], 2, 1)
    assert row.counts["students.student"] == 1 and row.counts["core.idempotencykey"] == 1
    assert {"students.guardian", "ieps.goal", "progress.progresspoint", "notifications.message"} <= set(
        row.counts
    )


def test_permanent_minimum_is_kept_where_the_district_chooses_so(cast):
    """34 CFR 300.624(b)"""
    student = filled(cast)
    leave(student, cast.ada.actor.today)
    policy(cast, keeps_minimum=True)
    made = announced(cast, student)

    mutations.destroy(actor=cast.ada.actor, destruction_id=made.id, now=timezone.now())

    kept = PermanentRecord.objects.get()
    assert kept.name == f"{student.given_name} {student.middle_name} {student.family_name}"
    assert kept.student_id == student.id and CANARY in kept.address and kept.year_completed
    assert "records.permanentrecord" in Destruction.objects.get().kept


def test_notice_goes_to_every_guardian_with_rights_and_the_day_is_waited_for(cast):
    """34 CFR 300.624(a)"""
    student = cast.student
    leave(student, cast.ada.actor.today)
    policy(cast, waiting_days=30)

    made = announced(cast, student)

    assert made.notices == 2 == Message.objects.filter(key__startswith=f"destruction:{made.id}").count()
    words = Message.objects.filter(person=cast.mina.person).get()
    assert "300.624" in words.body and student.given_name not in words.subject + words.body
    assert tasks.destroy_due(actor=clock(cast)) == 0
    mutations.destroy(actor=cast.ada.actor, destruction_id=made.id, now=timezone.now())
    assert Student.objects.filter(id=student.id).exists()  # its day has not come


def test_canceled_destruction_destroys_nothing(cast):
    student = cast.student
    leave(student, cast.ada.actor.today)
    policy(cast)
    made = announced(cast, student)

    mutations.cancel_destruction(actor=cast.ada.actor, destruction_id=made.id, now=timezone.now())

    assert tasks.destroy_due(actor=clock(cast)) == 0
    assert Student.objects.filter(id=student.id).exists()


def test_legal_hold_keeps_the_record_on_its_day(cast):
    student = cast.student
    leave(student, cast.ada.actor.today)
    policy(cast)
    made = announced(cast, student)
    today = cast.ada.actor.today
    hold = mutations.place_hold(
        actor=cast.ada.actor, student_id=student.id, reason="A complaint", until=None, today=today
    )

    assert tasks.destroy_due(actor=clock(cast)) == 0
    with pytest.raises(mutations.Held):
        mutations.destroy(actor=cast.ada.actor, destruction_id=made.id, now=timezone.now())

    mutations.lift_hold(actor=cast.ada.actor, hold_id=hold.id, now=timezone.now())
    assert tasks.destroy_due(actor=clock(cast)) == 1


@pytest.mark.parametrize(
    ("years", "basis", "error"),
    [
        (None, "rule", mutations.StillServed),
        (None, "parent", mutations.StillServed),
        (2, "rule", mutations.TermNotPassed),
        (2, "parent", None),
        (9, "rule", None),
    ],
)
def test_destruction_is_refused_while_the_record_is_needed(cast, years, basis, error):
    if years:
        leave(cast.student, cast.ada.actor.today, years)
    if error:
        with pytest.raises(error):
            announced(cast, cast.student, basis=basis)
        assert not Destruction.objects.exists()
    else:
        assert announced(cast, cast.student, basis=basis).due_on == cast.ada.actor.today + timedelta(days=30)
        with pytest.raises(mutations.DestructionWaiting):
            announced(cast, cast.student, basis=basis)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("casey", NotAllowed),
        ("cory", NotAllowed),
        ("mina", NotAllowed),
        ("omar", NotFound),
        ("otto", NotFound),
    ],
)
def test_only_administrators_destroy(cast, who, error):
    leave(cast.student, cast.ada.actor.today)

    with pytest.raises(error):
        mutations.start_destruction(
            actor=getattr(cast, who).acting(),
            student_id=cast.student.id,
            basis="rule",
            reason="x",
            today=cast.ada.actor.today,
        )


def test_killed_destruction_is_finished_by_the_next_run(committed_cast, monkeypatch, storage):
    """Killed between the rows and the files, and before either: the next run finishes, once."""
    cast = committed_cast
    with organization(cast.district.id):
        student = filled(cast)
        leave(student, cast.ada.actor.today)
        policy(cast)
        announced(cast, student)
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "finish", lambda **_more: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tasks.destroy_due(actor=clock(cast))
    assert list(storage.rglob("*.jpg")) and not store.buried()

    assert tasks.destroy_due(actor=clock(cast)) == 1
    assert tasks.destroy_due(actor=clock(cast)) == 0

    assert not list(storage.rglob("*.jpg")) and store.buried()
    with organization(cast.district.id):
        assert AuditEntry.objects.filter(verb="records.record.destroyed").count() == 1


def test_restored_student_is_destroyed_again(committed_cast, storage):
    """A backup from before brings the student back; it knows nothing of the destruction, the files do."""
    cast = committed_cast
    with organization(cast.district.id):
        policy(cast)
    store.bury(organization_id=cast.district.id, student_id=cast.student.id, on=cast.ada.actor.today)
    store.bury(organization_id=cast.elsewhere.id, student_id=cast.other_student.id, on=cast.ada.actor.today)

    call_command("destroy_again")

    with organization(cast.district.id):
        assert not Student.objects.filter(id=cast.student.id).exists()
        assert Student.objects.filter(id=cast.other_student.id).exists()
        assert Destruction.objects.get().state == "destroyed"


def test_students_who_left_long_ago_are_listed_as_due(cast):
    leave(cast.student, cast.ada.actor.today, 9)
    leave(cast.other_student, cast.ada.actor.today, 3)

    found = queries.retention_page(actor=cast.ada.actor)

    assert [row.student_id for row in found.due] == [cast.student.id]
    assert found.policy.years["record"] == 7


@pytest.mark.parametrize("wrong", [{"record": 2}, {"record": 61}, {"messages": 0}])
def test_policy_refuses_years_that_the_law_does_not_allow(cast, wrong):
    with pytest.raises(Invalid):
        policy(cast, years=wrong)


def test_clock_prunes_reports_entries_and_messages_after_their_term(cast):
    """R30: what names people and has passed its term goes; the run with its counts stays."""
    old = timezone.now() - timedelta(days=800)
    owner = {"organization_id": cast.district.id}
    for finished in (old, timezone.now()):
        run = RosterImport.objects.create(
            **owner,
            file_name="a",
            file_key="",
            file_hash="0" * 64,
            started_by_name="x",
            state="done",
            finished_at=finished,
        )
        ImportRow.objects.create(**owner, roster_import=run, position=1, label="Pupil", outcome="created")
        ImportFinding.objects.create(**owner, roster_import=run, position=1, code="x", severity="warning")
    kept = Message.objects.create(
        **owner, kind="other", key="new", to_email="a@example.org", subject="x", body="x"
    )
    Message.objects.create(
        **owner, kind="other", key="old", to_email="a@example.org", subject="x", body="x", created_at=old
    )

    gone = mutations.prune(actor=clock(cast), now=timezone.now())

    assert gone == {
        "integrations.importfinding": 1,
        "integrations.importrow": 1,
        "notifications.message": 1,
    }
    assert RosterImport.objects.count() == 2 and list(Message.objects.all()) == [kept]
    assert mutations.prune(actor=clock(cast), now=timezone.now()) == {}
