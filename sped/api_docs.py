"""The page of the API: the OpenAPI document as HTML, drawn on the server, without scripts from elsewhere."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from sped.openapi import REFUSALS, example_id

LONGEST_SEARCH = 80
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body, a query or an answer."""

    name: str
    kind: str
    is_required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    anchor: str
    method: str
    path: str
    text: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]
    noun: str
    summary: SafeString
    curl: str
    answer: str

    @property
    def paragraphs(self) -> tuple[SafeString, ...]:
        """What it says of itself, paragraph by paragraph."""
        return tuple(in_code(" ".join(part.split())) for part in self.text.split("\n\n"))


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/docs/"""
    found, tags = described(get_language() or "")
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    shown = [operation for operation in found if _is_about(operation, words)]
    nouns = [
        (noun, slugify(noun), about, own)
        for noun, about in tags
        if (own := [operation for operation in shown if operation.noun == noun])
    ]
    refusals = [(code, in_code(said)) for code, (_name, said) in REFUSALS.items()]
    return render(
        request, "api_docs.html", {"nouns": nouns, "count": len(shown), "words": words, "refusals": refusals}
    )


@cache
def described(language: str) -> tuple[list[Operation], list[tuple[str, str]]]:
    """Every operation, and their groups with what they are about, in order: a second's work, once a language."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return operations(schema), [(tag["name"], tag["description"]) for tag in schema["tags"]]


def in_code(text: str) -> SafeString:
    """A text in which what stands between backticks is marked as code; all of it escaped."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<code>{}</code>", part) if place % 2 else part,)
            for place, part in enumerate(text.split("`"))
        ),
    )


def operations(schema: dict[str, Any]) -> list[Operation]:
    """Every operation of an OpenAPI document, by address."""
    named = schema.get("components", {}).get("schemas", {})
    return [
        _operation(path, method, methods[method], named)
        for path, methods in sorted(schema["paths"].items())
        for method in METHODS
        if method in methods
    ]


def _operation(path: str, method: str, found: dict[str, Any], named: dict[str, Any]) -> Operation:
    nothing: dict[str, Any] = {}
    content = found.get("requestBody", {}).get("content", {})
    body = next(iter(content.values()), nothing).get("schema", {})
    return Operation(
        anchor=str(found.get("operationId", "")),
        method=method.upper(),
        path=path,
        text=str(found.get("description", "")),
        parameters=tuple(
            Field(
                item["name"],
                _kind(item.get("schema", {})),
                bool(item.get("required")),
                f"{item['in']}: {item.get('description', '')}",
            )
            for item in found.get("parameters", [])
        ),
        body=_fields(_resolve(body, named)),
        answers=tuple(
            (code, _kind(next(iter(answer.get("content", {}).values()), nothing).get("schema", {})))
            for code, answer in found.get("responses", {}).items()
            if code.startswith("2")
        ),
        noun=str(found["tags"][0]),
        summary=in_code(str(found.get("summary", ""))),
        curl=_curl(path, method, found),
        answer=_example(found),
    )


def _is_about(operation: Operation, words: str) -> bool:
    text = f"{operation.method} {operation.path} {operation.noun} {operation.text}".casefold()
    return all(word in text for word in words.casefold().split())


def _curl(path: str, method: str, found: dict[str, Any]) -> str:
    address = re.sub(r"\{(\w+)\}", lambda name: example_id(name[1]), path)
    lines = [f"curl -X {method.upper()} https://district.example.org{address}"]
    lines.append('-H "Authorization: Bearer $TOKEN"')
    if method == "post":
        lines.append("-H 'Idempotency-Key: 7f3a'")
    if "If-Match" in {item["name"] for item in found.get("parameters", [])}:
        lines.append("-H 'If-Match: \"7\"'")
    for kind, content in found.get("requestBody", {}).get("content", {}).items():
        body = content.get("example", {})
        if kind == "multipart/form-data":
            lines += [f"-F {name}={value}" for name, value in body.items()]
        else:
            written = json.dumps(body, ensure_ascii=False, indent=2).replace("'", "'\\''")
            lines += ["-H 'Content-Type: application/json'", f"-d '{written}'"]
    return " \\\n  ".join(lines)


def _example(found: dict[str, Any]) -> str:
    for code, answer in found["responses"].items():
        for content in answer.get("content", {}).values():
            if code.startswith("2") and content.get("example") is not None:
                return json.dumps(content["example"], ensure_ascii=False, indent=2)
    return ""


def _resolve(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    reference = str(schema.get("$ref", ""))
    return dict(named.get(reference.rpartition("/")[2], {})) if reference else schema


def _fields(schema: dict[str, Any]) -> tuple[Field, ...]:
    required = set(schema.get("required", []))
    return tuple(
        Field(name, _kind(inner), name in required, str(inner.get("description", "")))
        for name, inner in schema.get("properties", {}).items()
    )


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            return " | ".join(_kind(inner) for inner in schema[word])
    kind = schema.get("type", "")
    if kind == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    kinds = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{kinds} ({schema['format']})" if "format" in schema else kinds
