"""A student with a row in every table, each word of it a canary; and ways to let the days pass."""

import io
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from PIL import Image

from assessments.models import AssessmentResult
from audit.models import Disclosure
from casefile.models import DataGroup, DataGroupGoal, DataSheet, PinnedStudent
from core.encrypted import Encrypted
from core.models import IdempotencyKey
from ieps.models import Approval, Comment, GlanceReading, Iep
from integrations.models import ImportFinding, ImportRow, RosterImport, RosterRecord
from notifications.models import Message
from records.models import Destruction, LegalHold
from records.queries import all_parts
from students.models import (
    Condition,
    ExternalId,
    HealthPlan,
    Medication,
    ProgramEnrollment,
    RosterEntry,
    SearchWord,
    Student,
    Undo,
)
from students.photos import PHOTOS
from tests.routes import furnish

CANARY = "quokkaleaf"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Files of one test."""
    settings.STORAGE_URL = (tmp_path / "files").as_uri()
    return tmp_path / "files"


def picture():
    target = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(target, "JPEG")
    return target.getvalue()


def filled(cast: Any, student: Student | None = None) -> Student:
    """A student of whom every table has a row, and every text column of it holds the canary."""
    student = student or cast.student
    furnish(student, cast.casey, "Harbor")
    own: dict[str, Any] = {"organization_id": student.organization_id, "student": student}
    today, person = cast.casey.actor.today, cast.casey.person
    Condition.objects.create(**own, name="x", notes="x")
    Medication.objects.create(**own, name="x", dose="x", times="x", prescriber="x")
    HealthPlan.objects.create(**own, diet="x", emergency_plan="x")
    ExternalId.objects.create(**own, kind="medicaid", secret=f"{CANARY}-secret")
    SearchWord.objects.get_or_create(**own, word=f"{CANARY}word")
    ProgramEnrollment.objects.create(**own, source="edfi", sourced_id=CANARY, name="x", begins_on=today)
    AssessmentResult.objects.create(**own, source="edfi", sourced_id=CANARY, title="x", administered_on=today)
    Disclosure.objects.create(
        **own, party="x", asked_on=today, purpose="x", interest="x", recorded_by_name="x"
    )
    PinnedStudent.objects.create(**own, person=person)
    group, _made = DataGroup.objects.get_or_create(
        organization_id=student.organization_id, person=person, name="Reading B"
    )
    DataGroupGoal.objects.create(**own, group=group, lineage_id=uuid.uuid4(), position=0)
    LegalHold.objects.create(**own, reason="x", placed_by_name="x", lifted_at=timezone.now())
    iep = Iep.objects.filter(student=student, status="active").first()
    Approval.objects.create(**own, iep=iep, person=person, decision="approve", iep_version=1, comment="x")
    thread = Comment.objects.create(**own, iep=iep, person=person, field="strengths", quote="x", body="x")
    Comment.objects.create(**own, iep=iep, person=person, field="strengths", thread=thread, body="x")
    GlanceReading.objects.get_or_create(**own, iep=iep, person=person)
    goal = iep.goals.first()
    DataSheet.objects.create(**own, goal=goal, lineage_id=goal.lineage_id, steps=["x"], changed_by_name="x")
    RosterEntry.objects.create(
        **own, sourced_id=f"{CANARY}-roster", part="student", given_name="x", family_name="x", sort_name="x"
    )
    student.photo_key = PHOTOS.keep(picture())
    student.save(update_fields=["photo_key"])
    for part in all_parts():
        if not part.kept:
            if part.goes_with:  # a log that nobody changes, not even the application
                continue
            for row in part.rows(organization_id=student.organization_id, student_id=student.id):
                sing(row)
    LegalHold.objects.filter(student=student).update(lifted_at=timezone.now())
    Destruction.objects.filter(student_id=student.id).delete()
    _around(student, person)
    student.refresh_from_db()
    return student


KEPT = {"photo_key", "source", "file_key", "fingerprint", "sourced_id"}


def sing(row: models.Model) -> None:
    """Put the canary into every column that takes words. What was signed cannot be changed."""
    if row._meta.label in {"documents.SignedVersion", "documents.Signature", "documents.GeneratedFile"}:
        return
    said = {}
    for field in row._meta.local_fields:
        if field.choices or field.unique or field.name in KEPT:
            continue
        if isinstance(field, Encrypted):
            if (
                field.get_internal_type()
                and getattr(row, field.attname) is not None
                and field.name != "secret"
            ):
                current = getattr(row, field.attname)
                said[field.name] = CANARY if isinstance(current, str) else [CANARY]
        elif isinstance(field, models.JSONField):
            said[field.name] = (
                {CANARY: [CANARY]} if isinstance(getattr(row, field.attname), dict) else [CANARY]
            )
        elif isinstance(field, ArrayField):
            continue
        elif isinstance(field, models.CharField | models.TextField):
            if field.name in {"void_reason", "exclude_reason"} or not (
                getattr(row, field.name) or field.name != "value"
            ):
                continue  # the row's own rules: nothing voided, and an id in one column of two
            said[field.name] = f"{CANARY} {uuid.uuid4().hex[:4]}"[: field.max_length or 60]
    for name, value in said.items():
        setattr(row, name, value)
    if said:
        row.save(update_fields=list(said))


def _around(student: Student, person: Any) -> None:
    """What other tables say of the student."""
    owner = {"organization_id": student.organization_id}
    student.refresh_from_db()
    run = RosterImport.objects.filter(**owner).first()
    Message.objects.create(
        **owner,
        kind="other",
        key=f"team:{student.id}",
        person=person,
        to_email="a@example.org",
        subject=f"{CANARY} subject",
        body=f"{CANARY} body",
        path=f"/d/larkspur/students/{student.id}/",
    )
    Message.objects.create(
        **owner,
        kind="other",
        key="named",
        person=person,
        to_email="a@example.org",
        subject="News",
        body=f"About {student.given_name} {student.family_name}, as you asked.",
    )
    ImportRow.objects.create(
        **owner,
        roster_import=run,
        noun="users",
        line=7,
        position=7,
        sourced_id=f"{CANARY}-roster",
        label=f"{CANARY} label",
        outcome="created",
    )
    ImportFinding.objects.create(
        **owner,
        roster_import=run,
        noun="users",
        line=7,
        position=7,
        column="x",
        code="x",
        severity="warning",
        values={"value": f"{CANARY} value"},
    )
    RosterRecord.objects.create(
        **owner,
        source="oneroster",
        noun="users",
        sourced_id=f"{CANARY}-roster",
        payload={"name": CANARY},
        fingerprint="0" * 64,
    )
    RosterRecord.objects.create(
        **owner,
        source="oneroster",
        noun="demographics",
        sourced_id="other",
        owner=f"{CANARY}-roster",
        payload={"name": CANARY},
        fingerprint="0" * 64,
    )
    IdempotencyKey.objects.create(
        **owner,
        person_id=person.id,
        key="k",
        fingerprint="0" * 64,
        status=201,
        body={"id": str(student.id), "given_name": CANARY},
    )
    Undo.objects.create(
        **owner,
        person=person,
        act="archive",
        until=timezone.now(),
        note=f"{CANARY} note",
        steps=[{"student": str(student.id), "outcome": "done", "was": CANARY}],
    )


def leave(student: Student, today: Any, years: int = 9) -> None:
    """The student left so many years ago."""
    from students.models import Move

    Move.objects.filter(student=student).delete()
    Move.objects.create(
        organization_id=student.organization_id,
        student=student,
        kind="exit",
        state="done",
        on=today - timedelta(days=366 * years),
        from_school_id=student.school_id,
        reason="moved",
        destination=CANARY,
    )
    Student.objects.filter(id=student.id).update(eligibility="exited", enrollment="inactive")
    student.refresh_from_db()


__all__ = ["CANARY", "Decimal", "filled", "leave"]
