"""Every address of both URL tables, asked by everybody: each answer is listed in `matrix.txt`.

An address that is not listed fails, and says which rows to add (`tests/reliability/matrix.py` adds them for you).
`tests/core/test_routes.py` sends hostile values to the fields of our own addresses as an administrator; here are the
addresses of libraries, and content types that lie.
"""

import os
import re

import pytest

from core.ids import uuid7
from tests.clients import Visitor
from tests.headers import lacking
from tests.reliability import matrix
from tests.reliability.conftest import say
from tests.reliability.matrix import ACTORS, ADMINISTRATOR, entries, filled
from tests.routes import furnish, ids_of

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


@pytest.fixture(scope="module")
def table():
    """What is promised."""
    return matrix.read()


def test_everybody_asks_each_address_whatever_turn_it_is():
    """What is left out of a run of `make test` is one method of an address, never the address, for anybody."""
    for number in range(2):
        both = {*matrix.askers(number, "GET"), *matrix.askers(number, "POST")}
        assert both == set(ACTORS)


@pytest.mark.parametrize("part", matrix.PARTS)
def test_matrix_answers_as_listed(world, table, part):
    """R12, R29: every address by every actor, every method by half of them; each answer carries the headers of all."""
    callers = {name: matrix.Caller(world, name) for name in ACTORS}
    promised = {row: codes for row, codes in table.items() if matrix.part_of(row[1]) == part}
    found, bare = {}, {}
    for number, entry in enumerate(entry for entry in entries() if matrix.part_of(entry.pattern) == part):
        path = filled(entry.pattern, world.ours)
        for method in matrix.METHODS[entry.is_api]:
            answers = {ADMINISTRATOR: callers[ADMINISTRATOR].ask(method, path)}
            if answers[ADMINISTRATOR].status_code != 405:
                asking = [name for name in matrix.askers(number, method) if name != ADMINISTRATOR]
                answers |= {name: callers[name].ask(method, path) for name in asking}
                found[method, entry.pattern] = {name: it.status_code for name, it in answers.items()}
            bare |= {
                (method, entry.pattern, who): wrong for who, it in answers.items() if (wrong := lacking(it))
            }
    if os.environ.get("MATRIX") in {"add", "write"}:
        kept = promised if os.environ["MATRIX"] == "add" else {}
        elsewhere = {row: codes for row, codes in matrix.read().items() if matrix.part_of(row[1]) != part}
        as_rows = {row: tuple(codes[name] for name in ACTORS) for row, codes in found.items()}
        matrix.write(elsewhere | {row: kept.get(row, codes) for row, codes in as_rows.items()})

    missing = [f"{method} {pattern}" for method, pattern in found.keys() - promised.keys()]
    assert not missing, "\n".join(["not listed; read them, then MATRIX=add adds them:", *sorted(missing)])
    gone = sorted(promised.keys() - found.keys())
    assert not gone, f"listed, but no longer there (MATRIX=add drops them): {gone}"
    wrong = {
        (*row, who): f"{codes[who]}, not {said}"
        for row, codes in found.items()
        for who, said in zip(ACTORS, promised[row], strict=True)
        if codes.get(who, said) != said
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
    say(matrix.counts(table))
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


LIES_EACH = 2  # `SOAK=1` tells every address every lie


def test_content_type_that_lies_is_never_a_500(world):
    """R63: every address, by an administrator; those outside of districts by nobody too."""
    wrong, ada, nobody = [], world.ada.visitor, Visitor()
    for number, entry in enumerate(entries()):
        path = filled(entry.pattern, world.ours)
        for visitor in (ada,) if entry.is_inside else (ada, nobody):
            for lie, (body, kind) in lies_for(path, number):
                answer = visitor.ask("generic", path, body=body, kind=kind)
                if answer.status_code >= 500:
                    wrong.append((entry.pattern, lie, answer.status_code))

    assert not wrong


def lies_for(path, number):
    """Bodies are read by one piece of code for all pages and by another for the API: there the lies take turns.

    Every twelfth address is told them all.
    """
    is_whole = matrix.IS_WHOLE or number % 12 == 0
    is_api = path.startswith("/api/")
    fitting = [
        (lie, sent) for lie, sent in LIES.items() if ("urlencoded" if is_api else "json") not in sent[1]
    ]
    if is_whole or not path.startswith(("/d/", "/api/")):
        return fitting
    return [fitting[(number + turn) % len(fitting)] for turn in range(LIES_EACH)]


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
    """R63: signing in, signing up, passwords, languages, health, the API's description.

    Somebody who is signed in and nobody send each half of the values, by turns; in `make soak` each sends them all.
    """
    wrong = []
    outside = [entry.pattern for entry in entries() if not entry.is_inside]
    for number, pattern in enumerate(pattern for pattern in outside if pattern != "/api/v1/schema/"):
        path = filled(pattern, world.ours)
        for turn, visitor in enumerate((Visitor(), world.casey.visitor), start=number):
            for value in HOSTILE if matrix.IS_WHOLE else ("", *HOSTILE[1 + turn % 2 :: 2]):
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
    """R64: at most 200 rows, and a cursor that is none is refused or begins anew.

    What answers with no list reads none of it: it is asked once more, by turns.
    """
    ada, lists = world.ada.visitor, 0
    for number, entry in enumerate(entry for entry in entries() if entry.is_api and entry.is_inside):
        path = filled(entry.pattern, world.ours)
        is_list = has_small_page(ada.ask("get", f"{path}?{PAGES[0]}"))
        lists += is_list
        for query in PAGES[1:] if is_list else [PAGES[1 + number % (len(PAGES) - 1)]]:
            has_small_page(ada.ask("get", f"{path}?{query}"))

    assert lists > 5


def has_small_page(answer):
    """Whether an answer is a page of rows, which must be small; no answer is a defect."""
    where = answer.wsgi_request.get_full_path()
    assert answer.status_code < 500, where
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    found = answer.json() if answer.status_code == 200 and is_json else None
    if not isinstance(found, dict) or "results" not in found:
        return False
    assert len(found["results"]) <= 200, where
    return True
