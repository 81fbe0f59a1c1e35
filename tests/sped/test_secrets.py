"""Secrets are compared in constant time, and each can be changed while everybody works (R9)."""

import ast
import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client

from tests.conftest import ROOT

SECRET = re.compile(
    r"(^|_)(secret|secrets|token|tokens|password|passwords|otp|totp|hmac|mac|seal|credential|credentials|bearer)$"
    r"|^(session|api|access|signing)_key$"
)
ROOMS = sorted({path.parent for path in ROOT.glob("*/apps.py")} | {ROOT / "sped"})
NEW, OLD = "n" * 60, "o" * 60


def name_of(operand):
    """What an operand is called: the last name of `person.password`, or the key of `said["token"]`."""
    match operand:
        case (
            ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name)))
        ):
            return name
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name
        case ast.Call(func=ast.Attribute(value=inner)):  # token.strip()
            return name_of(inner)
    return ""


def careless(source):
    """The lines on which a secret is compared by something that stops at the first difference."""
    plain = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and any(isinstance(operator, plain) for operator in node.ops):
            operands = [node.left, *node.comparators]
            is_known = any(
                isinstance(operand, ast.Constant) for operand in operands
            )  # `token == ""` tells nothing
            if not is_known and any(SECRET.search(name_of(operand)) for operand in operands):
                yield node.lineno


def test_no_secret_is_compared_in_a_time_that_tells_of_it():
    files = [path for room in ROOMS for path in room.rglob("*.py") if "migrations" not in path.parts]
    assert len(files) > 300

    found = [f"{path.relative_to(ROOT)}:{line}" for path in files for line in careless(path.read_text())]

    assert not found, f"compare with constant_time_compare: {found}"


@pytest.mark.parametrize(
    "line",
    [
        "given == person.api_token",
        "found.client_secret != wanted",
        "token.strip() in known",
        "headers.get('token') == kept",
        "said['password'] == kept",
        "row.session_key == this",
    ],
)
def test_careless_comparison_would_be_found(line):
    assert list(careless(line)) == [1]


@pytest.mark.parametrize(
    "line", ["token.person_id == mine", "secret == ''", "password is None", "kind == OTHER"]
)
def test_what_compares_no_secret_is_left_alone(line):
    assert not list(careless(line))


def test_new_secret_key_signs_nobody_out_while_the_old_one_counts(cast, settings):
    settings.SECRET_KEY = OLD
    client = cast.casey.client()
    link = default_token_generator.make_token(cast.casey.person)
    assert client.get("/d/larkspur/").status_code == 200

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert default_token_generator.check_token(cast.casey.person, link)
    assert [client.get("/d/larkspur/").status_code for _ in range(3)] == [200, 200, 200]

    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/d/larkspur/").status_code == 200, "it was sealed anew meanwhile"
    assert not default_token_generator.check_token(cast.casey.person, link)


def test_session_of_a_key_that_counts_no_more_is_over(cast, settings):
    settings.SECRET_KEY = OLD
    client = cast.casey.client()
    assert client.get("/d/larkspur/").status_code == 200

    settings.SECRET_KEY = NEW

    assert client.get("/d/larkspur/").status_code == 302


def test_two_tokens_of_a_collector_count_at_once(db, settings):
    settings.METRICS_TOKENS = [NEW, OLD]

    def asked(token):
        headers = {"Authorization": f"Bearer {token}"}
        return Client(REMOTE_ADDR="10.1.2.3").get("/metrics", headers=headers).status_code

    assert [asked(token) for token in (NEW, OLD, "x" * 60, f"{NEW},{OLD}")] == [200, 200, 404, 404]
