"""Three sessions and two sockets of one person, all dead within five seconds (R6)."""

import http.client
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from websockets.exceptions import InvalidStatus

from accounts import mutations
from accounts.actors import new_token, token_digest, token_holder
from accounts.models import ApiToken
from accounts.sessions import tell_sockets
from core.tenant import organization
from tests.factories.accounts import ApiTokenFactory
from tests.reliability.scale import in_time


def ask(server, path, **headers):
    """What the running server answers."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer


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


@pytest.fixture
def without_factor(committed_cast):
    Authenticator.objects.filter(user=committed_cast.cory.person).delete()
    return committed_cast.cory


def test_page_socket_and_token_of_who_is_signed_out_all_die(server, committed_cast, open_tab, session_cookie):
    """An administrator presses the button: page to sign-in, socket 4401, token 401, all within five seconds."""
    cast, casey = committed_cast, committed_cast.casey
    cookie = session_cookie(casey.person)
    token = new_token()
    ApiTokenFactory(organization=cast.district, person=casey.person, digest=token_digest(token))
    ada = Client()
    ada.cookies["session"] = session_cookie(cast.ada.person)
    state = ada.session
    state["started_at"] = time.time()
    state.save()

    def page():
        answer = ask(server, "/d/larkspur/", Cookie=f"session={cookie}")
        return answer.status, answer.getheader("Location", "")

    def program():
        return ask(server, "/api/v1/students/", Authorization=f"Bearer {token}").status

    tab = open_tab(server, casey, cookie=cookie)
    tab.watch(cast.student.topic)
    assert (page()[0], program()) == (200, 200)

    began = time.monotonic()
    answer = ada.post(f"/d/larkspur/people/{casey.person.id}/sign-out/")
    assert answer.status_code == 303
    code_of_socket, _error = tab.closed(in_time(6))
    where, code = page(), program()

    assert time.monotonic() - began < in_time(5)
    assert code_of_socket == 4401
    assert where[0] == 302 and where[1].startswith("/accounts/login/")
    assert code == 401


def test_who_must_set_up_a_second_factor_gets_no_socket(server, without_factor, open_tab, session_cookie):
    """R2: what a page refuses, the socket refuses too; and it ends when the factor is taken away."""
    with pytest.raises(InvalidStatus):
        open_tab(server, without_factor, cookie=session_cookie(without_factor.person))
    Authenticator.objects.create(
        user=without_factor.person, type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    tab = open_tab(server, without_factor, cookie=session_cookie(without_factor.person))
    Authenticator.objects.filter(user=without_factor.person).delete()
    tell_sockets(person_id=without_factor.person.id, verb="accounts.session.ended")

    assert tab.closed(in_time(6))[0] == 4401


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
    closed = [tab.closed(in_time(6)) for tab in tabs]
    took = time.monotonic() - began

    assert took < in_time(5)
    assert [code for code, _error in closed] == [4401, 4401]
    assert [client.get("/d/larkspur/").status_code for client in clients] == [302] * 3
    if end in {be_signed_out, lose_role}:
        assert token_holder(token) is None and ApiToken.objects.get().revoked_at is not None
