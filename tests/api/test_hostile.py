"""Every operation that writes, sent what nobody should: a clear refusal with a code, and nothing is changed."""

import json
import os

import pytest
from django.db import transaction
from django.test import Client

from core.ids import uuid7
from core.models import AuditEntry
from sped.openapi import filled
from tests.api.district import District, document, operations, view_of
from tests.routes import furnish, ids_of

IS_LONG = bool(os.environ.get("SOAK"))
BODIES_EACH, WHOLLY_READ = 2, 12
NAMES_EACH = 1
SHAPE = {"code", "message", "status", "details"}
NOT_JSON_OF_OURS = {
    "a NUL": b'{"x": "\\u0000"}',
    "half a character": b'{"x": "\\ud800"}',
    "a NUL in a name": b'{"\\u0000": 1}',
    "no UTF-8": b'{"x": "\xff"}',
    "33 deep": b'{"x": ' + b"[" * 33 + b"]" * 33 + b"}",
    "100,000 deep": b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a number of 5,000 digits": b'{"x": ' + b"9" * 5_000 + b"}",
    "a number too large": b'{"x": 1e999}',
    "NaN": b'{"x": NaN}',
    "a name twice": b'{"x": 1, "x": 2}',
    "half an object": b'{"x": ',
    "two objects": b"{} {}",
}
NO_OBJECT = {"a list": b"[]", "a text": b'"x"', "a number": b"7", "nothing": b"null", "yes": b"true"}
ODD = [
    None, True, -1, 0, 10**300, -1.5, 1e300, "", " ", "x" * 20_000, "\u202e", "9999-99-99", "0000-01-01",
    "'; DROP TABLE x; --", "{{ 7 * 7 }}", [], {}, [[]], [None], {"x": {"y": 1}}, ["x"] * 300,
]  # fmt: skip
STRIDE = 1 if IS_LONG else len(ODD)  # one in each field, all in all by `make soak`


def writing():
    """The operations that change something; not read on import, since the document takes seconds."""
    return [operation for operation in operations() if operation.method != "GET" and not operation.is_form]


@pytest.fixture
def district(cast):
    furnish(cast.stranger, cast.otto, "Elsewhere")
    cast.theirs = ids_of(cast.elsewhere.id)
    return District(cast)


@pytest.fixture
def tokens(district):
    return {name: district.token(name) for name in ("ada", "casey", "sam")}


def send(operation, ids, token, body):
    client = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
    path = operation.path.format(**ids)
    return client.generic(operation.method, path, body, "application/json")


def changes():
    """How many acts are on record; no act is kept without."""
    return AuditEntry.objects.exclude(verb__contains="refused").count()


def refused(district, tokens, operation, bodies, *, may_be_done=False):
    """What was not refused as it must be, of bodies made by a function of the ids."""
    wrong = {}
    with transaction.atomic():
        ids, token = district.ready(operation), tokens[district.who(operation)]
        before = changes()
        for name, body in bodies(ids).items():
            with transaction.atomic():
                answer = send(operation, ids, token, body)
                is_done = may_be_done and answer.status_code < 300
                done = changes() - before
                transaction.set_rollback(True)
            said = json.loads(answer.content) if answer.content else {}
            if not is_done and (
                done or not 400 <= answer.status_code < 500 or set(said) != SHAPE or not said["code"]
            ):
                wrong[operation.name, name] = answer.status_code, done, said
        transaction.set_rollback(True)
    return wrong


def turns(of, number, each):
    """Some of many, others for each operation; all of them in `make soak`."""
    names = list(of)
    return names if IS_LONG else [names[(number * each + turn) % len(names)] for turn in range(each)]


def test_what_is_no_json_of_ours_changes_nothing(district, tokens):
    """R15, R63: NUL, surrogates, depth, huge numbers, names twice; and bodies that are no object.

    One piece of code reads them for all operations: they take turns, and every twelfth is sent them all.
    """
    wrong, bodies = {}, NOT_JSON_OF_OURS | NO_OBJECT
    for number, operation in enumerate(writing()):
        each = len(bodies) if number % WHOLLY_READ == 0 else BODIES_EACH
        sent = {name: bodies[name] for name in turns(bodies, number, each)}
        wrong |= refused(district, tokens, operation, lambda _ids, sent=sent: sent)

    assert not wrong


def test_unknown_field_is_refused_by_name(district, tokens):
    """R15: beside an example that would be done, and never ignored; no operation knows any of the names."""
    wrong = {}
    names = ("organization_id", "is_superuser", "created_at", "__class__", "version")
    for number, operation in enumerate(writing()):
        example, sent = view_of(operation).example, turns(names, number, NAMES_EACH)

        def bodies(ids, example=example, sent=sent):
            whole = filled(dict(example), ids, district.today)
            return {name: json.dumps({**whole, name: "x"}) for name in sent}

        wrong |= refused(district, tokens, operation, bodies)

    assert not wrong


def test_id_of_another_district_in_any_field_is_like_one_of_nothing(district, tokens):
    """R13, R17: the same words and code for theirs and for nobody's, and nothing is changed."""
    wrong, tried = {}, 0
    for operation in writing():
        example = view_of(operation).example
        schema = document()["components"]["schemas"].get(
            str((operation.body or {}).get("$ref", "")).rpartition("/")[2], {}
        )
        for field in [name for name in schema.get("properties", {}) if name.endswith(("_id", "ids"))]:
            if field in {"client_id", "session_id"}:  # the caller's own
                continue
            tried += 1
            is_list = field.endswith("ids")
            noun = {"ids": "student_id", "school_ids": "school_id"}.get(field, field)
            theirs = district.cast.theirs.get(noun, district.cast.otto.person.id)
            with transaction.atomic():
                ids, token = district.ready(operation), tokens[district.who(operation)]
                before, seen = changes(), []
                for value in (str(theirs), str(uuid7())):
                    body = filled(dict(example), ids, district.today) | {field: [value] if is_list else value}
                    if operation.name == "post_students_bulk":
                        body["all_or_nothing"] = True
                    with transaction.atomic():
                        answer = send(operation, ids, token, json.dumps(body))
                        text = answer.content.decode().replace(value, "ID")
                        seen.append((answer.status_code, text, changes() - before))
                        transaction.set_rollback(True)
                transaction.set_rollback(True)
            if seen[0] != seen[1] or seen[0][0] < 400 or seen[0][0] >= 500 or seen[0][2]:
                wrong[operation.name, field] = seen

    assert not wrong
    assert tried > 8


def test_odd_value_of_any_field_is_done_or_refused(district, tokens):
    """R63: each field of each example takes turns at being odd."""
    wrong = {}
    for operation in writing():
        example = view_of(operation).example

        def bodies(ids, example=example):
            whole = filled(dict(example), ids, district.today)
            return {
                f"{name} {number}": json.dumps({**whole, name: odd})
                for place, name in enumerate(whole)
                for number, odd in enumerate(ODD)
                if (place + number) % STRIDE == 0
            }

        wrong |= refused(district, tokens, operation, bodies, may_be_done=True)

    assert not wrong
