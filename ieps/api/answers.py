"""What the endpoints of IEPs share: answers that can be watched, versions, the record of access."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.registry import lent
from ieps.api.shapes import IepOutput


def iep_answer(iep: Any, code: int = status.HTTP_200_OK, texts: Mapping[str, UUID] | None = None) -> Response:
    """An IEP, with its version and topic; `texts` are the ids of its shared texts by field."""
    data = dict(IepOutput(iep).data)
    if texts is not None:
        data["texts"] = {name: str(text_id) for name, text_id in texts.items()}
    return answered(data, version=iep.version, topic=iep.topic, code=code)


def part_answer(view: ApiView, part: Any, name: str, code: int = status.HTTP_200_OK) -> Response:
    """A row of an IEP, with its version and the topic to watch."""
    return answered(view.Output(part).data, version=part.version, topic=name, code=code)


def paged(view: ApiView, request: ActorApiRequest, pages: ApiPages, rows: Any, name: str) -> Response:
    """One page of a list, with the topic to watch."""
    found: Any = pages.paginate_queryset(rows, request, view=view)
    return answered(pages.get_paginated_response(view.Output(found, many=True).data).data, topic=name)


def expected(request: ActorApiRequest, version: int) -> int | None:
    """The version that `If-Match` named; without it the caller does not care who was first."""
    return version if request.headers.get("If-Match", "*") != "*" else None


def opened(request: ActorApiRequest, student_id: UUID) -> None:
    """A program that reads a record is written down like a person (34 CFR 300.614)."""
    lent("students.log_access")(actor=request.actor, student_id=student_id, page="api")
