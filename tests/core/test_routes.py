"""Every address, asked by the wrong people, with the wrong ids and with hostile input."""

import io
import json
import logging
import os
import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from structlog.stdlib import ProcessorFormatter

from core.ids import uuid7
from tests.factories.students import RosterEntryFactory, StudentFactory, TeamMemberFactory
from tests.routes import Route, furnish, ids_of, routes

CANARY = "Zanzibarq"
NOTHING_TO_DO = {"/students/<uuid:student_id>/unpin/"}  # what is pinned no more is unpinned for anybody
OURS = "Hereabouts"
ROUTES = routes()
NAMED = [route for route in ROUTES if route.names]


@pytest.fixture
def world(cast):
    """Two districts with a row of every kind in each."""
    furnish(cast.student, cast.casey, OURS)
    furnish(cast.stranger, cast.otto, CANARY)
    cast.ours, cast.theirs = ids_of(cast.district.id), ids_of(cast.elsewhere.id)
    return cast


def ask(player: Any, route: Route, ids: dict[str, Any], method: str = "get", **extra: Any):
    """The answer to somebody of the cast, who signs in once for many requests."""
    path = route.path(ids) if route.is_api else player.url(route.path(ids))
    return player.visitor.ask(method, path, **extra)


def _is_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def scrub(response: Any) -> tuple[Any, ...]:
    """An answer without what differs for each request: ids, tokens, the minute, the address that was asked."""

    def plain(text: str) -> str:
        text = re.sub(r"'nonce-[^']+'", "NONCE", text)
        return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}", "ID", text)

    text = re.sub(
        r'(csrf-token" content|csrfmiddlewaretoken" value| nonce)="[^"]+"',
        "",
        plain(response.content.decode()),
    )
    text = re.sub(r'<div class="print-head".*?</div>', "", text, flags=re.DOTALL)  # the minute of printing
    varying = {"X-Request-Id", "Content-Length"}
    headers = {name: plain(value) for name, value in response.items() if name not in varying}
    return response.status_code, text, headers


def nothing(ids: dict[str, Any]) -> dict[str, Any]:
    """Ids like these, of nothing at all."""
    return {name: uuid7() if _is_id(value) else value for name, value in ids.items()}


def shown_by(response: Any) -> str:
    """Everything that an answer says."""
    return response.content.decode(errors="replace") + str(dict(response.items()))


def is_like_nothing(route: Route, method: str, theirs: Any, nobodys: Any) -> bool:
    """Whether what was asked by another district's id is refused like what is not there, to the byte."""
    allowed = {303, 404, 405} if method == "get" else {404, 405, 415, 422}
    if route.pattern in NOTHING_TO_DO:
        allowed = {303, 405}
    return (
        scrub(theirs) == scrub(nobodys) and theirs.status_code in allowed and CANARY not in shown_by(theirs)
    )


def test_ids_of_another_district_are_like_ids_of_nothing(world):
    """R13, R12: every address with an id answers a post with another district's id and with a random one alike.

    `test_edge.py` asks the same of reading, and counts the statements.
    """
    wrong = []
    for route in NAMED:
        body = {"content_type": "application/json", "data": "{}"} if route.is_api else {}
        theirs, nobodys = (
            ask(world.ada, route, ids, "post", **body) for ids in (world.theirs, nothing(world.theirs))
        )
        if not is_like_nothing(route, "post", theirs, nobodys):
            wrong.append((route.pattern, theirs.status_code, nobodys.status_code))

    assert wrong == []


@pytest.mark.parametrize("name", ["ada", "casey"])
def test_nothing_of_another_district_shows_anywhere(world, log, name):
    """R17, R28: canaries in every text of the other district; every address, with our ids and with theirs.

    What an address may be asked (OPTIONS) is told before any row is read: it is asked with their ids alone. With these
    an administrator reads in `test_edge.py`. Nothing of either district is in the log.
    """
    wrong = []
    for route in ROUTES:
        asked = [(world.ours, "get")]
        if name == "ada":
            asked.append((world.theirs, "options"))
        elif route.names:
            asked.append((world.theirs, "get"))
        for ids, method in asked:
            response = ask(getattr(world, name), route, ids, method)
            shown = shown_by(response)
            if response.status_code >= 500 or CANARY in shown:
                wrong.append((route.pattern, method, response.status_code))

    assert wrong == []
    assert len(log.getvalue().splitlines()) > len(ROUTES), "something was logged at all"
    assert said_in(log, OURS, CANARY) == []


def test_canaries_would_be_seen(world):
    """The crawl above is worth something: our own words do show, until twenty addresses have shown them."""
    found = set()
    for route in ROUTES:
        if OURS in ask(world.ada, route, world.ours).content.decode(errors="replace"):
            found.add(route.pattern)
        if len(found) > 20:
            return

    pytest.fail(f"only in {sorted(found)}")


def test_search_and_ids_tell_nothing_of_another_district(world):
    """R17: neither lists, nor counts, nor a taken id."""
    client = world.ada.client()
    for word in (CANARY, f"{CANARY}son", f"{CANARY}-1", "Ximena", "100200"):
        found = client.get("/api/v1/students/", {"q": word}).json()["results"]
        assert {row["id"] for row in found} <= {str(world.student.id)}
        page = client.post("/d/larkspur/roster/", {"words": word}).content.decode()
        assert f"{CANARY}roster" not in page
        page = client.post("/d/larkspur/search/", {"q": word}, follow=True).content.decode()
        assert str(world.stranger.id) not in page and "Quillfeather" not in page
    people = client.post("/d/larkspur/people/", {"words": "otto"}).content.decode()
    assert "otto@example.org" not in people


def test_anybody_unknown_is_asked_to_sign_in(world, client):
    """R12: every address without a session."""
    wrong = []
    for route in ROUTES:
        path = route.path(world.ours) if route.is_api else world.ada.url(route.path(world.ours))
        for method in (client.get, client.post):
            response = method(path)
            if response.status_code != (401 if route.is_api else 302):
                wrong.append((route.pattern, response.status_code))

    assert wrong == []


HOSTILE = [
    "",
    "\x00",
    "\x01\x1f\x7f",
    "\ud800",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "../../../../etc/passwd",
    "%00%0d%0aSet-Cookie: x=1",
    "\r\nX-Evil: 1",
    "9" * 400,
    "-1",
    "1e400",
    "NaN",
    "true",
    "null",
    "[]",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "٣٤٥",
    "\u202e\u0000\ufeff",
    "𝕬" * 200,
    "a" * 5000,
    str(uuid7()),
]
FIELDS = (
    *(
        "q",
        "words",
        "after",
        "before",
        "cursor",
        "limit",
        "grade",
        "school",
        "status",
        "eligibility",
        "due",
        "tag",
    ),
    *(
        "standing",
        "sort",
        "order",
        "kind",
        "weeks",
        "all",
        "version",
        "given_name",
        "family_name",
        "preferred_name",
    ),
    *(
        "school_id",
        "person",
        "part",
        "starts_on",
        "ends_on",
        "value",
        "label",
        "reason",
        "relationship",
        "email",
    ),
    *("measured_on", "note", "next", "theme", "language", "font", "role", "schools", "title", "name", "code"),
    *(
        "timezone",
        "currency",
        "opens_at",
        "closes_at",
        "case_manager",
        "statement",
        "target_value",
        "minutes",
    ),
    *(
        "baseline_value",
        "times",
        "text",
        "decision",
        "effective_on",
        "client_id",
        "search",
        "file",
        "changes",
    ),
)
# There are more fields than values: an address meets each value in every turn, and each field another one than before.
# `TURNS=26` in the environment, as in `make soak`, is every value in every field.
TURNS, STEP = int(os.environ.get("TURNS", "1")), 7
SHARE = 40  # addresses of one test, at least


def home_of(route: Route) -> str:
    """The noun under which an address stands, as a page and in the API."""
    return route.pattern.split("/")[3 if route.is_api else 1]


def shares() -> dict[str, list[str]]:
    """Neighbouring homes, until there are enough addresses for a world of their own."""
    found: dict[str, list[str]] = {}
    homes: list[str] = []
    count = 0
    for home in sorted({home_of(route) for route in ROUTES}):
        homes.append(home)
        count += sum(home_of(route) == home for route in ROUTES)
        if count >= SHARE:
            found[f"{homes[0]} to {homes[-1]}"] = homes
            homes, count = [], 0
    return found | ({f"{homes[0]} to {homes[-1]}": homes} if homes else {})


SHARES = shares()


def web_safe(value: str) -> str:
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@pytest.mark.parametrize("share", SHARES)
def test_hostile_input_is_never_a_500(world, share):
    """R63: every address, every method, a list of hostile values in every field that any form has."""
    wrong = []
    for home in SHARES[share]:
        with transaction.atomic():  # what is done in one home is undone before the next
            for route in (route for route in ROUTES if home_of(route) == home):
                wrong += answered_as_defects(world, route)
            transaction.set_rollback(True)

    assert wrong == []


def answered_as_defects(world: Any, route: Route) -> list[tuple[Any, ...]]:
    """What an address answers with 500 or more."""
    wrong = []
    for turn in range(TURNS):
        given = {name: HOSTILE[(place + turn * STEP) % len(HOSTILE)] for place, name in enumerate(FIELDS)}
        form = {"data": {name: web_safe(value) for name, value in given.items()}}
        as_json = {"data": json.dumps(given), "content_type": "application/json"}
        asked = [("get", form), ("post", as_json if route.is_api else form)]
        if route.is_api:
            asked.append(("patch", as_json))
        for method, extra in asked:
            status = ask(world.ada, route, world.ours, method, **extra).status_code
            if status >= 500:
                wrong.append((method, route.pattern, status, turn))
    for method in ("put", "delete", "head", "trace"):  # what may be asked (OPTIONS) was asked above
        if (status := ask(world.ada, route, world.ours, method).status_code) >= 500:
            wrong.append((method, route.pattern, status, ""))
    return wrong


BODIES = {
    "not JSON": b"{",
    "not UTF-8": b'{"given_name": "\xff"}',
    "NUL in a value": b'{"given_name": "a\\u0000b"}',
    "NUL in a key": b'{"a\\u0000b": 1}',
    "lone surrogate": b'{"given_name": "\\ud800"}',
    "too deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a little too deep": b'{"a":' * 33 + b"1" + b"}" * 33,
    "not a number": b'{"value": NaN}',
    "a list": b"[]",
    "a string": b'"x"',
    "null": b"null",
    "nothing": b"",
    "a huge number": b'{"value": 1' + b"0" * 5000 + b"}",
    "a huge body": b'{"given_name": "' + b"x" * 1_100_000 + b'"}',
}


BODIES_EACH, WHOLLY_READ = 1, 12


def bodies_for(number: int) -> list[str]:
    """One piece of code (`core.api`) reads all bodies: they take turns, and every twelfth address is sent them all.

    `tests/api/test_hostile.py` sends more of them to each operation that writes.
    """
    names = list(BODIES)
    count = len(names) if number % WHOLLY_READ == 0 or os.environ.get("SOAK") else BODIES_EACH
    return [names[(number * BODIES_EACH + turn) % len(names)] for turn in range(count)]


def test_unreadable_bodies_are_refused(world):
    """R63: depth, NUL, surrogates, NaN, size."""
    wrong = []
    for number, route in enumerate(route for route in ROUTES if route.is_api):
        view = getattr(route.view, "view_class", None)
        body = getattr(view, "Input", None)
        takes = body is not None and bool(body().fields)
        for method in ("post", "patch"):
            for what in bodies_for(number):
                response = ask(
                    world.ada, route, world.ours, method, data=BODIES[what], content_type="application/json"
                )
                # What reads no body does not mind it.
                reads = takes and what not in {"nothing", "null"}
                if response.status_code >= 500 or (reads and response.status_code < 400):
                    wrong.append((what, method, route.pattern, response.status_code))

    assert wrong == []


LISTS = [
    "/caseload/",
    "/roster/",
    "/people/",
    "/messages/",
    "/outbox/",
    "/schools/",
    "/imports/",
    "/ieps/",
    "/",
    "/api/v1/students/",
]


@pytest.mark.parametrize("path", LISTS)
def test_lists_ask_the_same_number_of_statements_for_one_row_and_for_many(cast, path):
    """R64."""
    from accounts.rights import Role
    from notifications.models import Message
    from tests.factories.accounts import MembershipFactory, PersonFactory, SchoolFactory

    furnish(cast.student, cast.casey, OURS)
    client = cast.ada.client()
    address = path if path.startswith("/api/") else cast.ada.url(path)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for number in range(12):
        person = PersonFactory()
        MembershipFactory(organization=cast.district, person=person, role=Role.TEACHER, schools=[cast.school])
        SchoolFactory(organization=cast.district)
        student = StudentFactory(organization=cast.district, school=cast.school, eligible=True)
        TeamMemberFactory(student=student, person=cast.ada.person, part="representative")
        RosterEntryFactory(organization=cast.district, school=cast.school)
        Message.objects.create(
            organization=cast.district,
            kind="other",
            key=str(number),
            person=cast.ada.person,
            to_email="a@b.c",
            subject="s",
            body="b",
        )
    client.get(address)  # opening the new ones is written down once
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200

    assert len(many) == len(few), "\n".join(query["sql"][:160] for query in many)


@pytest.fixture
def log():
    """What the application's own log handler writes."""
    handlers = [one for one in logging.getLogger().handlers if isinstance(one.formatter, ProcessorFormatter)]
    written = io.StringIO()
    streams = [handler.setStream(written) for handler in handlers]
    yield written
    for handler, stream in zip(handlers, streams, strict=True):
        handler.setStream(stream)


def said_in(log: io.StringIO, *words: str) -> list[str]:
    """Which of the words stand in the log, beside those that never may. Each line of it is an object."""
    assert all(isinstance(json.loads(line), dict) for line in log.getvalue().splitlines())
    return [word for word in (*words, "Núñez", "example.org") if word in log.getvalue()]


def test_logs_hold_no_personal_data(world, log):
    """R28: canaries in fields, in addresses, in refusals; the logs have ids, routes and states.

    The crawl of every address above reads the log as well.
    """
    client = world.ada.client(raise_request_exception=False)
    secret = "Sekretsecret"
    client.get(f"/d/larkspur/caseload/?q={secret}&search={secret}")
    client.get(f"/nowhere/?token={secret}")
    client.post("/d/larkspur/search/", {"q": secret})
    client.post("/accounts/login/", {"login": f"{secret}@example.org", "password": secret})
    client.post("/d/larkspur/students/new/", {"given_name": secret, "family_name": secret, "school": "x"})
    client.post("/api/v1/students/", data=json.dumps({"given_name": secret}), content_type="application/json")

    assert said_in(log, OURS, secret, CANARY) == []


def test_log_lines_cannot_be_forged(cast, log):
    """R28: line breaks and terminal codes are encoded."""
    cast.ada.client().get('/d/larkspur/\r\n{"event": "forged"}\x1b[31m/')

    assert "\x1b" not in log.getvalue()
    assert not any(line.startswith('{"event": "forged"') for line in log.getvalue().splitlines())
    assert all(json.loads(line) for line in log.getvalue().splitlines())
