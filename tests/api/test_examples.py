"""Every operation of the document is sent its example, and answers as the document says.

`EXAMPLES=write .venv/bin/python -m pytest tests/api/test_examples.py -n 0` records anew what they answer
(`sped/api_examples.json`, which the document shows). Read what changed before you commit.
"""

import json
import os
import re
from datetime import date

import pytest
from django.db import transaction

from sped.openapi import ANSWERED, EXAMPLE_DAY, RECORDED, example_id, recorded
from tests.api.district import District, document, faults, operations, shape, view_of

IDS = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
DAYS = re.compile(r"\b20\d\d-\d\d-\d\d\b")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Sent rosters are kept where nobody else looks; the document is made before a transaction waits for it."""
    document()
    settings.STORAGE_URL = (tmp_path / "files").as_uri()


@pytest.fixture
def district(cast):
    return District(cast)


def test_every_body_has_an_example():
    without = {
        operation.name
        for operation in operations()
        if operation.body is not None and not view_of(operation).example
    }

    assert not without


def test_every_example_is_answered_as_the_document_says(district):
    """Status, shape and headers of each; and the recorded answer still reads like today's."""
    tokens = {name: district.token(name) for name in ("ada", "casey", "sam")}
    wrong, found = {}, {}
    for operation in operations():
        with transaction.atomic():
            ids = district.ready(operation)
            answer = district.ask(operation, ids, tokens[district.who(operation)])
            transaction.set_rollback(True)
        body = json.loads(answer.content) if answer.content else None
        if str(answer.status_code) != operation.code:
            wrong[operation.name] = f"{answer.status_code}, not {operation.code}: {body}"
            continue
        if answer.content and (said := list(faults(body, operation.answer))):
            wrong[operation.name] = said
        headers = [name for name in ANSWERED if name in answer.headers]
        found[operation.name] = {"headers": headers, "body": _told(body, ids, district.today)}
    if os.environ.get("EXAMPLES") == "write":
        text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True)
        RECORDED.write_text(text + "\n")
        recorded.cache_clear()

    assert not wrong
    changed = {
        name
        for name, answer in found.items()
        if (recorded().get(name, {}).get("headers"), shape(recorded().get(name, {}).get("body")))
        != (answer["headers"], shape(answer["body"]))
    }
    assert not changed, "read them, then record them anew (EXAMPLES=write)"
    assert set(recorded()) == set(found)


def test_every_request_example_fits_its_own_schema():
    wrong = {}
    for operation in operations():
        content = operation.said.get("requestBody", {}).get("content", {})
        for kind, part in content.items():
            if kind == "application/json" and (said := list(faults(part.get("example", {}), part["schema"]))):
                wrong[operation.name] = said

    assert not wrong


def test_every_named_if_match_is_heeded(district):
    """An operation that takes `If-Match` refuses a version that nobody has; one that does not, does not say so."""
    tokens = {name: district.token(name) for name in ("ada", "casey", "sam")}
    wrong = {}
    for operation in operations():
        if operation.method == "GET":
            continue
        with transaction.atomic():
            ids = district.ready(operation)
            stale = {"If-Match": '"of-another-day"'}
            answer = district.ask(operation, ids, tokens[district.who(operation)], headers=stale)
            transaction.set_rollback(True)
        if (answer.status_code == 412) != ("If-Match" in operation.headers()):
            wrong[operation.name] = answer.status_code

    assert not wrong


def test_every_creating_post_is_done_once_for_each_key(district):
    """The same key and body are answered as the first time; the same key with another body is refused."""
    tokens = {name: district.token(name) for name in ("ada", "casey", "sam")}
    wrong = {}
    for operation in operations():
        if operation.method != "POST" or operation.is_form:
            continue
        with transaction.atomic():
            ids, token = district.ready(operation), tokens[district.who(operation)]
            once, again = (
                district.ask(operation, ids, token, headers={"Idempotency-Key": "one"}) for _ in range(2)
            )
            other = district.ask(operation, ids, token, headers={"Idempotency-Key": "one"}, example={"x": 1})
            transaction.set_rollback(True)
        seen = (once.json() == again.json(), again.headers.get("Idempotency-Replayed"), other.status_code)
        if seen != (True, "true", 422) or other.json()["code"] != "idempotency_key_reused":
            wrong[operation.name] = seen

    assert not wrong


def test_every_operation_says_all_that_a_program_needs():
    wrong = []
    names = [operation.name for operation in operations()]
    for operation in operations():
        said = operation.said
        if not (said.get("summary") and said.get("description") and said["tags"] and said["security"]):
            wrong.append((operation.name, "words"))
        if operation.method != "DELETE" and operation.answer is None:
            wrong.append((operation.name, "answer"))
        if {"400", "401", "403", "404", "409", "412", "422", "429", "4XX", "503"} - set(said["responses"]):
            wrong.append((operation.name, "refusals"))
        if ("Idempotency-Key" in operation.headers()) != (operation.method == "POST"):
            wrong.append((operation.name, "key"))
    assert not wrong
    assert len(set(names)) == len(names) > 90
    assert {tag["name"] for tag in document()["tags"]} == {operation.noun for operation in operations()}


def _told(value, ids, today: date):
    """An answer as the document shows it: the same ids and days in every recording."""
    text = json.dumps(value)
    for name, known in sorted(ids.items()):
        if IDS.fullmatch(str(known)):
            text = text.replace(str(known), example_id(name))
    others = {found: example_id(f"other {number}") for number, found in enumerate(_strangers(text, ids))}
    text = IDS.sub(lambda found: others.get(found[0], found[0]), text)
    text = re.sub(r'"tl_[^"]{20,}"', '"tl_this-is-shown-once"', text)
    text = re.sub(r'"(next|previous)": "[^"]*"', r'"\1": "https://district.example.org/…"', text)
    return json.loads(DAYS.sub(lambda found: _day(found[0], today), text))


def _strangers(text, ids):
    known = {example_id(name) for name in ids}
    return list(dict.fromkeys(found for found in IDS.findall(text) if found not in known))


def _day(text, today):
    return (date.fromisoformat(text) + (EXAMPLE_DAY - today)).isoformat()
