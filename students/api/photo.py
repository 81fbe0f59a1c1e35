"""Endpoints of the photograph of a student."""

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.response import Response

from accounts.rights import Group
from core.api import ActorApiRequest, refuse_unknown
from core.api_access import StrictJSONParser
from students import mutations, queries
from students.api.record import OfStudentApi


class PhotoApi(OfStudentApi):
    """GET, POST and DELETE /api/v1/students/{student_id}/photo/"""

    group = Group.PROFILE
    example = {"photo": "@photo.png"}

    parser_classes = (MultiPartParser,)  # type: ignore[assignment]  # a file is no JSON

    class Input(serializers.Serializer[Any]):
        photo = serializers.FileField(max_length=200)

    class Output(serializers.Serializer[Any]):
        has_photo = serializers.BooleanField()

    def get_parsers(self) -> list[BaseParser]:
        """A file is no JSON; whoever takes it away sends none. Nobody asks when the API is described."""
        is_delete = self.request is not None and self.request.method == "DELETE"
        return [StrictJSONParser()] if is_delete else [MultiPartParser()]

    def content(self, request: Any) -> bytes:
        """A file is told by its hash: its body holds a boundary that differs each time."""
        total = hashlib.sha256()
        for name in sorted(request.FILES):
            for chunk in request.FILES[name].chunks():
                total.update(chunk)
            request.FILES[name].seek(0)
        return total.digest()

    @extend_schema(exclude=True)
    def get(self, request: ActorApiRequest, student_id: UUID) -> HttpResponse:
        """The photograph, a JPEG of 256 pixels, so it is told with the POST and not in the schema."""
        response = HttpResponse(
            queries.photo(actor=request.actor, student_id=student_id), content_type="image/jpeg"
        )
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Put a photograph on the case file: a JPEG or PNG of at most 5 MB, in place of the one before.

        It is drawn anew as a square of 256 pixels, without place and camera; `GET` of this address answers that
        picture (`image/jpeg`).
        """
        self.locked(request, student_id)
        file = self.parsed(request)["photo"]
        found = mutations.set_photo(actor=request.actor, student_id=student_id, source=file.file)
        return self.written(request, student_id, {"has_photo": bool(found.photo_key)})

    def delete(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Take the photograph off the case file, and off the disk."""
        refuse_unknown(request.data, known=())
        self.locked(request, student_id)
        mutations.remove_photo(actor=request.actor, student_id=student_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
