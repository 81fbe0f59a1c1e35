"""No audit, no commit; and what was written in the audit stays as it was."""

import contextlib
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from core.actor import system_actor
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry, OutboxEvent
from core.mutation import UnauditedMutationError, audit, mutation, require, sole_mutation, unchanged
from students.models import Student


def rename(cast, name="Changed"):
    cast.student.given_name = name
    cast.student.save(update_fields=["given_name"])


def test_mutation_without_audit_is_rolled_back(cast):
    @mutation
    def forgets(*, actor):
        rename(cast)

    with pytest.raises(UnauditedMutationError):
        forgets(actor=cast.casey.actor)

    assert Student.objects.get(id=cast.student.id).given_name == "Zoë"


def test_mutation_that_found_nothing_to_change_says_so(cast):
    @mutation
    def looks(*, actor):
        unchanged(actor)
        return "as it was"

    assert looks(actor=cast.casey.actor) == "as it was"
    assert not AuditEntry.objects.exists()


def test_sole_mutation_that_fails_takes_its_transaction_with_it(cast):
    @sole_mutation
    def fails(*, actor):
        unchanged(actor)
        rename(cast)
        raise NotAllowed

    def goes_on():
        with transaction.atomic():
            with contextlib.suppress(NotAllowed):
                fails(actor=cast.casey.actor)
            Student.objects.exists()

    with pytest.raises(TransactionManagementError):
        goes_on()
    assert Student.objects.get(id=cast.student.id).given_name == "Zoë"


def test_mutation_inside_a_mutation_accounts_for_both(cast):
    @mutation
    def inner(*, actor):
        audit(actor, "students.student.updated", cast.student)

    @mutation
    def outer(*, actor):
        inner(actor=actor)

    outer(actor=cast.casey.actor)
    assert AuditEntry.objects.count() == 1


def test_failed_mutation_leaves_no_success(cast):
    """R21: the audit is in the transaction of the change."""

    @mutation
    def breaks(*, actor):
        rename(cast)
        audit(actor, "students.student.updated", cast.student)
        raise Invalid

    with pytest.raises(Invalid):
        breaks(actor=cast.casey.actor)

    assert not AuditEntry.objects.exists() and not OutboxEvent.objects.exists()


def test_audit_says_who_what_when_and_where_from(cast):
    """R21."""
    from dataclasses import replace

    from core.actor import Origin

    actor = replace(cast.casey.actor, origin=Origin(request_id="r-1", ip="192.0.2.7", user_agent="x" * 500))

    @mutation
    def acts(*, actor):
        audit(
            actor,
            "students.student.updated",
            cast.student,
            reason="why",
            fields=["grade"],
            n=Decimal("1.5"),
            on=date(2026, 1, 2),
            at=datetime(2026, 1, 2, tzinfo=UTC),
            who=cast.casey.person.id,
            inner={"a": (1, None)},
        )

    acts(actor=actor)

    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.record_type, entry.record_id, entry.student_id) == (
        "students.student.updated",
        "Student",
        cast.student.id,
        cast.student.id,
    )
    assert (entry.actor_kind, entry.actor_person_id, entry.actor_name) == (
        "person",
        cast.casey.person.id,
        "Casey Cast",
    )
    assert (entry.request_id, entry.ip, len(entry.user_agent), entry.reason) == (
        "r-1",
        "192.0.2.7",
        200,
        "why",
    )
    assert entry.values == {
        "fields": ["grade"],
        "n": "1.5",
        "on": "2026-01-02",
        "at": "2026-01-02T00:00:00+00:00",
        "who": str(cast.casey.person.id),
        "inner": {"a": [1, None]},
    }


@pytest.mark.parametrize("value", ["x" * 201, object(), 1.5, {"a": ["y" * 201]}])
def test_audit_refuses_narrative_and_what_it_cannot_keep(cast, value):
    """R25: long text is named, never copied."""

    @mutation
    def acts(*, actor):
        audit(actor, "students.student.updated", cast.student, value=value)

    with pytest.raises((ValueError, TypeError)):
        acts(actor=cast.casey.actor)


@pytest.mark.parametrize(
    "verb", ["students.updated", "Students.student.updated", "students.student.up dated", ""]
)
def test_audit_knows_its_grammar(cast, verb):
    @mutation
    def acts(*, actor):
        audit(actor, verb, cast.student)

    with pytest.raises(ValueError, match=re.escape(repr(verb))):
        acts(actor=cast.casey.actor)


def test_audit_outside_a_mutation_is_refused(cast):
    with pytest.raises(UnauditedMutationError):
        audit(cast.casey.actor, "students.student.updated", cast.student)


def test_audit_leaves_the_news_with_the_topics_of_the_record(cast):
    @mutation
    def acts(*, actor):
        audit(actor, "students.student.updated", cast.student)

    acts(actor=cast.casey.actor)

    event = OutboxEvent.objects.get()
    assert (event.verb, event.record_id) == ("students.student.updated", cast.student.id)
    assert event.topics == sorted(
        [
            f"student.{cast.student.id}",
            f"school.{cast.school.id}",
            f"organization.{cast.district.id}",
            *(
                f"caseload.{getattr(cast, name).person.id}"
                for name in ("casey", "paula", "sam", "gina", "mina", "pat")
            ),
        ]
    )
    assert "Casey" not in str(event.actor), "the queue says who by id only"


def test_news_of_software_names_the_software(cast):
    @mutation
    def acts(*, actor):
        audit(actor, "students.student.updated", cast.student, topics=())

    acts(actor=system_actor(organization_id=cast.district.id, name="roster"))

    assert OutboxEvent.objects.get().actor["name"] == "roster"


def test_require_names_the_rule_and_nothing_of_the_record(cast):
    def may_never(actor, record):
        return False

    with pytest.raises(NotAllowed) as refused:
        require(cast.casey.actor, may_never, cast.student)

    assert refused.value.details == {"rule": "may_never"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET verb = 'x.y.z'",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry",
        "ALTER TABLE core_auditentry DISABLE TRIGGER ALL",
        "DROP TABLE core_auditentry",
        "SET session_replication_role = replica",
    ],
)
def test_audit_is_append_only_for_the_application(cast, statement):
    """R22: insert and select are all the application's role has."""

    @mutation
    def acts(*, actor):
        audit(actor, "students.student.updated", cast.student)

    acts(actor=cast.casey.actor)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().verb == "students.student.updated"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE core_auditentry SET verb = 'x.y.z'", "DELETE FROM core_auditentry", "TRUNCATE core_auditentry"],
)
def test_audit_is_append_only_for_everybody(committed_cast, administrator, statement):
    """R22: triggers hold even the superuser (who could switch them off: R23 answers that)."""
    from core.tenant import organization

    with organization(committed_cast.district.id):
        AuditEntry.objects.create(
            organization=committed_cast.district,
            verb="a.b.c",
            actor_kind="system",
            actor_name="x",
            record_type="X",
        )

    with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
        administrator.execute(statement)
    assert administrator.execute("SELECT count(*) FROM core_auditentry").fetchone() == (1,)
