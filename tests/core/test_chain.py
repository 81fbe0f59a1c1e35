"""The chain of the audit (R22, R23): what was changed behind the application is named, whoever changed it."""

import json
import threading
import time
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core.chain import BATCH, seal, verify, waiting_organizations
from core.models import AuditEntry, AuditSeal, AuditWaiting
from core.sealer import Sealer, anchor_heads, seal_waiting
from core.tenant import organization
from tests.factories.accounts import OrganizationFactory


@pytest.fixture(autouse=True)
def anchors(settings, tmp_path):
    settings.AUDIT_ANCHOR = str(tmp_path / "audit" / "anchors.jsonl")
    return Path(settings.AUDIT_ANCHOR)


@pytest.fixture
def district(transactional_db):
    """A district of whose audit nobody has written yet."""
    return OrganizationFactory(slug="larkspur")


def write(district, count=1, verb="students.record.updated"):
    """Entries, committed."""
    with organization(district.id):
        return AuditEntry.objects.bulk_create(
            AuditEntry(
                organization_id=district.id,
                verb=verb,
                actor_kind="system",
                actor_name="clock",
                record_type="Student",
                values={"fields": ["grade", "school_id"], "n": number},
                ip="192.0.2.7",
            )
            for number in range(count)
        )


@contextmanager
def behind(administrator):
    """The superuser with every trigger off."""
    administrator.execute("SET session_replication_role = replica")
    yield administrator
    administrator.execute("SET session_replication_role = origin")


def kinds(district):
    return [(finding.kind, finding.seq) for finding in verify(district.id).findings]


def seals(district):
    with organization(district.id):
        return list(AuditSeal.objects.order_by("seq"))


def test_every_entry_is_sealed_in_order_and_the_chain_is_whole(district):
    entries = write(district, 5)
    assert waiting_organizations() == (district.id,)

    assert seal_waiting() == {district.id}

    links = seals(district)
    assert [(link.seq, link.entry_id) for link in links] == list(enumerate((e.id for e in entries), 1))
    assert [bytes(link.prev) for link in links[1:]] == [bytes(link.digest) for link in links[:-1]]
    assert not AuditWaiting.objects.exists()
    verdict = verify(district.id)
    assert (verdict.is_whole, verdict.entries, verdict.waiting) == (True, 5, 0)


def test_entry_that_commits_late_is_sealed_late_and_never_lost(district):
    """A long transaction holds the smaller id while others commit and are sealed."""
    begun, may_end = threading.Event(), threading.Event()
    late = []

    def hold():
        with transaction.atomic():
            late.extend(write(district))
            begun.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert begun.wait(10)
    quick = write(district, 2)
    seal_waiting()
    assert [link.entry_id for link in seals(district)] == [entry.id for entry in quick]
    may_end.set()
    thread.join()
    assert late[0].id < quick[0].id

    seal_waiting()

    assert [link.entry_id for link in seals(district)] == [*(entry.id for entry in quick), late[0].id]
    assert verify(district.id).is_whole


def test_rolled_back_entry_leaves_nothing_to_seal(district):
    with transaction.atomic():
        write(district)
        transaction.set_rollback(True)

    assert seal_waiting() == set()
    assert seals(district) == []


def test_two_sealers_at_once_make_one_chain(district):
    count = 300
    write(district, count)
    start = threading.Barrier(4)

    def work():
        start.wait(10)
        until = time.monotonic() + 20
        while AuditWaiting.objects.exists() and time.monotonic() < until:
            seal(district.id, limit=7)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [link.seq for link in seals(district)] == list(range(1, count + 1))
    assert verify(district.id).is_whole


def test_who_comes_second_leaves_the_chain_to_the_first(district, administrator):
    write(district)
    key = "SELECT pg_advisory_lock(hashtextextended('audit chain of ' || %s, 0))"
    administrator.execute(key, [str(district.id)])

    assert seal(district.id) == 0
    administrator.execute(key.replace("lock(", "unlock("), [str(district.id)])
    assert seal(district.id) == 1


def test_edited_entry_is_named(district, administrator):
    entries = write(district, 4)
    seal_waiting()
    with behind(administrator):
        administrator.execute(
            "UPDATE core_auditentry SET actor_name = 'somebody else' WHERE id = %s", [entries[1].id]
        )

    findings = verify(district.id).findings
    assert [(found.kind, found.seq, found.entry_id) for found in findings] == [("edited", 2, entries[1].id)]


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "verb = 'students.record.opened'",
        "actor_person_id = gen_random_uuid()",
        "student_id = gen_random_uuid()",
        "record_id = gen_random_uuid()",
        "values = '{}'",
        "reason = 'why'",
        "request_id = 'x'",
        "ip = '192.0.2.8'",
        "ip = NULL",
        "user_agent = 'x'",
        "record_type = 'Goal'",
        "actor_kind = 'person'",
    ],
)
def test_every_column_is_sealed(district, administrator, change):
    write(district)
    seal_waiting()
    with behind(administrator):
        administrator.execute(f"UPDATE core_auditentry SET {change}")

    assert kinds(district) == [("edited", 1)]


def test_deleted_entry_is_named(district, administrator):
    entries = write(district, 4)
    seal_waiting()
    with behind(administrator):
        administrator.execute("DELETE FROM core_auditentry WHERE id = %s", [entries[2].id])

    findings = verify(district.id).findings
    assert [(found.kind, found.seq, found.entry_id) for found in findings] == [("deleted", 3, entries[2].id)]


def test_entry_deleted_with_its_seal_leaves_a_gap(district, administrator):
    entries = write(district, 4)
    seal_waiting()
    with behind(administrator):
        for table, column in (("core_auditentry", "id"), ("core_auditseal", "entry_id")):
            administrator.execute(f"DELETE FROM {table} WHERE {column} = %s", [entries[1].id])

    assert kinds(district) == [("gap", 2)]


def test_seal_made_anew_does_not_fit_the_next(district, administrator):
    write(district, 3)
    seal_waiting()
    with behind(administrator):
        administrator.execute("UPDATE core_auditseal SET digest = sha256('x') WHERE seq = 2")

    assert kinds(district) == [("edited", 2), ("broken", 3)]


def test_cut_tail_contradicts_the_anchor(district, administrator):
    entries = write(district, 5)
    seal_waiting()
    assert anchor_heads({district.id}) == 1
    with behind(administrator):
        for table, column in (("core_auditentry", "id"), ("core_auditseal", "entry_id")):
            administrator.execute(f"DELETE FROM {table} WHERE {column} >= %s", [entries[3].id])

    assert kinds(district) == [("tail_cut", 4)]


def test_chain_mended_as_a_whole_contradicts_the_anchor(district, administrator):
    """The most that somebody with every right in the database can do: change an entry and seal all anew."""
    entries = write(district, 3)
    seal_waiting()
    anchor_heads({district.id})
    with behind(administrator):
        administrator.execute("UPDATE core_auditentry SET verb = 'a.b.c' WHERE id = %s", [entries[0].id])
        administrator.execute("DELETE FROM core_auditseal")
        administrator.execute(
            "INSERT INTO core_auditwaiting SELECT id, organization_id FROM core_auditentry ORDER BY id"
        )
    seal_waiting()

    assert kinds(district) == [("anchor_broken", 3)]


def test_entry_written_behind_the_application_has_no_seal(district, administrator):
    write(district, 2)
    seal_waiting()
    with behind(administrator):
        administrator.execute(
            """INSERT INTO core_auditentry (organization_id, at, verb, actor_kind, actor_name, record_type, "values",
            reason, request_id, user_agent) VALUES (%s, now(), 'a.b.c', 'system', '', '', '{}', '', '', '')""",
            [district.id],
        )

    assert kinds(district) == [("unsealed", None)]


def test_chains_of_two_districts_do_not_touch(district, administrator):
    other = OrganizationFactory(slug="dunmore")
    write(district, 2)
    write(other, 3)
    seal_waiting()
    with behind(administrator):
        administrator.execute("DELETE FROM core_auditentry WHERE organization_id = %s", [other.id])

    assert verify(district.id).is_whole
    assert kinds(other) == [("deleted", 1), ("deleted", 2), ("deleted", 3)]


def test_anchor_is_a_line_of_a_file_and_only_appended(district, anchors):
    write(district, 2)
    seal_waiting()
    anchor_heads({district.id})
    write(district, 1)
    seal_waiting()
    anchor_heads({district.id})

    lines = [json.loads(line) for line in anchors.read_text().splitlines()]
    assert [(line["organization"], line["seq"]) for line in lines] == [
        (str(district.id), 2),
        (str(district.id), 3),
    ]
    assert [line["digest"] for line in lines] == [bytes(link.digest).hex() for link in seals(district)[1:]]


def test_torn_line_does_not_stop_the_check(district, anchors):
    write(district)
    seal_waiting()
    anchor_heads({district.id})
    with anchors.open("a") as file:
        file.write('{"at": "2026-\n[]\n')

    assert verify(district.id).is_whole


@pytest.mark.parametrize("table", ["core_auditentry", "core_auditseal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET organization_id = organization_id", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_application_may_only_add(district, table, statement):
    """R22: rows of the audit and its seals are never changed."""
    write(district)
    seal_waiting()
    with pytest.raises(DatabaseError), organization(district.id), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_command_names_what_is_wrong_and_fails(district, administrator):
    entries = write(district, 2)
    seal_waiting()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"{district.id}: whole; 2 sealed, 0 waiting, 0 anchors" in out.getvalue()
    with behind(administrator):
        administrator.execute("DELETE FROM core_auditentry WHERE id = %s", [entries[0].id])

    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", f"--organization={district.id}", stdout=out)
    assert f"entry {entries[0].id} was deleted (seal 1)" in out.getvalue()


def test_command_refuses_what_is_no_id():
    with pytest.raises(CommandError):
        call_command("verify_audit", "--organization=larkspur")


def test_sealer_seals_within_five_seconds_and_anchors_at_its_end(district, anchors):
    sealer = Sealer()
    sealer.start()
    write(district, 3)
    began = time.monotonic()
    while AuditWaiting.objects.exists() and time.monotonic() - began < 10:
        time.sleep(0.05)
    spent = time.monotonic() - began
    sealer.stop()

    assert spent < 5
    assert len(seals(district)) == 3
    assert json.loads(anchors.read_text().splitlines()[-1])["seq"] == 3


def test_sealer_outlives_what_fails(district, monkeypatch):
    """The first pass fails; nothing that waits is lost."""
    failures = []

    def fail_once():
        if not failures:
            failures.append(1)
            raise DatabaseError
        return seal_waiting()

    monkeypatch.setattr("core.sealer.seal_waiting", fail_once)
    monkeypatch.setattr("core.sealer.SEAL_SECONDS", 0.05)
    write(district)
    sealer = Sealer()
    sealer.start()
    time.sleep(0.6)
    sealer.stop()

    assert failures
    assert len(seals(district)) == 1


def test_more_than_a_batch_is_sealed_in_one_pass(district):
    write(district, BATCH + 5)

    seal_waiting()

    assert len(seals(district)) == BATCH + 5
