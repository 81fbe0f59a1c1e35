"""Parents as 34 CFR 300.30 means them, and until when the record is shared with each."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.mutations import invite_guardian_of
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, unchanged
from students.models import Guardian, Undo
from students.mutations.undo import keep_undo
from students.queries import editable_student, guardian_of
from students.rows import check_days
from students.rules import may_write_guardians
from students.steps import done_step
from students.versions import apply_changes, touch

FIELDS = (
    "given_name",
    "family_name",
    "relationship",
    "email",
    "phone",
    "phone_kind",
    "other_phones",
    "language",
    "needs_interpreter",
    "preferred_contact",
    "address",
    "lives_with",
    "has_educational_rights",
    "rights_from",
    "rights_until",
    "rights_document",
)


@mutation
def add_guardian(
    *,
    actor: Actor,
    student_id: UUID,
    given_name: str,
    family_name: str,
    relationship: str,
    starts_on: date | None = None,
    **details: Any,
) -> Guardian:
    """Add a parent of a student; `details` are others of `FIELDS`. Nothing is shared until they are invited.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    guardian = Guardian(
        organization_id=actor.organization_id,
        student=student,
        given_name=given_name,
        family_name=family_name,
        relationship=relationship,
        starts_on=starts_on or actor.today,
        **{name: value for name, value in details.items() if name in FIELDS},
    )
    check_days(guardian)
    guardian.full_clean(exclude=["student"])
    guardian.save(force_insert=True)
    touch(actor=actor, student=student)
    audit(actor, "students.guardian.added", guardian, relationship=relationship)
    return guardian


@mutation
def update_guardian(
    *,
    actor: Actor,
    student_id: UUID,
    guardian_id: UUID,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Guardian:
    """Change what is known of a parent. A new e-mail address ends the sharing until they are invited again.

    Raises NotFound, NotAllowed, Invalid, ChangedMeanwhile.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    guardian = guardian_of(actor=actor, student=student, guardian_id=guardian_id)
    wanted = {name: changes[name] for name in FIELDS if name in changes}
    topics = guardian.topics()
    changed = apply_changes(guardian, wanted, student=student, expected_version=expected_version)
    if not changed:
        unchanged(actor)
        return guardian
    if "email" in changed and guardian.person_id is not None:
        guardian.person = None
        changed.append("person")
    check_days(guardian)
    guardian.full_clean(exclude=["student"])
    guardian.save(update_fields=changed)
    touch(actor=actor, student=student)
    audit(actor, "students.guardian.changed", guardian, topics={*topics, *guardian.topics()}, fields=changed)
    return guardian


@mutation
def end_guardian(
    *, actor: Actor, student_id: UUID, guardian_id: UUID, ends_on: date | None = None
) -> Guardian:
    """End what a parent may see and decide, the moment `ends_on` begins, today unless given.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    guardian = guardian_of(actor=actor, student=student, guardian_id=guardian_id)
    day = ends_on or actor.today
    if guardian.ends_on is not None and guardian.ends_on <= day:
        unchanged(actor)
        return guardian
    if day < guardian.starts_on:
        raise Invalid(fields={"ends_on": [_("The last day comes before the first.")]})
    ended = (guardian.id, guardian.ends_on, day)
    guardian.ends_on = day
    guardian.save(update_fields=["ends_on"])
    touch(actor=actor, student=student)
    audit(actor, "students.guardian.ended", guardian, ends_on=day)
    keep_undo(
        actor=actor,
        act=Undo.Act.END_GUARDIAN,
        record_id=guardian.id,
        steps=[done_step(student, ended=(ended,))],
    )
    return guardian


@mutation
def invite_guardian(*, actor: Actor, student_id: UUID, guardian_id: UUID) -> Guardian:
    """Invite a parent by e-mail; what the school shares is shared once they accept. Asked again, it is sent again.

    Raises NotFound, NotAllowed, Invalid when there is no address or the rights have ended.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    guardian = guardian_of(actor=actor, student=student, guardian_id=guardian_id)
    if not guardian.email:
        raise Invalid(fields={"email": [_("Enter the parent's e-mail address first.")]})
    if _has_ended(actor, guardian):
        raise Invalid(_("This person's rights have ended, so nothing is shared with them."))
    if guardian.person_id is not None:
        unchanged(actor)
        return guardian
    invite_guardian_of(
        actor=actor,
        guardian_id=guardian.id,
        email=guardian.email,
        given_name=guardian.given_name,
        family_name=guardian.family_name,
    )
    audit(actor, "students.guardian.invited", guardian)
    return guardian


@mutation
def connect_guardian(*, actor: Actor, guardian_id: UUID, person_id: UUID) -> Guardian:
    """Share a child's record with the account that accepted the invitation, unless the rights ended meanwhile.

    `actor` is the software: accounts calls it when an invitation is accepted. Raises Conflict.
    """
    guardian = (
        Guardian.objects.select_for_update(of=("self",))
        .filter(organization_id=actor.organization_id, id=guardian_id)
        .first()
    )
    if guardian is None or _has_ended(actor, guardian):
        raise Conflict(_("What this invitation was for has ended. Ask the school."))
    guardian.person_id = person_id
    guardian.save(update_fields=["person"])
    audit(actor, "students.guardian.connected", guardian, person_id=person_id)
    return guardian


def _has_ended(actor: Actor, guardian: Guardian) -> bool:
    over = [
        day for day in (guardian.ends_on, guardian.rights_until) if day is not None and day <= actor.today
    ]
    return not guardian.has_educational_rights or bool(over)
