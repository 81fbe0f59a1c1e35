"""People, roles, schools and settings: who changes them, what is written down, what ends at once."""

from datetime import time, timedelta
from threading import Thread

import pytest
from django.db import connections

from accounts import mutations
from accounts.actors import districts_of, token_holder
from accounts.models import ApiToken, Membership, Organization, Person, School
from accounts.mutations import LastAdministrator
from accounts.rights import Role
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from core.tenant import organization
from tests.factories.accounts import MembershipFactory, PersonFactory

NOBODY = ["casey", "paula", "sam", "gina", "cory", "vic", "fin", "mina", "omar"]


def calls(cast):
    """Every change of the district, as a function of who asks."""
    return {
        "add_school": {"name": "Cedar", "code": "CED"},
        "update_school": {"school_id": cast.school.id, "name": "Alder", "code": "ALD", "is_active": False},
        "update_settings": {"changes": {"name": "New name"}},
        "add_member": {"person": cast.omar.person, "role": Role.COORDINATOR},
        "add_person": {
            "email": "new@example.org",
            "role": Role.TEACHER,
            "given_name": "N",
            "family_name": "W",
        },
        "end_membership": {"membership_id": cast.omar.person.memberships.get().id},
        "deactivate_person": {"person_id": cast.omar.person.id},
    }


NAMES = [
    "add_school",
    "update_school",
    "update_settings",
    "add_member",
    "add_person",
    "end_membership",
    "deactivate_person",
]


@pytest.mark.parametrize("who", NOBODY)
@pytest.mark.parametrize("name", NAMES)
def test_district_is_changed_by_administrators_only(cast, name, who):
    before = AuditEntry.objects.count()

    with pytest.raises(NotAllowed):
        getattr(mutations, name)(actor=getattr(cast, who).actor, **calls(cast)[name])

    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("name", NAMES)
def test_change_of_the_district_is_written_down_and_told(cast, name):
    getattr(mutations, name)(actor=cast.ada.actor, **calls(cast)[name])

    entry = AuditEntry.objects.latest("id")
    assert (entry.actor_person_id, entry.verb.split(".")[0]) == (cast.ada.person.id, "accounts")
    assert OutboxEvent.objects.latest("id").topics


@pytest.mark.parametrize("name", ["end_membership", "deactivate_person", "update_school"])
def test_people_and_schools_of_another_district_are_not_found(cast, name):
    """R13, R14."""
    with cast.within(cast.otto):
        membership = cast.otto.person.memberships.get().id
    arguments = {
        "end_membership": {"membership_id": membership},
        "deactivate_person": {"person_id": cast.otto.person.id},
        "update_school": {"school_id": cast.school_elsewhere.id, "name": "x", "code": "x", "is_active": True},
    }[name]

    with pytest.raises(NotFound):
        getattr(mutations, name)(actor=cast.ada.actor, **arguments)


def test_role_ends_at_once(cast):
    """R6."""
    mutations.end_membership(actor=cast.ada.actor, membership_id=cast.omar.person.memberships.get().id)

    with pytest.raises(NotFound):
        cast.omar.acting()
    assert districts_of(cast.omar.person.id) == ()
    assert f"person.{cast.omar.person.id}" in OutboxEvent.objects.latest("id").topics


def test_last_administrator_stays(cast):
    membership = cast.ada.person.memberships.get()
    with pytest.raises(LastAdministrator):
        mutations.end_membership(actor=cast.ada.actor, membership_id=membership.id)
    MembershipFactory(organization=cast.district, person=cast.cory.person, role=Role.ADMINISTRATOR)

    mutations.end_membership(actor=cast.ada.actor, membership_id=membership.id)

    assert Membership.objects.get(id=membership.id).ends_on == cast.ada.actor.today


def test_last_administrator_stays_when_two_leave_at_once(committed_cast):
    cast = committed_cast
    with organization(cast.district.id):
        second = MembershipFactory(
            organization=cast.district, person=cast.cory.person, role=Role.ADMINISTRATOR
        )
        first = Membership.objects.get(person=cast.ada.person)
    refused = []

    def end_second():
        try:
            with organization(cast.district.id):
                mutations.end_membership(actor=cast.ada.actor, membership_id=second.id)
        except LastAdministrator as error:
            refused.append(error.code)
        finally:
            connections.close_all()

    with organization(cast.district.id):
        mutations.end_membership(actor=cast.ada.actor, membership_id=first.id)
        other = Thread(target=end_second)
        other.start()
        other.join(0.3)
    other.join(10)
    assert refused == ["last_administrator"]
    with organization(cast.district.id):
        assert Membership.objects.get(id=second.id).ends_on is None


def test_deactivated_person_cannot_sign_in_and_keys_stop(cast):
    """R6."""
    token = mutations.issue_token(actor=cast.omar.actor, person_id=cast.omar.person.id, days=1)
    assert token_holder(token)

    mutations.deactivate_person(actor=cast.ada.actor, person_id=cast.omar.person.id)

    cast.omar.person.refresh_from_db()
    assert not cast.omar.person.is_active
    assert token_holder(token) is None
    assert ApiToken.objects.get().revoked_at is not None


def test_person_of_two_districts_is_deactivated_in_one(cast):
    """An administrator ends nothing in another district."""
    MembershipFactory(organization=cast.district, person=cast.otto.person)

    mutations.deactivate_person(actor=cast.ada.actor, person_id=cast.otto.person.id)

    cast.otto.person.refresh_from_db()
    assert cast.otto.person.is_active
    assert [district.slug for district in districts_of(cast.otto.person.id)] == ["dunmore"]


def test_added_person_is_invited_and_has_no_password(cast):
    membership = mutations.add_person(
        actor=cast.ada.actor,
        email="New.Person@Example.org",
        given_name="Nia",
        family_name="Wolde",
        role=Role.TEACHER,
        title="Reading specialist",
        school_ids=(cast.school.id,),
    )

    person = membership.person
    assert (person.email, person.name, person.has_usable_password()) == (
        "new.person@example.org",
        "Nia Wolde",
        False,
    )
    assert [link.school_id for link in membership.school_links.all()] == [cast.school.id]
    assert membership.starts_on == cast.ada.actor.today
    assert AuditEntry.objects.latest("id").verb == "accounts.person.invited"


def test_added_person_of_another_district_keeps_name_and_password(cast):
    membership = mutations.add_person(
        actor=cast.ada.actor, email="OTTO@example.org", given_name="Not", family_name="Otto", role=Role.VIEWER
    )

    assert membership.person == cast.otto.person
    assert (membership.person.name, membership.person.has_usable_password()) == ("Otto Cast", True)


def test_added_squatter_loses_the_password(cast):
    """Whoever opened an account with somebody else's address does not get what the school gives to that address."""
    from allauth.account.models import EmailAddress

    squatter = PersonFactory(email="nia@example.org")
    proved = PersonFactory(email="zed@example.org")
    EmailAddress.objects.create(user=proved, email="zed@example.org", verified=True, primary=True)

    for email in ("nia@example.org", "zed@example.org"):
        mutations.add_person(
            actor=cast.ada.actor, email=email, given_name="A", family_name="B", role=Role.PARENT
        )

    squatter.refresh_from_db(), proved.refresh_from_db()
    assert not squatter.has_usable_password()
    assert proved.has_usable_password()


def test_role_is_held_once_and_in_own_schools(cast):
    with pytest.raises(Invalid) as twice:
        mutations.add_member(actor=cast.ada.actor, person=cast.omar.person, role=Role.TEACHER)
    with pytest.raises(Invalid) as elsewhere:
        mutations.add_member(
            actor=cast.ada.actor,
            person=cast.omar.person,
            role=Role.COORDINATOR,
            school_ids=(cast.school_elsewhere.id,),
        )

    assert list(twice.value.fields) == ["role"]
    assert list(elsewhere.value.fields) == ["schools"]


def test_parent_never_holds_the_whole_district(cast):
    membership = mutations.add_member(
        actor=cast.ada.actor, person=cast.omar.person, role=Role.PARENT, is_district_wide=True
    )

    assert not membership.is_district_wide


def test_school_codes_are_the_districts_own(cast):
    """R17: another district's code is free here."""
    with pytest.raises(Invalid):
        mutations.add_school(actor=cast.ada.actor, name="Twin", code="ALD")
    with cast.within(cast.otto):
        School.objects.filter(id=cast.school_elsewhere.id).update(code="CED")

    assert mutations.add_school(actor=cast.ada.actor, name="Cedar", code="CED").code == "CED"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"closes_at": time(7)}, "closes_at"),
        ({"name": ""}, "name"),
        ({"date_format": "xyz"}, "date_format"),
        ({"contact_email": "nonsense"}, "contact_email"),
    ],
)
def test_settings_say_which_field_is_wrong(cast, changes, field):
    with pytest.raises(Invalid) as refused:
        mutations.update_settings(actor=cast.ada.actor, changes=changes)

    assert list(refused.value.fields) == [field]


def test_settings_that_do_not_change_write_nothing(cast):
    mutations.update_settings(actor=cast.ada.actor, changes={"name": cast.district.name, "slug": "stolen"})

    assert not AuditEntry.objects.exists()
    assert Organization.objects.get(id=cast.district.id).slug == "larkspur"


def test_preferences_are_ones_own_and_nothing_else(cast):
    person = mutations.set_preferences(
        actor=cast.mina.actor, changes={"theme": "night", "email": "stolen@example.org", "is_active": False}
    )

    person.refresh_from_db()
    assert (person.theme, person.email, person.is_active) == ("night", "mina@example.org", True)
    with pytest.raises(Invalid):
        mutations.set_preferences(actor=cast.mina.actor, changes={"language": "tlh"})


@pytest.mark.parametrize("days", [0, -1, 367])
def test_token_holds_for_a_year_at_most(cast, days):
    with pytest.raises(Invalid):
        mutations.issue_token(actor=cast.omar.actor, person_id=cast.omar.person.id, days=days)


def test_token_of_somebody_else_is_issued_by_administrators_only(cast):
    with pytest.raises(NotAllowed):
        mutations.issue_token(actor=cast.casey.actor, person_id=cast.omar.person.id, days=1)
    assert mutations.issue_token(actor=cast.ada.actor, person_id=cast.omar.person.id, days=1)


def test_token_is_kept_as_a_hash_only(cast):
    """R8."""
    token = mutations.issue_token(actor=cast.omar.actor, person_id=cast.omar.person.id, days=30)

    row = ApiToken.objects.get()
    assert token not in str(ApiToken.objects.values())
    assert len(token) >= 40 and token.startswith("tl_") and row.hint == token[:8]
    assert token not in str(AuditEntry.objects.values())


def test_token_notes_its_use_once_a_minute(cast):
    from django.utils.timezone import now

    token = mutations.issue_token(actor=cast.omar.actor, person_id=cast.omar.person.id, days=30)
    token_holder(token)
    first = ApiToken.objects.get().last_used_at
    token_holder(token)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=now() - timedelta(minutes=2))
    token_holder(token)
    assert ApiToken.objects.get().last_used_at > first


def test_person_is_found_by_address_in_any_case(db):
    PersonFactory(email="Nia@example.org")

    assert Person.objects.get_by_natural_key("nia@EXAMPLE.org").email == "Nia@example.org"
