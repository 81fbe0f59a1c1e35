"""Reading consents."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise

from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.models import topic
from core.outbox import topic_version
from documents.models import Consent
from documents.rules import may_keep_consents, may_see_consents
from students.models import Guardian, Student, may_be_shared
from students.queries import visible_student


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One consent as its page shows it."""

    consent_id: UUID
    kind: str
    kind_label: str | Promise
    guardian_id: UUID
    guardian_name: str
    given_on: date
    paper_reference: str
    revoked_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPage:
    """A student's consents, newest first, and who may give the next one."""

    student_id: UUID
    student_name: str
    rows: tuple[ConsentRow, ...]
    guardians: tuple[tuple[str, str], ...]
    may_keep: bool
    topic: str
    version: str


def has_consent(*, actor: Actor, student_id: UUID, kind: str, on: date) -> bool:
    """Whether a consent of this kind was given by a day and never revoked. Raises NotFound."""
    student = visible_student(actor=actor, student_id=student_id)
    return Consent.objects.filter(student=student, kind=kind, given_on__lte=on, revoked_on=None).exists()


def consents_page(*, actor: Actor, student_id: UUID) -> ConsentPage:
    """A student's consents. Raises NotFound; NotAllowed for those who see the student but not the guardians."""
    name = topic("student", student_id)
    version = topic_version(name)
    student = visible_student(actor=actor, student_id=student_id)
    if not may_see_consents(actor, student):
        raise NotAllowed
    rows = Consent.objects.filter(student=student).select_related("guardian").order_by("-given_on", "-id")
    return ConsentPage(
        student_id=student.id,
        student_name=student.name,
        rows=tuple(_row(consent) for consent in rows),
        guardians=_guardian_choices(actor, student),
        may_keep=may_keep_consents(actor, student),
        topic=name,
        version=version,
    )


def visible_consent(*, actor: Actor, consent_id: UUID, lock: bool = False) -> Consent:
    """One consent with its student. Raises NotFound when the actor does not see the student."""
    rows = Consent.objects.select_related("student")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(organization_id=actor.organization_id, id=consent_id).first()
    if found is None:
        raise NotFound
    visible_student(actor=actor, student_id=found.student_id)
    return found


def _row(consent: Consent) -> ConsentRow:
    return ConsentRow(
        consent_id=consent.id,
        kind=consent.kind,
        kind_label=Consent.Kind(consent.kind).label,
        guardian_id=consent.guardian_id,
        guardian_name=consent.guardian.name,
        given_on=consent.given_on,
        paper_reference=consent.paper_reference,
        revoked_on=consent.revoked_on,
    )


def _guardian_choices(actor: Actor, student: Student) -> tuple[tuple[str, str], ...]:
    """`(id, name)` of the guardians who hold educational rights today, by name."""
    rows = Guardian.objects.filter(may_be_shared(actor.today), student=student)
    return tuple((str(row.id), row.name) for row in rows.order_by("family_name", "given_name", "id"))
