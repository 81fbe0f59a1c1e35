"""Three sessions and two sockets of one person, all dead within five seconds (R6)."""

import time

import pytest
from django.test import Client

from accounts import mutations
from accounts.actors import new_token, token_digest, token_holder
from accounts.models import ApiToken
from core.tenant import organization
from tests.factories.accounts import ApiTokenFactory


def sign_out(cast, clients):
    clients[0].post("/accounts/logout/")


def be_signed_out(cast, clients):
    with organization(cast.district.id):
        mutations.sign_out_everywhere(actor=cast.ada.actor, person_id=cast.casey.person.id)


def change_role(cast, clients):
    with organization(cast.district.id):
        mutations.add_member(
            actor=cast.ada.actor,
            person=cast.casey.person,
            role="viewer",
            school_ids=(cast.school.id,),
        )


def lose_role(cast, clients):
    with organization(cast.district.id):
        held = cast.casey.person.memberships.get()
        mutations.end_membership(actor=cast.ada.actor, membership_id=held.id)


@pytest.mark.parametrize("end", [sign_out, be_signed_out, change_role, lose_role])
def test_three_sessions_and_two_sockets_die_within_five_seconds(
    server, committed_cast, open_tab, session_cookie, end
):
    casey = committed_cast.casey
    clients = []
    for _ in range(3):
        client = Client()
        client.cookies["session"] = session_cookie(casey.person)
        assert client.get("/d/larkspur/").status_code == 200
        clients.append(client)
    tabs = [open_tab(server, casey, cookie=client.cookies["session"].value) for client in clients[:2]]
    token = new_token()
    ApiTokenFactory(organization=committed_cast.district, person=casey.person, digest=token_digest(token))
    for tab in tabs:
        tab.watch(committed_cast.student.topic)

    began = time.monotonic()
    end(committed_cast, clients)
    closed = [tab.closed(6) for tab in tabs]
    took = time.monotonic() - began

    assert took < 5, took
    assert all(closed)
    assert [client.get("/d/larkspur/").status_code for client in clients] == [302] * 3
    if end in {be_signed_out, lose_role}:
        assert token_holder(token) is None and ApiToken.objects.get().revoked_at is not None
