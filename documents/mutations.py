"""Writing down consents. Audit verbs: `documents.consent.recorded`, `documents.consent.revoked`."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged
from documents.models import Consent
from documents.queries import visible_consent
from documents.rules import may_keep_consents
from students.models import Guardian
from students.queries import editable_student, refuse_archived, visible_student

EARLIEST = date(1990, 1, 1)


class ConsentInForce(Conflict):
    """One consent of a kind is in force at a time."""

    code = "consent_in_force"
    message = gettext_lazy("A consent of this kind is in force already.")


@mutation
def record_consent(
    *,
    actor: Actor,
    student_id: UUID,
    kind: str,
    guardian_id: UUID,
    given_on: date,
    paper_reference: str,
    today: date,
) -> Consent:
    """Write down a parent's written consent, with its date and where the signed paper is.

    Source: 34 CFR 300.9 and 300.300. Raises NotFound, NotAllowed, Archived, Invalid, ConsentInForce.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_keep_consents)
    guardian = Guardian.objects.filter(
        organization_id=actor.organization_id, student=student, id=guardian_id, has_educational_rights=True
    ).first()
    found: dict[str, list[str]] = {}
    if guardian is None or not _held_rights(guardian, given_on):
        found["guardian_id"] = [_("Choose a guardian who held educational rights on that day.")]
    if not EARLIEST <= given_on <= today:
        found["given_on"] = [_("Consent was given on a day up to today.")]
    if not paper_reference.strip():
        found["paper_reference"] = [_("Say where the signed paper is kept.")]
    if found or guardian is None:
        raise Invalid(fields=found)
    consent = Consent(
        organization_id=actor.organization_id,
        student=student,
        kind=kind,
        guardian=guardian,
        given_on=given_on,
        paper_reference=paper_reference.strip(),
    )
    consent.full_clean(
        exclude=("organization", "student", "guardian"), validate_unique=False, validate_constraints=False
    )
    if Consent.objects.filter(student=student, kind=kind, revoked_on=None).exists():
        raise ConsentInForce
    consent.save()
    audit(actor, "documents.consent.recorded", consent, kind=kind, given_on=given_on, guardian_id=guardian.id)
    return consent


@mutation
def revoke_consent(*, actor: Actor, consent_id: UUID, revoked_on: date, today: date) -> Consent:
    """Write down that a parent revoked a consent in writing; it is not retroactive.

    Source: 34 CFR 300.9(c)(3) and 300.300(b)(4). Raises NotFound, NotAllowed, Archived, Invalid.
    """
    consent = visible_consent(actor=actor, consent_id=consent_id)
    visible_student(actor=actor, student_id=consent.student_id, lock=True)
    consent = visible_consent(actor=actor, consent_id=consent_id, lock=True)
    require(actor, may_keep_consents, consent.student)
    refuse_archived(actor=actor, student_id=consent.student_id)
    if consent.revoked_on is not None:
        unchanged(actor)
        return consent
    if not consent.given_on <= revoked_on <= today:
        raise Invalid(fields={"revoked_on": [_("A day from the day of the consent up to today.")]})
    consent.revoked_on = revoked_on
    consent.save(update_fields=["revoked_on"])
    audit(actor, "documents.consent.revoked", consent, kind=consent.kind, revoked_on=revoked_on)
    return consent


def _held_rights(guardian: Guardian, on: date) -> bool:
    """Whether the guardian's rights had not ended; papers may be older than the record of the guardian."""
    return guardian.ends_on is None or on < guardian.ends_on
