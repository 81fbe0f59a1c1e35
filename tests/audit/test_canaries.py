"""R25: the audit holds ids, names of fields, choices and dates; nothing that anybody wrote about a student."""

import random

import pytest
from django.db import connection

from core.errors import SpedError
from core.models import AuditEntry, OutboxEvent
from students.models import Student
from tests.live.changes import CANARY, CHANGES, Nothing, World

SENSITIVE = ("disability", "secondary_disability", "birth_on", "eligibility")


@pytest.mark.django_db
def test_no_mutation_writes_a_narrative_into_the_audit(cast):
    """Every mutation of the application, in the story's order, each text beginning with a canary."""
    world = World(cast, random.Random(5))
    made = set()
    for _round in range(2):
        for name, change in CHANGES.items():
            with connection.cursor() as cursor:
                cursor.execute("SAVEPOINT one")
                try:
                    change(world)
                    made.add(name)
                except (SpedError, Nothing, LookupError):
                    cursor.execute("ROLLBACK TO SAVEPOINT one")

    assert len(made) > len(CHANGES) * 0.7, sorted(set(CHANGES) - made)
    for model in (AuditEntry, OutboxEvent):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT to_jsonb(t)::text FROM {table} t WHERE to_jsonb(t)::text ILIKE %s",
                [f"%{CANARY}%"],
            )
            assert cursor.fetchall() == []


def test_sensitive_fields_are_named_and_never_quoted(cast):
    from students.mutations import update_record

    student = Student.objects.get(id=cast.student.id)
    disability = "AUT" if student.disability != "AUT" else "SLD"
    update_record(actor=cast.ada.actor, student_id=student.id, changes={"disability": disability})

    entry = AuditEntry.objects.get(verb="students.record.updated")
    assert "disability" in entry.values["fields"]
    assert not any(name.startswith(SENSITIVE) for name in entry.values if name != "fields")
