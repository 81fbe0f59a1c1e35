"""The district and its people."""

from dataclasses import replace
from datetime import date, timedelta

from accounts import calendars
from accounts import mutations as people
from accounts.actors import token_digest
from accounts.models import ApiToken, Grant, IdentityProvider, Invitation, Membership, School, SchoolYear
from accounts.queries import as_year
from notifications import mutations as messages
from tests.live.changes.table import change
from tests.live.changes.world import World

INSIDE = {
    "students.mutations.schools.tell_of_school": "accounts.mutations.district.update_school",
    "accounts.mutations.invitations.make_invitation_link": "notifications.mutations.people.send_invitation",
    "accounts.mutations.emergencies.open_in_emergency": "notifications.mutations.people.tell_of_emergency",
    "students.mutations.guardians.connect_guardian": "accounts.mutations.invitations.accept_invitation",
    "students.mutations.leaving.end_parts_of": "accounts.mutations.people.deactivate_person",
}


@change("accounts.mutations.district.add_school")
def add_school(world: World) -> None:
    people.add_school(actor=world.actor("ada"), name=world.name(), code=world.name())


@change("accounts.mutations.district.update_school")
def update_school(world: World) -> None:
    chosen = world.one(School.objects.filter(organization=world.cast.district))
    people.update_school(
        actor=world.actor("ada"),
        school_id=chosen.id,
        name=world.name(),
        code=chosen.code,
        is_active=True,
    )


def a_year(world: World) -> calendars.SchoolYear:
    """A school year that nobody has yet."""
    world.count += 1
    first = date(2030, 8, 20) + timedelta(days=800 * world.count)
    last = first + timedelta(days=280)
    off = calendars.DaysOff(first_on=first + timedelta(days=30), last_on=first + timedelta(days=32))
    part = calendars.Period(name="All", first_on=first, last_on=last, reports_due_on=last)
    return calendars.SchoolYear(
        name=f"Y{world.count}", first_on=first, last_on=last, days_off=(off,), periods=(part,)
    )


def present_years(world: World) -> list[SchoolYear]:
    """The school years that count today, on which verdicts and due dates rest."""
    rows = SchoolYear.objects.filter(organization=world.cast.district)
    return list(rows.filter(first_on__lte=world.today, last_on__gte=world.today).order_by("id"))


@change("accounts.mutations.calendars.add_school_year")
def add_school_year(world: World) -> SchoolYear:
    return people.add_school_year(actor=world.actor("ada"), school_id=None, year=a_year(world))


@change("accounts.mutations.calendars.update_school_year")
def update_school_year(world: World) -> None:
    """The present one where there is any: weeks without school, and another day for the reports."""
    found = world.dice.choice(present_years(world) or [add_school_year(world)])
    year = as_year(found)
    first = max(year.first_on, world.today - timedelta(days=world.dice.randrange(3, 30)))
    off = calendars.DaysOff(first_on=first, last_on=max(first, world.today))
    due = timedelta(days=world.dice.randrange(1, 20))
    parts = tuple(replace(part, reports_due_on=part.last_on + due) for part in year.periods)
    year = replace(year, name=world.name()[:20], days_off=(off,), periods=parts)
    people.update_school_year(actor=world.actor("ada"), school_year_id=found.id, year=year)


@change("accounts.mutations.calendars.copy_school_year")
def copy_school_year(world: World) -> None:
    found = add_school_year(world)
    people.copy_school_year(
        actor=world.actor("ada"), school_year_id=found.id, school_ids=[world.cast.school.id]
    )


@change("accounts.mutations.calendars.add_next_school_year")
def add_next_school_year(world: World) -> None:
    people.add_next_school_year(actor=world.actor("ada"), school_year_id=add_school_year(world).id)


@change("accounts.mutations.calendars.remove_school_year")
def remove_school_year(world: World) -> None:
    people.remove_school_year(actor=world.actor("ada"), school_year_id=add_school_year(world).id)


@change("accounts.mutations.district.update_settings")
def update_settings(world: World) -> None:
    people.update_settings(actor=world.actor("ada"), changes={"contact_name": world.name()})


@change("accounts.mutations.district.set_preferences")
def set_preferences(world: World) -> None:
    name = world.dice.choice(["casey", "mina", "ada", "omar"])
    theme = "night" if getattr(world.cast, name).person.theme != "night" else "day"
    people.set_preferences(actor=world.actor(name), changes={"theme": theme})
    getattr(world.cast, name).person.refresh_from_db()


@change("accounts.mutations.people.add_member")
def add_member(world: World) -> None:
    role = world.dice.choice(["paraprofessional", "viewer", "coordinator", "teacher"])
    people.add_member(
        actor=world.actor("ada"), person=world.newcomer(), role=role, school_ids=(world.cast.school.id,)
    )


def somebody_new(world: World) -> Membership:
    """A role of somebody who comes in now."""
    add_member(world)
    return world.extra_membership()


@change("accounts.mutations.people.add_person")
def add_person(world: World) -> None:
    world.count += 1
    email = f"invited{world.count}@example.org"
    held = people.add_person(
        actor=world.actor("ada"),
        email=email,
        role="viewer",
        given_name="In",
        family_name="Vited",
        school_ids=(world.cast.other_school.id,),
    )
    world.newcomers.append(held.person)


@change("accounts.mutations.people.end_membership")
def end_membership(world: World) -> None:
    people.end_membership(actor=world.actor("ada"), membership_id=world.extra_membership().id)


@change("accounts.mutations.people.deactivate_person")
def deactivate_person(world: World) -> None:
    people.deactivate_person(actor=world.actor("ada"), person_id=world.extra_membership().person_id)


@change("accounts.mutations.tokens.issue_token")
def issue_token(world: World) -> None:
    people.issue_token(actor=world.actor("ada"), person_id=world.cast.casey.person.id, days=30)


@change("accounts.mutations.tokens.issue_program_token")
def issue_program_token(world: World) -> None:
    people.issue_program_token(actor=world.actor("ada"), name=world.name(), role="viewer", days=30)


@change("accounts.mutations.tokens.revoke_token")
def revoke_token(world: World) -> None:
    token = world.one(ApiToken.objects.filter(organization=world.cast.district, revoked_at=None))
    people.revoke_token(actor=world.actor("ada"), token_id=token.id)


@change("accounts.mutations.district.set_features")
def set_features(world: World) -> None:
    """Off and on again, so that the story goes on."""
    for is_on in (False, True):
        people.set_features(actor=world.actor("ada"), changes={"command_palette": is_on})


@change("accounts.mutations.grants.add_grant")
def add_grant(world: World) -> None:
    people.add_grant(
        actor=world.actor("ada"),
        person_id=somebody_new(world).person_id,
        right=world.dice.choice(["import_rosters", "read_audit", "keep_tags"]),
        effect=world.dice.choice(["add", "take"]),
        reason=world.name(),
    )


@change("accounts.mutations.grants.end_grant")
def end_grant(world: World) -> None:
    people.end_grant(actor=world.actor("ada"), grant_id=world.one(Grant.objects.filter(ends_on=None)).id)


@change("accounts.mutations.sessions.sign_out_everywhere")
def sign_out_everywhere(world: World) -> None:
    people.sign_out_everywhere(actor=world.actor("ada"), person_id=somebody_new(world).person_id)


def _invitation(world: World) -> Invitation:
    return world.one(Invitation.objects.filter(accepted_at=None, revoked_at=None))


@change("accounts.mutations.invitations.invite_person")
def invite_person(world: World) -> None:
    world.count += 1
    people.invite_person(
        actor=world.actor("ada"),
        email=f"asked{world.count}@example.org",
        role="viewer",
        given_name="As",
        family_name="Ked",
        school_ids=(world.cast.other_school.id,),
    )


@change("notifications.mutations.people.send_invitation")
def send_invitation(world: World) -> None:
    invite_person(world)
    messages.send_invitation(
        actor=world.actor("ada"), invitation_id=Invitation.objects.latest("created_at").id
    )


@change("accounts.mutations.invitations.accept_invitation")
def accept_invitation(world: World) -> None:
    invite_person(world)
    found = Invitation.objects.latest("created_at")
    secret = people.make_invitation_link(actor=world.system, invitation_id=found.id)
    person = people.accept_invitation(
        actor=world.system,
        digest=token_digest(secret),
        given_name="As",
        family_name="Ked",
        password="plums and apricots",
    )
    world.newcomers.append(person)


@change("accounts.mutations.invitations.resend_invitation")
def resend_invitation(world: World) -> None:
    people.resend_invitation(actor=world.actor("ada"), invitation_id=_invitation(world).id)


@change("accounts.mutations.invitations.revoke_invitation")
def revoke_invitation(world: World) -> None:
    people.revoke_invitation(actor=world.actor("ada"), invitation_id=_invitation(world).id)


@change("accounts.mutations.sign_in.set_identity_provider")
def set_identity_provider(world: World) -> None:
    people.set_identity_provider(
        actor=world.actor("ada"),
        issuer="https://login.example.org",
        client_id=world.name(),
        client_secret="a secret of the provider",
    )


@change("accounts.mutations.sign_in.request_provider_test")
def request_provider_test(world: World) -> None:
    people.request_provider_test(actor=world.actor("ada"))


@change("accounts.mutations.sign_in.note_provider_test")
def note_provider_test(world: World) -> None:
    ada = world.actor("ada")
    found = world.one(IdentityProvider.objects.filter(organization_id=ada.organization_id))
    people.note_provider_test(actor=ada, provider_id=found.id, issuer=found.issuer, outcome="silent")


@change("accounts.mutations.sign_in.remove_identity_provider")
def remove_identity_provider(world: World) -> None:
    people.remove_identity_provider(actor=world.actor("ada"))
