"""Invitations: a link that works once, for 7 days, for whoever reads the mail of an address (R3, R4, R8)."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils.timezone import now

from accounts import mutations, queries
from accounts.actors import token_digest
from accounts.models import Invitation, Membership, Person
from accounts.rights import Role
from accounts.rules import OwnRights
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from core.tenant import organization
from notifications.models import AccountMail, Message
from tests.accounts.links import link_of

CHOSEN = {"given_name": "Nia", "family_name": "Wolde", "password": "plums and apricots"}


def invite(cast, email="nia@example.org", **more):
    return mutations.invite_person(
        actor=cast.ada.actor, email=email, role=Role.TEACHER, school_ids=(cast.school.id,), **more
    )


def opened(path):
    """Somebody's browser that followed a link."""
    client = Client()
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/join/")
    return client


@pytest.fixture
def link(cast, deliver):
    invite(cast)
    deliver()
    return link_of("nia@example.org")


def test_accepting_makes_an_account_with_the_role(cast, link):
    client = opened(link)
    assert "Larkspur Unified" in client.get("/join/").content.decode()

    response = client.post("/join/", CHOSEN)

    assert (response.status_code, response["Location"]) == (303, "/accounts/login/?next=/d/larkspur/")
    person = Person.objects.get(email="nia@example.org")
    held = Membership.objects.get(person=person)
    assert (held.role, held.starts_on, person.name) == ("teacher", cast.ada.actor.today, "Nia Wolde")
    assert list(held.school_links.values_list("school_id", flat=True)) == [cast.school.id]
    assert client.post("/accounts/login/", {"login": "nia@example.org", "password": CHOSEN["password"]})
    assert client.get("/d/larkspur/").status_code == 200
    assert AuditEntry.objects.filter(verb="accounts.invitation.accepted").count() == 1


def test_second_use_of_a_link_is_gone(cast, link):
    """R8: the page and the code say so, in this browser and in any other."""
    client, late = opened(link), opened(link)
    client.post("/join/", CHOSEN)

    for response in (Client().get(link), late.get("/join/"), late.post("/join/", CHOSEN)):
        assert response.status_code == 410
        assert "invitation_used" in response.content.decode()
    assert Membership.objects.filter(person__email="nia@example.org").count() == 1


@pytest.mark.parametrize("browsers", [1, 2], ids=["two clicks of one", "two people"])
def test_link_accepted_twice_at_once_gives_one_role(committed_cast, deliver, browsers):
    """R3: whoever comes second is told that it was used; one account, one role."""
    with organization(committed_cast.district.id):
        invite(committed_cast)
    deliver()
    link = link_of("nia@example.org")
    clients = [opened(link) for _ in range(browsers)]
    cookies = [client.cookies for client in (clients * 2)[:2]]
    start, answers = threading.Barrier(2), []

    def accept(jar):
        client = Client()
        client.cookies = jar.copy()
        start.wait(10)
        try:
            answers.append(client.post("/join/", CHOSEN).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=[jar]) for jar in cookies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(answers) in ([303, 404], [303, 410]), answers
    with organization(committed_cast.district.id):
        assert Membership.objects.filter(person__email="nia@example.org").count() == 1
    assert Person.objects.filter(email="nia@example.org").count() == 1


def test_link_tells_nobody_where_it_leads(link):
    response = Client().get(link)

    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_expired_withdrawn_and_wrong_links_change_nothing(cast, link):
    found = Invitation.objects.get()
    Invitation.objects.update(expires_at=now() - timedelta(seconds=1))
    expired = Client().get(link)
    Invitation.objects.update(expires_at=now() + timedelta(days=1))
    mutations.revoke_invitation(actor=cast.ada.actor, invitation_id=found.id)
    revoked = Client().get(link)

    assert (expired.status_code, "invitation_expired" in expired.content.decode()) == (410, True)
    assert (revoked.status_code, "invitation_revoked" in revoked.content.decode()) == (410, True)
    for wrong in ("/join/larkspur/nonsense/", "/join/nowhere/nonsense/", link.replace("larkspur", "dunmore")):
        assert Client().get(wrong).status_code == 404
    assert Client().get("/join/").status_code == 404
    assert not Person.objects.filter(email="nia@example.org").exists()


def test_link_for_another_says_so_to_who_is_signed_in(cast, link):
    client = cast.omar.client()
    client.get(link)

    response = client.post("/join/", CHOSEN)

    assert (response.status_code, "invitation_for_another" in response.content.decode()) == (409, True)
    assert not Person.objects.filter(email="nia@example.org").exists()
    assert Invitation.objects.get().accepted_at is None


def test_existing_account_is_connected_and_keeps_its_password(cast, deliver):
    invite(cast, email="otto@example.org")
    deliver()
    client = opened(link_of("otto@example.org"))

    response = client.post("/join/", {})

    assert response.status_code == 303
    assert Membership.objects.get(person=cast.otto.person).role == "teacher"
    before = cast.otto.person.password
    cast.otto.person.refresh_from_db()
    assert cast.otto.person.password == before


def test_invitation_says_nothing_of_whether_an_address_is_known(cast, deliver):
    """R4: another district's teacher and nobody look the same to who invites them."""
    rows = []
    for email in ("otto@example.org", "nobody@example.org"):
        made = invite(cast, email=email)
        row = queries.invitation(actor=cast.ada.acting(), invitation_id=made.id)
        rows.append((row.name, row.state, row.role, row.sendings, row.invited_by))

    assert rows[0] == rows[1]
    people = queries.people(actor=cast.ada.acting(), words="otto")
    assert people.rows == ()


def test_weak_password_is_refused_and_the_link_still_works(link):
    client = opened(link)

    response = client.post("/join/", CHOSEN | {"password": "short"})

    assert response.status_code == 422
    assert 'value="Wolde"' in response.content.decode()
    assert client.post("/join/", CHOSEN).status_code == 303


def test_sent_again_the_link_before_leads_nowhere(cast, link, deliver):
    mutations.resend_invitation(actor=cast.ada.actor, invitation_id=Invitation.objects.get().id)
    deliver()

    assert Client().get(link).status_code == 404
    assert link_of("nia@example.org") != link
    assert Client().get(link_of("nia@example.org")).status_code == 302
    assert Message.objects.filter(to_email="nia@example.org").count() == 2


def test_secret_is_kept_as_a_hash_and_no_message_has_it(cast, link):
    """R8."""
    secret = link.rstrip("/").rpartition("/")[2]

    assert len(secret) >= 43
    assert Invitation.objects.get().digest == token_digest(secret)
    assert secret not in str(list(Message.objects.values()))
    assert secret not in str(list(AuditEntry.objects.values()))
    assert AccountMail.objects.filter(body__contains=secret).count() == 1


def test_invitations_are_the_administrators(cast):
    made = invite(cast)

    for who in ("casey", "cory", "mina"):
        actor = getattr(cast, who).actor
        with pytest.raises(NotAllowed):
            mutations.invite_person(actor=actor, email="x@example.org", role=Role.VIEWER)
        for change in (mutations.resend_invitation, mutations.revoke_invitation):
            with pytest.raises(NotAllowed):
                change(actor=actor, invitation_id=made.id)
    with cast.within(cast.otto), pytest.raises(NotFound):
        mutations.revoke_invitation(actor=cast.otto.actor, invitation_id=made.id)


def test_nobody_invites_themselves_or_twice_or_a_member(cast):
    invite(cast)

    with pytest.raises(OwnRights):
        invite(cast, email="ADA@example.org")
    with pytest.raises(Invalid):
        invite(cast, email="NIA@example.org")
    with pytest.raises(Invalid):
        invite(cast, email="casey@example.org")
    with pytest.raises(Invalid):
        mutations.invite_person(
            actor=cast.ada.actor,
            email="y@example.org",
            role=Role.TEACHER,
            school_ids=(cast.school_elsewhere.id,),
        )


def test_accepted_invitation_can_be_neither_withdrawn_nor_sent_again(cast, link):
    opened(link).post("/join/", CHOSEN)
    found = Invitation.objects.get()

    for change in (mutations.resend_invitation, mutations.revoke_invitation):
        with pytest.raises(Conflict):
            change(actor=cast.ada.actor, invitation_id=found.id)


def test_first_day_to_come_is_the_first_day_of_the_role(cast, deliver):
    day = cast.ada.actor.today + timedelta(days=5)
    invite(cast, starts_on=day)
    deliver()

    opened(link_of("nia@example.org")).post("/join/", CHOSEN)

    assert Membership.objects.get(person__email="nia@example.org").starts_on == day


def test_guessing_links_is_slowed_down(cast):
    """R3."""
    client = Client()
    codes = [client.get("/join/larkspur/guess/").status_code for _try in range(25)]

    assert codes == [404] * 20 + [429] * 5


def test_pages_of_invitations(cast, link):
    client, found = cast.ada.client(), Invitation.objects.get()

    text = client.get(cast.ada.url("/people/invitations/")).content.decode()
    assert "nia@example.org" in text and "Send again" in text
    assert "nia@" not in client.get(cast.ada.url("/people/invitations/?state=accepted")).content.decode()
    url = cast.ada.url(f"/people/invitations/{found.id}/")
    assert client.post(f"{url}resend/").status_code == 303
    assert client.post(f"{url}revoke/").status_code == 303
    assert client.post(f"{url}revoke/").status_code == 409
