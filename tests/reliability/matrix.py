"""The table of who gets what where: `matrix.txt`, one row for each method of each address, one column for each actor.

A new address: `MATRIX=add .venv/bin/python -m pytest tests/reliability/test_addresses.py -n 0 -k matrix` adds its rows
as they are answered today and drops those of addresses that are gone. Read them before you commit: the table is what is
promised, the code is what is tested. `MATRIX=write` writes every row anew.
"""

import os
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.actors import new_token, token_digest
from accounts.rights import Role
from core.ids import uuid7
from tests.factories.accounts import ApiTokenFactory, MembershipFactory, PersonFactory
from tests.factories.students import GuardianFactory

FILE = Path(__file__).with_name("matrix.txt")
# Each column: what it is called, and who of the cast it is.
ACTORS = {
    "nobody": "", "admin": "ada", "coord": "cory", "teacher": "casey", "special": "sam", "para": "paula",
    "viewer": "vic", "finance": "fin", "parent": "mina", "token": "token of ada", "ended": "guardian until yesterday",
    "outside": "omar", "other": "otto",
}  # fmt: skip
ADMINISTRATOR = "admin"
# These ask each method of each address; of the others each second one, by turns: whoever does not read an address then
# posts to it. `SOAK=1` lets everybody ask everything, and so does `MATRIX`.
ALWAYS = ("nobody", "admin", "other")
IS_WHOLE = bool(os.environ.get("SOAK") or os.environ.get("MATRIX"))
TABLES = {"sped.urls": "/", "sped.urls_district": "/d/larkspur/"}
METHODS = {True: ("GET", "POST", "PUT", "PATCH", "DELETE"), False: ("GET", "POST")}
# What is put in where tests/routes.py knows no row: nothing is there. A name of ours without a row fails a test.
STANDS_FOR = {"uuid": uuid7(), "slug": "abc", "str": "abc", "int": 1, "path": "abc"}
# The table is asked in parts, which two workers share: an address belongs to the first that it begins with.
PARTS = {
    "students": "/d/larkspur/students/",
    "ieps": "/d/larkspur/ieps/",
    "district": "/d/",
    "api of students": "/api/v1/students/",
    "api": "/api/",
    "outside": "/",
}
PART_IDS = {"/ieps/service/": "service_id", "/ieps/accommodation/": "accommodation_id"}

Row = tuple[str, str]  # method, address


@dataclass(frozen=True)
class Entry:
    """An address of the URL tables."""

    pattern: str

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("/api/")

    @property
    def is_inside(self) -> bool:
        """Whether it belongs to a district."""
        is_description = self.pattern.startswith(("/api/v1/schema", "/api/v1/docs"))
        return self.pattern.startswith("/d/") or (self.pattern.startswith("/api/v1/") and not is_description)


def entries() -> list[Entry]:
    """Every address of both tables as they write it."""
    found = {pattern for name, mount in TABLES.items() for pattern in _walk(get_resolver(name), mount)}
    return [Entry(pattern) for pattern in sorted(found)]


def askers(number: int, method: str) -> list[str]:
    """Who asks a method of the address of this number, in the order of the columns."""
    in_turn = [name for name in ACTORS if name not in ALWAYS]
    turn = number + METHODS[True].index(method)
    chosen = in_turn if IS_WHOLE else in_turn[turn % 2 :: 2]
    return [name for name in ACTORS if name in {*ALWAYS, *chosen}]


def part_of(pattern: str) -> str:
    """The part of the table in which an address stands."""
    return next(part for part, beginning in PARTS.items() if pattern.startswith(beginning))


def _walk(resolver: URLResolver, prefix: str) -> Any:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield pattern
        else:
            yield from _walk(entry, pattern)


def filled(pattern: str, ids: dict[str, Any]) -> str:
    """The address with ids put in; words for what a library's own expression asks."""
    known = dict(ids)
    for beginning, name in PART_IDS.items():
        if beginning in pattern:
            known["part_id"] = ids[name]
    path = re.sub(r"<(\w+):(\w+)>", lambda found: str(known.get(found[2], STANDS_FOR[found[1]])), pattern)
    path = re.sub(r"\(\?P<\w+>[^)]*\)", "abc", path).replace("^", "").replace("$", "").replace("\\", "")
    assert not set(path) & set("<>()"), path
    return path


def read() -> dict[Row, tuple[int, ...]]:
    """The table as it is written down."""
    rows = {}
    for line in FILE.read_text().splitlines() if FILE.exists() else ():
        if line and not line.startswith("#"):
            words = line.split()
            codes = words[-len(ACTORS) :]
            rows[words[0], " ".join(words[1 : -len(ACTORS)])] = tuple(int(code) for code in codes)
    return rows


def line(row: Row, codes: tuple[int, ...]) -> str:
    """One row as the file has it."""
    return f"{row[0]:7}{row[1]:88} " + " ".join(f"{code:7}" for code in codes)


def write(rows: dict[Row, tuple[int, ...]]) -> None:
    """Write the table down, by address."""
    head = f"{'#':7}{'':88} " + " ".join(f"{name:>7}" for name in ACTORS)
    order = sorted(rows, key=lambda row: (not row[1].startswith("/d/"), row[1], row[0] != "GET", row[0]))
    FILE.write_text("\n".join([head, *(line(row, rows[row]) for row in order)]) + "\n")


def counts(rows: dict[Row, tuple[int, ...]]) -> str:
    """How large the table is, in words."""
    routes = len({address for _, address in rows})
    return (
        f"{routes} routes, {len(rows)} rows of a route and a method, {len(ACTORS)} actors: "
        f"{len(rows) * len(ACTORS):,} expected answers"
    )


class Caller:
    """One actor's client; what it does is undone after each request."""

    def __init__(self, cast: Any, name: str) -> None:
        headers = {"X-Organization": cast.district.slug}
        player = ACTORS[name]
        person = None
        if name == "token":
            token = new_token()
            ApiTokenFactory(organization=cast.district, person=cast.ada.person, digest=token_digest(token))
            headers["Authorization"] = f"Bearer {token}"
        elif name == "ended":
            person = former_guardian(cast)
        elif player:
            person = getattr(cast, player).person
        self.client = Client(headers=headers, raise_request_exception=False)
        if person:
            self.client.force_login(person)
            session = self.client.session
            session["started_at"] = session["seen_at"] = int(
                time.time()
            )  # or each request would write it anew
            session.save()
        self.cookies = self.client.cookies.copy()

    def ask(self, method: str, path: str) -> Any:
        """The answer to an empty request; nothing of it stays."""
        body = {"data": "{}", "content_type": "application/json"} if path.startswith("/api/") else {}
        self.client.cookies = self.cookies.copy()
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(path, **({} if method == "GET" else body))
            transaction.set_rollback(True)
        return answer


def former_guardian(cast: Any) -> Any:
    """A parent whose guardianship of the student ended yesterday."""
    person = PersonFactory(given_name="Former", family_name="Guardian")
    MembershipFactory(organization=cast.district, person=person, role=Role.PARENT)
    yesterday = cast.casey.actor.today - timedelta(days=1)
    GuardianFactory(student=cast.student, person=person, ends_on=yesterday, email="former@example.org")
    return person
