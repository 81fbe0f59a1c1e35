"""Every address of both URL tables, asked by everybody: each answer is listed in `matrix.txt`.

An address that is not listed fails, and says which rows to add (`tests/reliability/matrix.py` adds them for you).
`tests/core/test_routes.py` sends hostile values to the fields of our own addresses as an administrator; here are the
addresses of libraries, and content types that lie.
"""

import os
import re

import pytest
from django.test import Client

from core.ids import uuid7
from tests.headers import lacking
from tests.reliability import matrix
from tests.reliability.conftest import say
from tests.reliability.matrix import ACTORS, ADMINISTRATOR, entries, filled
from tests.routes import furnish, ids_of

NOBODY = None
# An empty change of fields is none: what may be changed is asked field by field.
CHANGE_NOTHING = {("PATCH", "/api/v1/students/<uuid:student_id>/")}
# What somebody keeps at hand is their own; what is not theirs to see is pinned by nobody and unpinned by anybody.
ONES_OWN = {
    ("POST", "/d/larkspur/students/<uuid:student_id>/pin/"),
    ("POST", "/d/larkspur/students/<uuid:student_id>/unpin/"),
    ("POST", "/api/v1/students/<uuid:student_id>/pin/"),
    ("DELETE", "/api/v1/students/<uuid:student_id>/pin/"),
    # Whoever reads says that they printed; the names of schools are known to everybody who works here.
    ("POST", "/d/larkspur/students/<uuid:student_id>/printed/"),
    ("GET", "/api/v1/schools/<uuid:school_id>/"),
    ("GET", "/api/v1/school-years/<uuid:school_year_id>/"),
}


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


@pytest.fixture(scope="module")
def table():
    """What is promised."""
    return matrix.read()


def test_matrix_answers_as_listed(world, table):
    """R12, R29: every method of every address by every actor; and each answer carries the headers of all."""
    callers = {name: matrix.Caller(world, name) for name in ACTORS}
    found, bare = {}, {}
    for entry in entries():
        path = filled(entry.pattern, world.ours)
        for method in matrix.METHODS[entry.is_api]:
            answers = {ADMINISTRATOR: callers[ADMINISTRATOR].ask(method, path)}
            if answers[ADMINISTRATOR].status_code != 405:
                answers |= {name: caller.ask(method, path) for name, caller in callers.items()}
                found[method, entry.pattern] = tuple(answers[name].status_code for name in ACTORS)
            bare |= {
                (method, entry.pattern, who): wrong for who, it in answers.items() if (wrong := lacking(it))
            }
    if os.environ.get("MATRIX") in {"add", "write"}:
        kept = table if os.environ["MATRIX"] == "add" else {}
        matrix.write({row: kept.get(row, codes) for row, codes in found.items()})
    say(matrix.counts(found))

    missing = [matrix.line(row, found[row]) for row in found.keys() - table.keys()]
    assert not missing, "\n".join(["not listed; read them, then MATRIX=add adds them:", *sorted(missing)])
    gone = sorted(table.keys() - found.keys())
    assert not gone, f"listed, but no longer there (MATRIX=add drops them): {gone}"
    wrong = {
        row: {
            who: f"{got}, not {promised}"
            for who, got, promised in zip(ACTORS, found[row], table[row], strict=True)
            if got != promised
        }
        for row in found
        if found[row] != table[row]
    }
    assert not wrong
    assert not bare


def test_every_id_in_an_address_of_a_district_stands_for_a_row(world):
    """An address with an id of nothing answers 404 to everybody, and would prove nothing."""
    names = {
        name for entry in entries() if entry.is_inside for name in re.findall(r"<uuid:(\w+)>", entry.pattern)
    }

    assert names <= set(world.ours), f"add to tests/routes.py: {sorted(names - set(world.ours))}"


def test_table_itself_lets_nobody_in(table):
    """What the table may say, whoever writes it: strangers find nothing, and nothing is a defect."""
    wrong = []
    for (method, pattern), codes in table.items():
        got = dict(zip(ACTORS, codes, strict=True))
        entry = matrix.Entry(pattern)
        if entry.is_inside:
            rules = {
                "nobody": {401} if entry.is_api else {302},
                "other": {404},
                "token": {got["admin"]} if entry.is_api else {302},
            }
            if "_id>" in pattern and (method, pattern) not in ONES_OWN:
                # A GET of what is only posted goes back to the page, which then finds nothing.
                closed = {403, 404, 405, 413, 415, 422} | ({303} if method == "GET" else set())
                rules |= dict.fromkeys(("ended", "outside"), closed)
            wrong += [(method, pattern, who, got[who]) for who, may in rules.items() if got[who] not in may]
        if (
            method != "GET"
            and "student_id>" in pattern
            and (method, pattern) not in CHANGE_NOTHING | ONES_OWN
        ):
            wrong += [(method, pattern, who, got[who]) for who in ("viewer", "finance") if got[who] < 400]
        wrong += [(method, pattern, code) for code in codes if code >= 500 and pattern != "/readyz"]

    assert not wrong


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
    for number, entry in enumerate(entries()):
        path = filled(entry.pattern, world.ours)
        for visitor in (ada,) if entry.is_inside else (ada, nobody):
            for lie, (body, kind) in lies_for(path, number):
                answer = visitor.ask("generic", path, body=body, kind=kind)
                if answer.status_code >= 500:
                    wrong.append((entry.pattern, lie, answer.status_code))

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
    outside = [entry.pattern for entry in entries() if not entry.is_inside]
    for pattern in (pattern for pattern in outside if pattern != "/api/v1/schema/"):
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
    for pattern in (entry.pattern for entry in entries() if entry.is_api and entry.is_inside):
        for query in PAGES:
            answer = ada.ask("get", f"{filled(pattern, world.ours)}?{query}")
            assert answer.status_code < 500, (pattern, query)
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            if answer.status_code == 200 and is_json and isinstance(found := answer.json(), dict):
                assert len(found.get("results", ())) <= 200
