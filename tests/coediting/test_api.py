"""The REST twin: the same texts, changes and refusals."""

import pytest

from tests.coediting.conftest import RULE

pytestmark = pytest.mark.django_db


def post(player, text, **body):
    return player.client().post(f"/api/v1/texts/{text.id}/operations/", body, content_type="application/json")


def get(player, text, rest=""):
    return player.client().get(f"/api/v1/texts/{text.id}/{rest}")


def test_text_and_its_versions_are_read(cast, make_text):
    text = make_text("Reads well.\n", field="notes")
    post(cast.ada, text, type="insert", position=6, content="very ")

    now, before = get(cast.sam, text), get(cast.sam, text, "versions/1/")

    assert now.json() == {
        "id": str(text.id),
        "field": "notes",
        "version": 2,
        "ops": [{"insert": "Reads very well.\n"}],
        "plain": "Reads very well.\n",
        "locked": False,
        "may_edit": False,
    }
    assert (now["ETag"], now["X-Live-Topic"]) == ('"2"', f"text.{text.id}")
    assert before.json()["plain"] == "Reads well.\n"
    assert get(cast.sam, text, "versions/3/").status_code == 404


@pytest.mark.parametrize(
    ("simple", "words"),
    [
        ({"type": "insert", "position": 2, "content": "xy"}, "abxycd"),
        ({"type": "delete", "position": 1, "length": 2}, "ad"),
        ({"type": "retain", "position": 1, "length": 2, "attributes": {"bold": True}}, "abcd"),
    ],
)
def test_simple_operations_are_taken(cast, make_text, simple, words):
    text = make_text("abcd")

    answer = post(cast.casey, text, **simple)

    assert answer.status_code == 201 and answer.json()["version"] == 2
    assert get(cast.casey, text).json()["plain"] == words


def test_operations_are_applied_once_and_listed(cast, make_text):
    text = make_text("ab")
    body = {"id": "mine", "version": 1, "ops": [{"insert": "x"}]}

    first, again = post(cast.casey, text, **body), post(cast.casey, text, **body)
    listed = get(cast.sam, text, "operations/?after=1").json()

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == {"id": "mine", "version": 2, "ops": [{"insert": "x"}], "is_repeated": False}
    assert listed["version"] == 2
    assert [(change["id"], change["by"]) for change in listed["changes"]] == [
        ("mine", str(cast.casey.person.id))
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"ops": [{"retain": 9}, {"insert": "x"}]}, 422, "bad_operation"),
        ({"ops": [{"insert": "x" * 70_000}]}, 413, "too_large"),
        ({"ops": "x"}, 422, "bad_operation"),
        ({"ops": [7]}, 422, "bad_operation"),
        ({"ops": [{"insert": "x"}], "version": 9}, 422, "bad_operation"),
        ({"ops": [{"insert": "x"}], "version": -1}, 422, "invalid"),
        ({"type": "insert", "position": 0}, 422, "invalid"),
        ({"type": "insert", "position": 9, "content": "x"}, 422, "bad_operation"),
        ({"type": "shout", "position": 0}, 422, "invalid"),
        ({}, 422, "invalid"),
        ({"ops": [{"insert": "x"}], "id": "ä"}, 422, "bad_operation"),
    ],
)
def test_bad_operations_are_refused_with_their_code(cast, make_text, body, status, code):
    text = make_text("ab")

    answer = post(cast.casey, text, **body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert get(cast.casey, text).json()["plain"] == "ab"


def test_reader_is_refused_and_outsider_finds_nothing(cast, make_text):
    text = make_text("ab")

    assert post(cast.sam, text, ops=[{"insert": "x"}]).json()["code"] == "not_allowed"
    assert get(cast.omar, text).status_code == post(cast.omar, text, ops=[{"insert": "x"}]).status_code == 404
    assert text.rule == RULE


def test_history_authors_and_differences_are_read_and_a_version_restored(cast, make_text):
    text = make_text("Reads well.\n", field="notes")
    post(cast.ada, text, type="insert", position=6, content="very ")

    sittings = get(cast.sam, text, "history/").json()["results"]
    authors = get(cast.sam, text, "versions/2/authors/").json()["results"]
    marks = get(cast.sam, text, "versions/2/differences/").json()
    backwards = get(cast.sam, text, "versions/1/differences/?since=2").json()

    assert [(one["by_name"], one["last_version"], one["changes"]) for one in sittings] == [
        ("Casey Cast", 1, 1),
        ("Ada Cast", 2, 1),
    ]
    assert [(one["by_name"], one["text"]) for one in authors] == [
        ("Casey Cast", "Reads "),
        ("Ada Cast", "very "),
        ("Casey Cast", "well.\n"),
    ]
    assert (marks["since"], marks["inserted"], marks["deleted"]) == (1, 1, 0)
    assert {"kind": "insert", "text": "very "} in marks["marks"]
    assert (backwards["inserted"], backwards["deleted"]) == (0, 1)
    assert get(cast.sam, text, "versions/2/differences/?since=x").status_code == 422
    assert get(cast.sam, text, "versions/2/differences/?since=9").status_code == 404

    def restore(player, version):
        path = f"/api/v1/texts/{text.id}/versions/{version}/restore/"
        return player.client().post(path, {}, content_type="application/json")

    assert restore(cast.sam, 1).json()["code"] == "not_allowed"
    made, again = restore(cast.casey, 1), restore(cast.casey, 1)
    assert (made.json(), made["ETag"]) == ({"version": 3, "is_changed": True}, '"3"')
    assert again.json() == {"version": 3, "is_changed": False}
    assert get(cast.sam, text).json()["plain"] == "Reads well.\n"
    assert restore(cast.casey, 9).status_code == restore(cast.omar, 1).status_code == 404
