"""Every address of both URL tables, asked by those who have no business there: each answer is listed.

An address that is not listed fails. `tests/core/test_routes.py` sends hostile values to the fields of our own
addresses as an administrator; here are other people, the addresses of libraries, and content types that lie.
"""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from core.ids import uuid7
from tests.routes import furnish, ids_of

# Anonymous, otto (other district), omar (other caseload), mina (a parent of the student) | the same, posting nothing.
OUTSIDE = r"""
/ 302 302 302 302 | 405 405 405 405
/livez 200 200 200 200 | 405 405 405 405
/readyz 503 503 503 503 | 405 405 405 405
/accounts/login/ 200 302 302 302 | 200 302 302 302
/accounts/logout/ 302 200 200 200 | 302 302 302 302
/accounts/inactive/ 200 200 200 200 | 405 405 405 405
/accounts/signup/ 200 302 302 302 | 200 302 302 302
/accounts/reauthenticate/ 302 200 200 200 | 302 200 200 200
/accounts/email/ 302 200 200 200 | 302 302 302 302
/accounts/confirm-email/ 200 200 200 200 | 405 405 405 405
/accounts/password/change/ 302 200 200 200 | 302 200 200 200
/accounts/password/set/ 302 302 302 302 | 302 302 302 302
/accounts/password/reset/ 200 200 200 200 | 200 200 200 200
/accounts/login/code/confirm/ 302 302 302 302 | 302 302 302 302
/accounts/^confirm-email/(?P<key>[-:\w]+)/$ 200 200 200 200 | 404 404 404 404
/accounts/password/reset/key/done/ 200 200 200 200 | 405 405 405 405
/accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$ 200 200 200 200 | 200 200 200 200
/accounts/password/reset/done/ 200 200 200 200 | 405 405 405 405
/i18n/setlang/ 302 302 302 302 | 302 302 302 302
/mailbox/ 200 200 200 200 | 405 405 405 405
/styleguide/ 302 200 200 200 | 302 405 405 405
/api/v1/schema/ 200 200 200 200 | 405 405 405 405
/api/v1/docs/ 200 200 200 200 | 200 200 200 200
"""
INSIDE = """
/d/larkspur/ 302 404 200 200 | 302 404 405 405
/d/larkspur/caseload/ 302 404 200 200 | 302 404 405 405
/d/larkspur/search/ 302 404 303 303 | 302 404 303 303
/d/larkspur/students/<uuid:student_id>/ 302 404 404 200 | 302 404 405 405
/d/larkspur/students/<uuid:student_id>/goals/ 302 404 404 200 | 302 404 405 405
/d/larkspur/students/<uuid:student_id>/team/ 302 404 404 200 | 302 404 405 405
/d/larkspur/students/<uuid:student_id>/timeline/ 302 404 404 403 | 302 404 405 405
/d/larkspur/students/new/ 302 404 200 403 | 302 404 422 403
/d/larkspur/roster/ 302 404 200 403 | 302 404 200 403
/d/larkspur/roster/<uuid:entry_id>/refer/ 302 404 405 405 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/record/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/ids/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/tags/add/ 302 404 303 303 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/tags/remove/ 302 404 405 405 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/team/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/team/<uuid:member_id>/end/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/guardians/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/guardians/<uuid:guardian_id>/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/guardians/<uuid:guardian_id>/end/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/edit/guardians/<uuid:guardian_id>/invite/ 302 404 405 405 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/archive/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/restore/ 302 404 405 405 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/consents/ 302 404 404 403 | 302 404 404 403
/d/larkspur/consents/<uuid:consent_id>/revoke/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/ 302 404 200 200 | 302 404 405 405
/d/larkspur/students/<uuid:student_id>/iep/ 302 404 404 200 | 302 404 405 405
/d/larkspur/students/<uuid:student_id>/iep/new/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/glance/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/ 302 404 404 200 | 302 404 405 405
/d/larkspur/ieps/<uuid:iep_id>/edit/<slug:section>/ 302 404 404 404 | 302 404 404 404
/d/larkspur/ieps/<uuid:iep_id>/review/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/send/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/return/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/approve/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/activate/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/discard/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/goal/add/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/service/add/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/<uuid:iep_id>/accommodation/add/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/goal/<uuid:part_id>/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/service/<uuid:part_id>/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/accommodation/<uuid:part_id>/ 302 404 404 403 | 302 404 404 403
/d/larkspur/ieps/goal/<uuid:part_id>/remove/ 302 404 405 405 | 302 404 404 403
/d/larkspur/ieps/service/<uuid:part_id>/remove/ 302 404 405 405 | 302 404 404 403
/d/larkspur/ieps/accommodation/<uuid:part_id>/remove/ 302 404 405 405 | 302 404 404 403
/d/larkspur/ieps/goal/<uuid:goal_id>/up/ 302 404 405 405 | 302 404 404 403
/d/larkspur/ieps/goal/<uuid:goal_id>/down/ 302 404 405 405 | 302 404 404 403
/d/larkspur/ieps/removed/<uuid:removed_id>/restore/ 302 404 405 405 | 302 404 404 404
/d/larkspur/students/<uuid:student_id>/goals/<uuid:goal_id>/progress/ 302 404 404 200 | 302 404 405 405
/d/larkspur/students/<uuid:student_id>/goals/<uuid:goal_id>/progress/record/ 302 404 404 403 | 302 404 404 403
/d/larkspur/students/<uuid:student_id>/goals/<uuid:goal_id>/progress/scores.csv 302 404 404 200 | 302 404 405 405
/d/larkspur/progress-points/<uuid:point_id>/undo/ 302 404 405 405 | 302 404 404 403
/d/larkspur/imports/ 302 404 404 404 | 302 404 405 405
/d/larkspur/imports/new/ 302 404 405 405 | 302 404 404 404
/d/larkspur/imports/<uuid:run_id>/ 302 404 404 404 | 302 404 405 405
/d/larkspur/imports/<uuid:run_id>/cancel/ 302 404 404 404 | 302 404 404 404
/d/larkspur/imports/<uuid:run_id>/repeat/ 302 404 404 404 | 302 404 404 404
/d/larkspur/imports/<uuid:run_id>/findings.csv 302 404 404 404 | 302 404 405 405
/d/larkspur/messages/ 302 404 200 200 | 302 404 405 405
/d/larkspur/messages/read/ 302 404 405 405 | 302 404 303 303
/d/larkspur/messages/<uuid:message_id>/ 302 404 404 404 | 302 404 405 405
/d/larkspur/outbox/ 302 404 403 403 | 302 404 405 405
/d/larkspur/preferences/ 302 404 200 200 | 302 404 422 422
/d/larkspur/people/ 302 404 403 403 | 302 404 403 403
/d/larkspur/people/new/ 302 404 403 403 | 302 404 403 403
/d/larkspur/people/<uuid:person_id>/roles/new/ 302 404 403 403 | 302 404 403 403
/d/larkspur/people/<uuid:person_id>/deactivate/ 302 404 403 403 | 302 404 403 403
/d/larkspur/people/roles/<uuid:membership_id>/end/ 302 404 405 405 | 302 404 403 403
/d/larkspur/schools/ 302 404 403 403 | 302 404 405 405
/d/larkspur/schools/new/ 302 404 403 403 | 302 404 403 403
/d/larkspur/schools/<uuid:school_id>/ 302 404 403 403 | 302 404 403 403
/d/larkspur/settings/ 302 404 403 403 | 302 404 403 403
/api/v1/students/ 401 404 200 200 | 401 404 422 422
/api/v1/students/<uuid:student_id>/ 401 404 404 200 | 401 404 405 405
/api/v1/students/<uuid:student_id>/team/ 401 404 404 200 | 401 404 422 422
/api/v1/students/<uuid:student_id>/team/<uuid:member_id>/ 401 404 405 405 | 401 404 405 405
/api/v1/students/<uuid:student_id>/guardians/ 401 404 404 404 | 401 404 422 422
/api/v1/students/<uuid:student_id>/guardians/<uuid:guardian_id>/ 401 404 405 405 | 401 404 405 405
/api/v1/students/<uuid:student_id>/ieps/ 401 404 404 200 | 401 404 404 403
/api/v1/ieps/<uuid:iep_id>/ 401 404 404 200 | 401 404 405 405
/api/v1/ieps/<uuid:iep_id>/submit/ 401 404 405 405 | 401 404 404 403
/api/v1/ieps/<uuid:iep_id>/return/ 401 404 405 405 | 401 404 404 403
/api/v1/ieps/<uuid:iep_id>/approve/ 401 404 405 405 | 401 404 404 403
/api/v1/ieps/<uuid:iep_id>/activate/ 401 404 405 405 | 401 404 404 403
/api/v1/ieps/<uuid:iep_id>/discard/ 401 404 405 405 | 401 404 404 403
/api/v1/ieps/<uuid:iep_id>/words/ 401 404 405 405 | 401 404 422 422
/api/v1/ieps/<uuid:iep_id>/goals/ 401 404 404 200 | 401 404 422 422
/api/v1/goals/<uuid:goal_id>/ 401 404 404 200 | 401 404 405 405
/api/v1/ieps/<uuid:iep_id>/services/ 401 404 404 200 | 401 404 422 422
/api/v1/services/<uuid:service_id>/ 401 404 404 200 | 401 404 405 405
/api/v1/ieps/<uuid:iep_id>/accommodations/ 401 404 404 200 | 401 404 422 422
/api/v1/accommodations/<uuid:accommodation_id>/ 401 404 405 405 | 401 404 405 405
/api/v1/goals/<uuid:goal_id>/points/ 401 404 404 200 | 401 404 422 422
/api/v1/progress-points/<uuid:point_id>/undo/ 401 404 405 405 | 401 404 404 403
/api/v1/imports/ 401 404 404 404 | 401 404 415 415
/api/v1/imports/<uuid:run_id>/ 401 404 404 404 | 401 404 405 405
/api/v1/imports/<uuid:run_id>/findings/ 401 404 404 404 | 401 404 405 405
/api/v1/imports/<uuid:run_id>/rows/ 401 404 404 404 | 401 404 405 405
/api/v1/imports/<uuid:run_id>/cancel/ 401 404 405 405 | 401 404 404 404
"""
NOBODY, STRANGER, OUTSIDER, PARENT = None, "otto", "omar", "mina"
WHO = (NOBODY, STRANGER, OUTSIDER, PARENT)


def listed(table):
    """The table by address: what each person gets, then what each who posts gets."""
    rows = (line.rsplit(" ", 9) for line in table.strip().splitlines())
    return {row[0]: ([int(code) for code in row[1:5]], [int(code) for code in row[6:]]) for row in rows}


EXPECTED = listed(OUTSIDE) | listed(INSIDE)
LISTED_OUTSIDE = set(listed(OUTSIDE))
IDS = {"/ieps/service/": "service_id", "/ieps/accommodation/": "accommodation_id"}
TABLES = {"sped.urls": "/", "sped.urls_district": "/d/larkspur/"}


def addresses():
    """Every address of both tables as they write it."""
    return {pattern for name, mount in TABLES.items() for pattern in walk(get_resolver(name), mount)}


def walk(resolver, prefix):
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield pattern
        else:
            yield from walk(entry, pattern)


def filled(pattern, ids):
    """The address with ids put in."""
    known = dict(ids)
    for beginning, name in IDS.items():
        if beginning in pattern:
            known["part_id"] = ids[name]
    path = re.sub(r"<\w+:(\w+)>", lambda found: str(known[found[1]]), pattern)
    path = path.replace(r"^confirm-email/(?P<key>[-:\w]+)/$", "confirm-email/abc/")
    path = path.replace(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "password/reset/key/abc-def/"
    )
    assert not set(path) & set("<>^$"), path
    return path


@pytest.fixture
def world(cast):
    """Two districts with a row of every kind in each; a client of each person, who names the district."""
    furnish(cast.student, cast.casey, "Hereabouts")
    furnish(cast.stranger, cast.otto, "Elsewhere")
    cast.ours = ids_of(cast.district.id)
    return cast


class Visitor:
    """A person's client, or nobody's, that signs in again after an address that signs out."""

    def __init__(self, world, who):
        self.person = getattr(world, who).person if who else None
        self.client = Client(headers={"X-Organization": "larkspur"}, raise_request_exception=False)
        self.sign_in()

    def sign_in(self):
        if self.person:
            self.client.force_login(self.person)

    def ask(self, method, path, **more):
        if method == "generic":
            answer = self.client.generic("POST", path, more["body"], more["kind"])
        else:
            answer = getattr(self.client, method)(path, **more)
        if path == "/accounts/logout/":
            self.sign_in()
        return answer


def test_every_address_is_listed():
    assert addresses() == set(EXPECTED)


def test_address_answers_as_listed(world):
    """R12, R13: who is nobody, elsewhere, an outsider or a parent, at every address; nothing else, and no 500."""
    wrong = {}
    for column, who in enumerate(WHO):
        visitor = Visitor(world, who)
        for pattern, (reading, posting) in EXPECTED.items():
            path = filled(pattern, world.ours)
            body = {"data": "{}", "content_type": "application/json"} if path.startswith("/api/") else {}
            got = (visitor.ask("get", path).status_code, visitor.ask("post", path, **body).status_code)
            if got != (reading[column], posting[column]):
                wrong[who, pattern] = (got, (reading[column], posting[column]))

    assert not wrong


def test_table_itself_lets_nobody_in():
    """What the table may say: who is unknown signs in, who is elsewhere finds nothing, and nothing is a defect."""
    for pattern, (reading, posting) in listed(INSIDE).items():
        unknown = 401 if pattern.startswith("/api/") else 302
        assert (reading[0], posting[0]) == (unknown, unknown), pattern
        assert (reading[1], posting[1]) == (404, 404), pattern
        if "_id>" in pattern:
            assert reading[2] in {403, 404, 405} or pattern.endswith("tags/add/"), pattern
            assert posting[2] in {403, 404, 405, 422}, pattern
    assert all(
        code < 500 or pattern == "/readyz"
        for pattern, rows in EXPECTED.items()
        for row in rows
        for code in row
    )


LIES = {
    "xml": (b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "text/xml"),
    "JSON in no known encoding": (b"{}", "application/json; charset=nonsense"),
    "form in no known encoding": (b"words=a&q=b", "application/x-www-form-urlencoded; charset=nonsense"),
    "form in UTF-16": (
        "words=\ud83d".encode("utf-16", "surrogatepass"),
        "application/x-www-form-urlencoded; charset=utf-16",
    ),
    "form that is not UTF-8": (
        b"words=%ff%fe&q=\xff&\x00=\x00&given_name=%00",
        "application/x-www-form-urlencoded",
    ),
    "parts without a boundary": (b"abc", "multipart/form-data"),
    "parts that break off": (
        b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\na',
        "multipart/form-data; boundary=x",
    ),
    "a part with NUL in its name": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x00.zip"\r\n\r\n\x00\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "two thousand fields": (
        "&".join(f"f{n}=1" for n in range(2_000)).encode(),
        "application/x-www-form-urlencoded",
    ),
    "no type": (b"\x00\x01\x02", ""),
}


def test_content_type_that_lies_is_never_a_500(world):
    """R63: every address, by an administrator; those outside of districts by nobody too."""
    wrong, ada, nobody = [], Visitor(world, "ada"), Visitor(world, NOBODY)
    for number, pattern in enumerate(EXPECTED):
        path = filled(pattern, world.ours)
        for visitor in (ada, nobody) if pattern in LISTED_OUTSIDE else (ada,):
            for lie, (body, kind) in lies_for(path, number):
                answer = visitor.ask("generic", path, body=body, kind=kind)
                if answer.status_code >= 500:
                    wrong.append((pattern, lie, answer.status_code))

    assert not wrong


def lies_for(path, number):
    """Bodies are read by one piece of code for all pages and by another for the API: the lies take turns on pages."""
    is_api = path.startswith("/api/")
    fitting = [
        (lie, sent) for lie, sent in LIES.items() if ("urlencoded" if is_api else "json") not in sent[1]
    ]
    if not path.startswith("/d/"):
        return fitting
    return [fitting[(number + turn) % len(fitting)] for turn in range(3)]


HOSTILE = [
    "",
    "\x00",
    "\ud800",
    "'" * 300,
    "a" * 5_000,
    "9" * 400,
    "-1",
    "\r\nX-Evil: 1",
    "//evil.example",
    str(uuid7()),
]
METHODS = ("get", "post", "put", "delete", "patch", "head", "options")
FIELDS = (
    "login", "password", "password1", "password2", "oldpassword", "email", "email2", "code", "action_primary",
    "action_send", "action_remove", "next", "language", "key", "token", "format", "lang", "remember",
)  # fmt: skip


def test_hostile_values_at_addresses_of_libraries_are_never_a_500(world):
    """R63: signing in, signing up, passwords, languages, health, the API's description."""
    wrong = []
    for pattern in LISTED_OUTSIDE - {"/api/v1/schema/"}:
        path = filled(pattern, world.ours)
        for visitor in (Visitor(world, NOBODY), Visitor(world, "casey")):
            for value in HOSTILE:
                fields = dict.fromkeys(FIELDS, value.encode("utf-8", "replace").decode())
                for method in ("get", "post") if value else METHODS:
                    extra = {"data": fields} if method in {"get", "post"} else {}
                    answer = visitor.ask(method, path, **extra)
                    if answer.status_code >= 500 and pattern != "/readyz":
                        wrong.append((method, pattern, value[:12], answer.status_code))
                    if "X-Evil" in answer.headers or answer.headers.get("Location", "").startswith("//evil"):
                        wrong.append((method, pattern, value[:12], dict(answer.headers)))

    assert not wrong


PAGES = (
    "limit=100000000",
    "limit=-1",
    "limit=0",
    "limit=9e99",
    "cursor=%00",
    "cursor=AAAA",
    "cursor=cD0yMDI2",
    "limit=1&limit=2",
)


def test_pages_stay_small_whatever_is_asked(world):
    """R64: at most 200 rows, and a cursor that is none is refused or begins anew."""
    ada = Visitor(world, "ada")
    for pattern in (pattern for pattern in listed(INSIDE) if pattern.startswith("/api/v1/")):
        for query in PAGES:
            answer = ada.ask("get", f"{filled(pattern, world.ours)}?{query}")
            assert answer.status_code < 500, (pattern, query)
            if answer.status_code == 200 and isinstance(found := answer.json(), dict):
                assert len(found.get("results", ())) <= 200
