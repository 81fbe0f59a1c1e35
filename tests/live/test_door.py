"""Who gets a live socket at all: people with a session, programs with a token, pages of this origin."""

import pytest
from websockets.sync.client import connect

from accounts.actors import new_token, token_digest
from accounts.models import ApiToken
from tests.factories.accounts import ApiTokenFactory
from tests.live.news import status_of
from tests.reliability.scale import in_time


def test_nobody_signed_in_is_refused_before_the_socket_opens(server, committed_cast, open_tab):
    assert status_of(lambda: open_tab(server)) == 403
    assert status_of(lambda: open_tab(server, cookie="a" * 32)) == 403
    assert status_of(lambda: open_tab(server, headers={"Authorization": "Bearer tl_nothing"})) == 403


def test_member_of_another_district_is_refused_as_if_it_did_not_exist(server, committed_cast, open_tab):
    assert status_of(lambda: open_tab(server, committed_cast.otto, slug="larkspur")) == 403
    assert status_of(lambda: open_tab(server, committed_cast.otto, slug="nowhere")) == 403
    assert status_of(lambda: open_tab(server, committed_cast.otto, slug="")) == 403
    assert status_of(lambda: open_tab(server, committed_cast.otto, slug="%00")) == 403
    assert status_of(lambda: open_tab(server, committed_cast.casey, query={"hat": "family"})) == 403
    assert status_of(lambda: open_tab(server, committed_cast.casey, query={"hat": "crown"})) == 403


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example.org",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example.org",
        "http://localhost.evil.example.org:{port}",
    ],
)
def test_page_of_another_origin_is_refused(server, committed_cast, open_tab, origin):
    port = server.url.rpartition(":")[2]
    wrong = origin.format(port=port) if origin else None

    assert status_of(lambda: open_tab(server, committed_cast.casey, origin=wrong)) == 403


def test_other_addresses_have_no_sockets(server):
    def attempt():
        with connect(f"{server.ws_url}/ws/nothing/", origin=server.url):
            pass

    assert status_of(attempt) == 403


def test_program_with_a_token_watches_what_its_person_may(server, committed_cast, goal, open_tab):
    token = new_token()
    held = ApiTokenFactory(
        organization=committed_cast.district, person=committed_cast.casey.person, digest=token_digest(token)
    )
    tab = open_tab(server, headers={"Authorization": f"Bearer {token}"}, origin=None)
    assert tab.watch(goal.topic)

    ApiToken.objects.filter(id=held.id).update(revoked_at="2025-01-01T00:00Z")

    assert tab.closed(in_time(5))[0] == 4401
    assert (
        status_of(lambda: open_tab(server, headers={"Authorization": f"Bearer {token}"}, origin=None)) == 403
    )
