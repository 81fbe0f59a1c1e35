"""Guardians: invited, connected, and no longer so."""

import pytest

from accounts.actors import software_actor, token_digest
from accounts.models import Invitation, Membership
from accounts.mutations import accept_invitation, make_invitation_link
from accounts.rights import Role
from core.errors import Invalid
from core.models import AuditEntry, OutboxEvent
from students import mutations
from students.models import Guardian, Student
from tests.factories.accounts import PersonFactory


def accept(cast, email):
    """Whoever reads the mail of an address accepts what it is invited to."""
    system = software_actor(organization=cast.district, name="Invitation")
    found = Invitation.objects.get(email=email)
    secret = make_invitation_link(actor=system, invitation_id=found.id)
    accept_invitation(
        actor=system,
        digest=token_digest(secret),
        given_name="Ana",
        family_name="Abbott",
        password="plums and apricots",
    )


def test_invited_guardian_sees_the_child_once_the_account_is_theirs(cast):
    guardian = mutations.add_guardian(
        actor=cast.casey.actor,
        student_id=cast.student.id,
        given_name="Ana",
        family_name="Abbott",
        relationship="grandparent",
        email="ana@example.org",
    )
    assert guardian.person is None

    mutations.invite_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)
    guardian.refresh_from_db()
    assert guardian.person is None
    accept(cast, "ana@example.org")

    guardian.refresh_from_db()
    assert guardian.person.email == "ana@example.org"
    assert Membership.objects.get(person=guardian.person).role == Role.PARENT
    assert "students.guardian.connected" in AuditEntry.objects.values_list("verb", flat=True)


def test_invitation_takes_the_password_of_an_account_nobody_has_proved(cast):
    """Somebody signs up with a parent's address before the school invites the parent: the account is worth nothing."""
    squatter = PersonFactory(email="ana@example.org", given_name="Not", family_name="Ana")
    guardian = mutations.add_guardian(
        actor=cast.casey.actor,
        student_id=cast.student.id,
        given_name="Ana",
        family_name="Abbott",
        relationship="mother",
        email="ANA@example.org",
    )

    mutations.invite_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)

    accept(cast, "ana@example.org")

    squatter.refresh_from_db()
    assert squatter.check_password("plums and apricots")
    assert squatter.name == "Ana Abbott"


def test_guardian_with_a_new_address_is_invited_again(cast):
    guardian = Guardian.objects.get(person=cast.mina.person)

    mutations.update_guardian(
        actor=cast.casey.actor,
        student_id=cast.student.id,
        guardian_id=guardian.id,
        changes={"email": "new@example.org"},
    )

    assert cast.student not in Student.objects.visible_to(cast.mina.acting())
    assert f"person.{cast.mina.person.id}" in OutboxEvent.objects.latest("id").topics


def test_guardian_of_ended_rights_is_not_invited(cast):
    guardian = Guardian.objects.get(person=cast.mina.person)
    mutations.end_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)

    with pytest.raises(Invalid):
        mutations.invite_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)
    assert cast.student not in Student.objects.visible_to(cast.mina.acting())
