"""What whoever runs the installation does from its command line: begin a district; break the glass (R20)."""

from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now

from accounts import mutations, queries
from accounts.models import Invitation, Membership, Organization
from accounts.rights import Role
from accounts.rules import may_open_district
from core.actor import system_actor
from core.errors import NotAllowed
from core.models import AuditEntry
from core.tenant import organization
from notifications.models import AccountMail, Message

CHOSEN = {"given_name": "Opal", "family_name": "Reyes", "password": "plums and apricots"}
EMAIL = "opal@operators.example"


def told(command, *args, **options):
    """The path of the link that a command prints last."""
    out = StringIO()
    call_command(command, *args, stdout=out, **options)
    return urlsplit(out.getvalue().splitlines()[-1]).path


def break_glass(**options):
    return told(
        "break_glass", "larkspur", EMAIL, reason="Nobody answers, and a hearing is tomorrow.", **options
    )


def come_in(path):
    """Follow a link, choose a password, sign in."""
    client = Client()
    client.get(path)
    client.post("/join/", CHOSEN)
    client.post("/accounts/login/", {"login": EMAIL, "password": CHOSEN["password"]})
    return client


def test_broken_glass_lets_in_for_a_day_and_no_longer(cast, monkeypatch):
    Organization.objects.update(is_demonstration=True)  # as in one, a second factor is not asked for
    client = come_in(break_glass())
    today = cast.ada.actor.today

    held = Membership.objects.get(person__email=EMAIL)
    assert (held.role, held.title) == (Role.ADMINISTRATOR, "Emergency access")
    assert (held.starts_on, held.ends_on, held.is_district_wide) == (today, today + timedelta(days=1), True)
    assert client.get("/d/larkspur/people/").status_code == 200

    monkeypatch.setattr(Organization, "local_date", lambda self: today + timedelta(days=1))

    assert client.get("/d/larkspur/people/").status_code == 404


def test_broken_glass_still_asks_for_a_second_factor(cast):
    response = come_in(break_glass()).get("/d/larkspur/people/")

    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/security/")


def test_administrator_sees_the_role_and_ends_it_sooner(cast):
    come_in(break_glass(days=7))
    held = Membership.objects.get(person__email=EMAIL)
    ada, here = cast.ada.client(), cast.ada.url(f"/people/roles/{held.id}/end/")
    for page in ("/people/", f"/people/{held.person_id}/"):
        words = ada.get(cast.ada.url(page)).content.decode()
        assert "Emergency access" in words
        assert f'href="{here}"' in words

    assert ada.post(here, {"ends_on": cast.ada.actor.today.isoformat()}).status_code == 303
    held.refresh_from_db()
    assert held.ends_on == cast.ada.actor.today
    assert f'href="{here}"' not in ada.get(cast.ada.url("/people/")).content.decode()


def test_administrators_and_the_audit_are_told_who_and_why(cast, deliver):
    break_glass(days=3)
    deliver()

    entry = AuditEntry.objects.get(verb="accounts.emergency.opened")
    assert (entry.actor_name, entry.actor_kind) == ("break_glass", "system")
    assert entry.reason == "Nobody answers, and a hearing is tomorrow."
    assert entry.values["ends_on"] == (cast.ada.actor.today + timedelta(days=3)).isoformat()
    news = Message.objects.get(person=cast.ada.person)
    assert EMAIL in news.body
    assert "Nobody answers" in news.body
    assert not AccountMail.objects.filter(to_email=EMAIL).exists(), "the link is handed over, not mailed"


def test_link_holds_for_an_hour_and_a_new_one_takes_its_place(cast, deliver):
    first = break_glass()
    deliver()
    second = break_glass()
    Invitation.objects.filter(revoked_at=None).update(expires_at=now() + timedelta(minutes=59))
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 302
    assert Invitation.objects.get(revoked_at=None).sent_at > now() - timedelta(minutes=1)

    third = break_glass()
    holds = Invitation.objects.get(revoked_at=None).expires_at - now()
    assert timedelta(minutes=59) < holds <= timedelta(hours=1)
    Invitation.objects.update(expires_at=now() - timedelta(seconds=1))
    assert Client().get(third).status_code == 410


def test_link_that_is_used_after_the_last_day_gives_nothing(cast, monkeypatch):
    path = break_glass()
    tomorrow = cast.ada.actor.today + timedelta(days=1)
    monkeypatch.setattr(Organization, "local_date", lambda self: tomorrow)

    assert Client().get(path).status_code == 410


@pytest.mark.parametrize("who", ["ada", "casey", "mina"])
def test_nobody_who_is_signed_in_breaks_the_glass(cast, who):
    actor = getattr(cast, who).actor
    assert not may_open_district(actor)

    with pytest.raises(NotAllowed):
        mutations.open_in_emergency(actor=actor, email=EMAIL, reason="I want to.")

    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"days": 0}, "From 1 day to 7"),
        ({"days": 8}, "From 1 day to 7"),
        ({"reason": "  "}, "Say why"),
        ({"reason": "x" * 201}, "200"),
        ({"slug": "nowhere"}, "no such district"),
        ({"email": "no address"}, "valid email"),
        ({"email": "ada@example.org"}, "holds that role"),
    ],
)
def test_what_is_wrong_is_said_and_opens_nothing(cast, options, said):
    wanted = {"slug": "larkspur", "email": EMAIL, "reason": "A reason."} | options

    with pytest.raises(CommandError, match=said):
        call_command("break_glass", wanted.pop("slug"), wanted.pop("email"), **wanted)

    assert not Invitation.objects.exists()
    assert not AuditEntry.objects.filter(verb="accounts.emergency.opened").exists()


def found_district(email=EMAIL, **options):
    return told("found_district", "aspen", "Aspen School District", administrator=email, **options)


def test_district_begins_with_an_administrator_who_comes_in_by_a_link(db, deliver):
    path = found_district(timezone="America/Denver")
    deliver()
    come_in(path)

    district = Organization.objects.get(slug="aspen")
    assert (district.name, district.timezone) == ("Aspen School District", "America/Denver")
    with organization(district.id):
        held = Membership.objects.get()
        assert (held.person.email, held.role, held.ends_on) == (EMAIL, Role.ADMINISTRATOR, None)
        assert held.is_district_wide
        actor = system_actor(organization_id=district.id, name="test")
        assert [person.email for person in queries.administrators(actor=actor)] == [EMAIL]
        assert AuditEntry.objects.filter(
            verb="accounts.invitation.made", actor_name="found_district"
        ).exists()


def test_name_of_a_district_that_is_known_is_not_passed_over(db):
    found_district()
    with pytest.raises(CommandError, match="as Aspen School District"):
        call_command("found_district", "aspen", "Another", administrator=EMAIL)


def test_lost_link_is_made_anew_until_somebody_came_in(db):
    first, second = found_district(), found_district()

    assert Client().get(first).status_code == 410
    come_in(second)
    with pytest.raises(CommandError, match="break_glass"):
        found_district("other@operators.example")


@pytest.mark.parametrize(
    ("options", "said"),
    [({"email": "no address"}, "valid email"), ({"timezone": "Mars/Olympus"}, "time zone")],
)
def test_district_that_cannot_begin_leaves_nothing(db, options, said):
    with pytest.raises(CommandError, match=said):
        found_district(**options)

    assert not Organization.objects.filter(slug="aspen").exists()
