"""The OpenAPI document says of every endpoint what it takes and answers."""

from collections import Counter

import pytest
from drf_spectacular.drainage import reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from sped.openapi_choices import COLUMNS
from sped.openapi_nouns import ABOUT, NOUNS, ORDER


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(schema):
    return {
        f"{method.upper()} {path}": operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def test_document_is_valid_openapi_3_1(schema):
    validate_schema(schema)

    assert schema["openapi"].startswith("3.1")


def test_no_two_shapes_of_one_name_are_mixed_up(capsys):
    """drf-spectacular warns of them, and keeps one for both."""
    reset_generator_stats()
    SchemaGenerator().get_schema(request=None, public=True)

    assert "identical names" not in capsys.readouterr().err


def test_every_group_parameter_and_answer_says_what_it_is(schema):
    silent = [tag["name"] for tag in schema["tags"] if not tag.get("description")]
    for name, operation in operations(schema).items():
        silent += [
            f"{name} {item['name']}" for item in operation["parameters"] if not item.get("description")
        ]
        silent += [
            f"{name} {code}"
            for code, answer in operation["responses"].items()
            if answer == {"description": ""}
        ]

    assert not silent
    assert {tag["name"] for tag in schema["tags"]} == set(ORDER) == set(NOUNS) == set(ABOUT)
    assert max(Counter(operation["tags"][0] for operation in operations(schema).values()).values()) < 30


def test_what_is_one_of_a_few_says_which(schema):
    shapes = schema["components"]["schemas"]
    named = {name for name in COLUMNS if name in shapes or f"Patched{name}" in shapes}

    assert named == set(COLUMNS)
    assert shapes["GoalFields"]["properties"]["scale"]["enum"][:2] == ["percent", "trials"]
    assert shapes["PatchedStudentFields"]["properties"]["grade"]["enum"][-1] == ""
    assert "enum" not in shapes["GoalFields"]["properties"]["title"]


def test_every_operation_may_be_called_with_a_token_or_a_session(schema):
    assert set(schema["components"]["securitySchemes"]) == {"token", "session"}
    for name, operation in operations(schema).items():
        assert operation["security"] == [{"token": []}, {"session": []}], name


def test_every_operation_says_what_it_does_and_how_it_refuses(schema):
    found = operations(schema)

    assert found
    assert [name for name, operation in found.items() if not operation.get("description")] == []
    assert [name for name, operation in found.items() if "4XX" not in operation["responses"]] == []


def test_creating_is_repeatable_and_answers_created(schema):
    points = schema["paths"]["/api/v1/goals/{goal_id}/points/"]
    headers = {item["name"] for item in points["post"]["parameters"] if item["in"] == "header"}

    assert headers == {"Idempotency-Key", "X-Organization"}
    assert "201" in points["post"]["responses"]
    body = points["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert body == "#/components/schemas/ScoreFields"
    score = schema["components"]["schemas"]["ScoreFields"]
    assert "measured_on" in score["required"]
    assert "value" in score["properties"]  # or what it is worked out from, in `raw`
