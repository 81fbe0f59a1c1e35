"""The OpenAPI document, read off the endpoints: `Input` is what one takes, `Output` what it answers.

What each operation answers is recorded (`sped/api_examples.json`) by the test that sends every example.
"""

import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django import forms
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from core.api_access import LARGEST_PAGE, PAGE, Answers
from sped.openapi_choices import name_choices
from sped.openapi_nouns import ABOUT, INTRODUCTION, ORDER, noun_of

RECORDED = Path(__file__).with_name("api_examples.json")
EXAMPLE_DAY = date(2026, 9, 14)
PLACE = re.compile(r"\{(\w+)([+-]\d+)?\}")
TAKES_A_BODY = {"POST", "PUT", "PATCH"}
HEADERS = {
    "X-Organization": "The district that is meant, by its short name. A token belongs to one and need not say it.",
    "Idempotency-Key": "Makes the request safe to repeat: the same key and body are answered as the first time.",
    "If-Match": "The ETag of what was read: the change is refused (412) when somebody was faster.",
}
ANSWERED = {
    "ETag": "The version of what is answered; send it back as `If-Match`.",
    "X-Live-Topic": "The topic to watch at `/ws/live/`: it wakes when this answer changes.",
    "Location": "Where what was made is read.",
}
CURSOR = {
    "cursor": (str, "Where the page begins: taken from `next` or `previous` of another page."),
    "limit": (int, f"Rows of a page: {PAGE} unless said, at most {LARGEST_PAGE}."),
}
# Every refusal has the same shape; its `code` says which it is.
REFUSALS = {
    "400": (
        "Unreadable",
        "`unreadable`, `invalid`, `bad_request`: what was sent cannot be read or is not allowed.",
    ),
    "401": ("NotSignedIn", "`not_signed_in`: there is no token or session, or it has ended."),
    "403": ("NotAllowed", "`not_allowed`, `reauthentication_required`: you see it and may not do this."),
    "404": ("NotFound", "`not_found`: there is no such thing, or it is not yours to see."),
    "409": ("Conflict", "`conflict` and others: it is not in a state in which this can be done."),
    "412": ("PreconditionFailed", "`precondition_failed`: somebody changed it since you read it."),
    "422": ("Invalid", "`invalid` with `details.fields`, `idempotency_key_reused`, or a rule's own code."),
    "429": ("TooMany", "`rate_limited`: wait as long as `Retry-After` says."),
    "4XX": (
        "Refused",
        "Any other refusal: `method_not_allowed`, `not_acceptable`, `unsupported_media_type`.",
    ),
    "503": (
        "Unavailable",
        "`unavailable`: away for a moment. Nothing was lost; try again after `Retry-After`.",
    ),
}
SUCCESSES = {"200": "Done.", "201": "It is made.", "204": "Done; there is no body."}


class ErrorOutput(serializers.Serializer[Any]):
    """Every refusal, here and on pages and sockets."""

    code = serializers.CharField(help_text="Which refusal it is; it never changes. Decide by it.")
    message = serializers.CharField(help_text="The same in words, in the reader's language. For people.")
    status = serializers.IntegerField(help_text="The status of the answer.")
    details = serializers.DictField(
        help_text="What belongs to the code; for `invalid` it has `fields`: messages by dotted name of the field."
    )


class ApiSchema(AutoSchema):
    """How `core.api.ApiView` describes itself."""

    view: Any  # an `ApiView`; `core.api` imports what imports this

    def get_operation_id(self) -> str:
        """Method and address in words: `get_students_team`, `post_ieps_submit`."""
        words = [part for part in self._address().split("/") if part and not part.startswith("{")]
        # `students/` and `students/{id}/` read alike but for the id at the end.
        is_one = self._address().rstrip("/").endswith("}")
        return "_".join([self.method.lower(), *words, *(["one"] if is_one else [])]).replace("-", "_")

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular asks without arguments
        """What the method says of itself, unless the view says it."""
        return str(self.view.says or super().get_description())

    def get_summary(self) -> str:
        """The first sentence of what it says of itself."""
        words = " ".join(str(self.get_description()).split())
        return re.split(r"(?<=[.;:])\s", words, maxsplit=1)[0].rstrip(".;:")

    def get_tags(self) -> list[str]:
        """The noun it belongs to."""
        return [noun_of(self._address())]

    def get_request_serializer(self) -> Any:
        """The body, where there is one."""
        return getattr(self.view, "Input", None) if self.method in TAKES_A_BODY else None

    def get_response_serializers(self) -> Any:
        """The answer."""
        code = self._success()
        output = getattr(self.view, "Output", None)
        if self.method in TAKES_A_BODY:
            output = getattr(self.view, "Made", output)
        if self._is_list_view():
            return {code: output(many=True) if output else None}
        return {code: None if code == "204" else output}

    def get_override_parameters(self) -> list[Any]:
        """The headers and the filters that matter for this method, and the headers of the answer."""
        names = ["X-Organization"]
        if self.method == "POST":
            names.append("Idempotency-Key")
        if self.method in self.view.compares:
            names.append("If-Match")
        return [
            *(_parameter(name, str, "header", HEADERS[name]) for name in names),
            *self._filters(),
            *(
                OpenApiParameter(name, str, "header", response=[self._success()], description=ANSWERED[name])
                for name in recorded().get(self.get_operation_id(), {}).get("headers", ())
            ),
        ]

    def get_auth(self) -> list[Any]:
        """Either way will do."""
        super().get_auth()  # lists both among the components
        return [{"token": []}, {"session": []}]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """`StudentListApi.Output` is called StudentListOutput: the inner names alone would all be one."""
        return "".join(part.removesuffix("Api") for part in type(serializer).__qualname__.split("."))

    def get_paginated_name(self, serializer_name: str) -> str:
        """Pages and whole lists of one kind of row are two shapes."""
        own = (
            type(self.view).__name__.removesuffix("Api") if hasattr(self.view, "Beside") else serializer_name
        )
        return f"{'All' if self.view.answers == Answers.ALL else 'PageOf'}{own}"

    def get_operation(self, *args: Any, **options: Any) -> dict[str, Any] | None:
        """The operation with the body that the tests send, and what they were answered."""
        found: dict[str, Any] | None = super().get_operation(*args, **options)
        if found is None:
            return None
        if self.view.example and self.method in TAKES_A_BODY:
            for content in found.get("requestBody", {}).get("content", {}).values():
                content["example"] = published(self.view.example)
        answer = recorded().get(found["operationId"], {})
        success = found["responses"][self._success()]
        success["description"] = SUCCESSES[self._success()]
        for content in success.get("content", {}).values():
            content["example"] = answer.get("body")
        for parameter in found["parameters"]:
            if parameter["in"] == "path":
                parameter.setdefault("description", _place_words(parameter["name"]))
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """The answers, and every refusal."""
        refusals = {
            code: {"$ref": f"#/components/responses/{name}"} for code, (name, _words) in REFUSALS.items()
        }
        self.resolve_serializer(ErrorOutput, "response")
        return {**super()._get_response_bodies(direction), **refusals}

    def _address(self) -> str:
        return str(self.path).removeprefix("/api/v1/")

    def _success(self) -> str:
        if self.method == "POST":
            return "201" if self.view.creates else "200"
        return "204" if self.method == "DELETE" else "200"

    def _filters(self) -> list[OpenApiParameter]:
        if self.method != "GET":
            return []
        query = self.view.Query() if self.view.Query else None
        return [_filter(name, field) for name, field in (query.fields.items() if query else ())]

    def _is_list_view(self, serializer: Any = None) -> bool:
        if self.method == "GET":
            return bool(self.view.answers != Answers.ONE)
        return bool(self.method in {"PATCH", "PUT"} and self.view.answers == Answers.ALL)

    def _get_paginator(self) -> Any:
        return Described(self)


class Described:
    """How a list reads in the document."""

    def __init__(self, schema: ApiSchema) -> None:
        self.schema = schema

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The rows, the way to other pages, and what stands beside them."""
        found: dict[str, Any] = {"results": schema}
        if self.schema.view.answers == Answers.PAGES:
            way = {"type": ["string", "null"], "format": "uri"}
            found |= {"next": way, "previous": way}
        if beside := getattr(self.schema.view, "Beside", None):
            component = self.schema.resolve_serializer(beside, "response")
            found |= component.schema["properties"]
        return {"type": "object", "properties": found, "required": list(found)}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Where a page begins and how long it is."""
        if view.answers != Answers.PAGES:
            return []
        kinds: dict[type, dict[str, Any]] = {
            str: {"type": "string"},
            int: {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
        }
        return [
            {"name": name, "in": "query", "required": False, "description": words, "schema": kinds[kind]}
            for name, (kind, words) in CURSOR.items()
        ]


class ActorAuthenticationScheme(OpenApiAuthenticationExtension):
    """A token of a person or integration, or the session of a browser."""

    target_class = "core.api_access.ActorAuthentication"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        """Both ways to show who is calling."""
        return [
            {"type": "http", "scheme": "bearer"},
            {"type": "apiKey", "in": "cookie", "name": "session"},
        ]


def finished(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """The document with its refusals; a body with an unknown field is none of ours."""
    components = result["components"]
    shape = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorOutput"}}}
    components["responses"] = {
        name: {"description": words, "content": shape} for name, words in REFUSALS.values()
    }
    bodies = {
        content["schema"]["$ref"].rpartition("/")[2]
        for methods in result["paths"].values()
        for operation in methods.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in content["schema"]
    }
    for name in bodies:
        components["schemas"][name]["additionalProperties"] = False
    name_choices(components["schemas"])
    components["schemas"] = _plain(components["schemas"])
    used = {
        tag for methods in result["paths"].values() for found in methods.values() for tag in found["tags"]
    }
    result["tags"] = [{"name": noun, "description": ABOUT[noun]} for noun in ORDER if noun in used]
    result["info"]["description"] = INTRODUCTION
    return result


def _place_words(name: str) -> str:
    """What stands in a place of an address: `{goal_id}` is the id of a goal."""
    words = {"health_id": "entry", "run_id": "import", "membership_id": "role"}
    noun = words.get(name, name.removesuffix("_id").replace("_", " "))
    return f"The id of the {noun}." if name.endswith("_id") else f"The {noun}."


def _plain(schema: Any) -> Any:
    # An empty text fits "empty" and "e-mail address", where a format is only a note: more than one may fit.
    # A time of a day at school has no zone, as "time" would ask.
    if isinstance(schema, dict) and schema.get("format") == "time":
        return {"type": schema["type"], "pattern": r"^\d\d:\d\d(:\d\d)?(\.\d+)?$"}
    if isinstance(schema, dict):
        return {("anyOf" if key == "oneOf" else key): _plain(inner) for key, inner in schema.items()}
    return [_plain(inner) for inner in schema] if isinstance(schema, list) else schema


@cache
def recorded() -> dict[str, Any]:
    """What every operation answered to its example, by its id."""
    return dict(json.loads(RECORDED.read_text())) if RECORDED.exists() else {}


def filled(value: Any, ids: Any, today: date) -> Any:
    """An example with ids and days put in."""
    if isinstance(value, dict):
        return {filled(key, ids, today): filled(inner, ids, today) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [filled(inner, ids, today) for inner in value]
    if not isinstance(value, str):
        return value
    return PLACE.sub(lambda found: _stand_in(found[1], found[2], ids, today), value)


def published(value: Any) -> Any:
    """An example with ids and days that are the same in every document."""
    return filled(value, None, EXAMPLE_DAY)


def example_id(name: str) -> str:
    """The id that stands for a name in the document."""
    return str(uuid5(NAMESPACE_URL, name))


def _stand_in(name: str, days: str | None, ids: Any, today: date) -> str:
    if name == "today":
        return (today + timedelta(days=int(days or 0))).isoformat()
    return str(ids[name]) if ids else example_id(name)


def _parameter(name: str, kind: Any, place: Any, words: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, place, required=False, description=words, **more)


def _filter(name: str, field: forms.Field) -> OpenApiParameter:
    kinds: dict[type[forms.Field], Any] = {
        forms.UUIDField: {"type": "string", "format": "uuid"},
        forms.DateField: {"type": "string", "format": "date"},
        forms.IntegerField: {"type": "integer"},
        forms.BooleanField: {"type": "boolean"},
    }
    schema: dict[str, Any] = dict(kinds.get(type(field), {"type": "string"}))
    if isinstance(field, forms.ChoiceField):
        schema["enum"] = [str(key) for key, _label in list(field.widget.choices) if key]
    if isinstance(field, forms.CharField) and field.max_length:
        schema["maxLength"] = field.max_length
    return _parameter(name, schema, "query", str(field.help_text or field.label or ""))
