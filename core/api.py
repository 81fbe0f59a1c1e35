"""JSON endpoints: parse, one call, answer. Errors look as everywhere; a repeated creating POST does nothing twice."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer
from rest_framework.views import APIView

from core.actor import Actor
from core.api_access import LARGEST_PAGE, PAGE, ActorAuthentication, Answers, HasActor, StrictJSONParser
from core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PreconditionFailed,
    SpedError,
)
from core.middleware import RETRY_AFTER_SECONDS, Collision, Unavailable, as_refusal
from core.models import IdempotencyKey
from core.registry import lent
from core.tenant import organization

LONGEST_KEY = 200
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
KEPT_HOURS = 48  # a client that was cut off overnight may still ask what became of its request


class KeyReused(SpedError):
    """An `Idempotency-Key` came back with another request than it was first used for."""

    code = "idempotency_key_reused"
    status = 422
    message = _("This idempotency key was used for a different request.")


class ActorApiRequest(Request):
    """A request whose actor the tenant middleware has found."""

    @property
    def actor(self) -> Actor:
        return cast("Actor", self._request.actor)  # type: ignore[attr-defined]  # set by the middleware


class ApiPages(CursorPagination):
    """Cursor pages: 50 rows, at most 200."""

    page_size = PAGE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "limit"
    ordering = "id"


class ApiView(APIView):
    """One address. Inner classes `Input` and `Output` are serializers; `self.parsed(request)` validates.

    The rest describes the address to programs (`sped.openapi`). An `example` is a body that the tests send; in it
    `{student_id}` stands for an id of that name and `{today+30}` for a day.
    """

    authentication_classes = (ActorAuthentication,)
    permission_classes = (HasActor,)
    parser_classes = (StrictJSONParser,)
    Input: type[BaseSerializer[Any]]
    Output: type[BaseSerializer[Any]]
    Made: type[BaseSerializer[Any]]  # what its POST or PATCH answers, where that is no `Output`
    Beside: type[BaseSerializer[Any]]  # what stands beside the `results` of a page
    Query: ClassVar[type[forms.Form] | None] = None  # what narrows its GET
    answers: ClassVar[Answers] = Answers.ONE
    creates: ClassVar[bool] = False  # whether its POST answers 201
    compares: ClassVar[Collection[str]] = ()  # the methods that heed `If-Match`
    example: ClassVar[Mapping[str, Any]] = {}
    says: ClassVar[str] = ""  # where the method's own words are those of many addresses

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> ActorApiRequest:
        built = super().initialize_request(request, *args, **kwargs)
        built.__class__ = ActorApiRequest
        return cast("ActorApiRequest", built)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls is known; then an address that takes no fields refuses every one, as others do unknown ones."""
        super().initial(request, *args, **kwargs)
        is_bare = request.method == "DELETE" or not self.takes_fields()
        if request.method in CHANGING and StrictJSONParser in self.parser_classes and is_bare:
            refuse_unknown(request.data, known=())

    @classmethod
    def takes_fields(cls) -> bool:
        """Whether any of its methods reads a body."""
        members = ((name, getattr(cls, name, None)) for name in dir(cls) if not name.startswith("Output"))
        return any(isinstance(found, type) and issubclass(found, BaseSerializer) for _name, found in members)

    def parsed(
        self,
        request: Request,
        serializer: type[BaseSerializer[Any]] | None = None,
        *,
        partial: bool = False,
    ) -> dict[str, Any]:
        """The validated body. Unknown fields are refused, not ignored. Raises Invalid."""
        form = (serializer or self.Input)(data=request.data, partial=partial)
        refuse_unknown(request.data, known=getattr(form, "fields", request.data))
        refuse_unknown_within(form, request.data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer a repeated creating POST with what it was answered before."""
        key = request.headers.get("Idempotency-Key", "")
        actor = getattr(request, "actor", None)
        if request.method != "POST" or not key or actor is None:
            return self._opened(request, super().dispatch(request, *args, **kwargs))
        if len(key) > LONGEST_KEY or not key.isprintable():
            return self._refused(
                request,
                Invalid(_("An idempotency key has 1 to 200 printable characters.")),
            )
        stored, is_first = claim_key(
            actor=actor,
            key=key,
            fingerprint=fingerprint(request.method, request.get_full_path(), self.content(request)),
        )
        if not is_first:
            return self._replayed(request, stored, request)
        response: Any = super().dispatch(request, *args, **kwargs)
        if response.status_code < status.HTTP_400_BAD_REQUEST:
            stored.status = response.status_code
            stored.body = json.loads(response.render().content or b"null")
            stored.headers = {
                name: response[name] for name in ("ETag", "Location", "X-Live-Topic") if name in response
            }
            stored.save(update_fields=["status", "body", "headers"])
        return response

    def _opened(self, request: Any, response: Any) -> Any:
        """A program that reads of a student named in the address is written down like a person (34 CFR 300.614)."""
        student_id = self.kwargs.get("student_id")
        if (
            request.method in {"GET", "HEAD"}
            and response.status_code < status.HTTP_400_BAD_REQUEST
            and student_id
        ):
            page = f"api {request.resolver_match.url_name}"
            lent("students.log_access")(actor=request.actor, student_id=student_id, page=page)
        return response

    def content(self, request: Any) -> bytes:
        """What two requests with one key must have in common: the body, unless a view knows better."""
        return cast("bytes", request.body)

    def _replayed(self, request: Any, stored: IdempotencyKey, original: Any) -> Any:
        same = fingerprint(original.method, original.get_full_path(), self.content(original))
        if stored.fingerprint != same:
            return self._refused(request, KeyReused())
        if stored.status is None:
            return self._refused(
                request,
                Conflict(_("The first request with this key is still running.")),
            )
        response = Response(
            stored.body,
            status=stored.status,
            headers={**stored.headers, "Idempotency-Replayed": "true"},
        )
        return self._finished(request, response)

    def _refused(self, request: Any, error: SpedError) -> Any:
        return self._finished(request, Response(error.as_dict(), status=error.status))

    def _finished(self, request: Any, response: Response) -> Any:
        drf_request = self.initialize_request(request)
        self.headers = self.default_response_headers
        return self.finalize_response(drf_request, response)


def refuse_unknown(data: Any, *, known: Collection[str]) -> None:
    """Unknown fields are refused, not ignored (R15). Raises Invalid."""
    if not isinstance(data, Mapping):
        raise Invalid(_("Send one JSON object."))
    if unknown := sorted(set(data) - set(known)):
        raise Invalid(fields={name[:80]: [str(_("There is no such field."))] for name in unknown})


def refuse_unknown_within(form: Any, data: Any) -> None:
    """The same for objects inside the body, by dotted name. Raises Invalid."""
    if unknown := list(_unknown_within(form, data, "")):
        raise Invalid(fields={name[:80]: [str(_("There is no such field."))] for name in unknown})


def _unknown_within(form: Any, data: Any, prefix: str) -> Iterator[str]:
    if isinstance(form, ListSerializer):
        for number, item in enumerate(data if isinstance(data, list) else ()):
            yield from _unknown_within(form.child, item, f"{prefix}{number}.")
    elif isinstance(form, Serializer) and isinstance(data, Mapping):
        yield from (f"{prefix}{name}" for name in data if name not in form.fields)
        for name, field in form.fields.items():
            if isinstance(field, BaseSerializer):
                yield from _unknown_within(field, data.get(name), f"{prefix}{name}.")


def claim_key(*, actor: Actor, key: str, fingerprint: str) -> tuple[IdempotencyKey, bool]:
    """The row of a key, and whether this request is its first. A concurrent twin waits for the first to commit."""
    created = IdempotencyKey.objects.bulk_create(
        [
            IdempotencyKey(
                organization_id=actor.organization_id,
                person_id=actor.person_id,
                key=key,
                fingerprint=fingerprint,
            )
        ],
        ignore_conflicts=True,
    )[0]
    stored = IdempotencyKey.objects.get(
        organization_id=actor.organization_id, person_id=actor.person_id, key=key
    )
    return stored, stored.pk == created.pk


def forget_keys(*, organization_id: UUID, now: datetime) -> int:
    """Delete the keys of one organisation that are older than `KEPT_HOURS`. Returns how many."""
    with organization(organization_id):
        old = IdempotencyKey.objects.filter(created_at__lt=now - timedelta(hours=KEPT_HOURS))
        return old.filter(organization_id=organization_id).delete()[0]


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What must be equal for two requests with one key to be the same request."""
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()


def etag(version: object) -> str:
    """The strong `ETag` of a record's version."""
    return f'"{version}"'


def version_of(data: Any) -> str:
    """A version that changes with what is shown, for what has no column of versions."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()[:20]


def check_version(request: Request, version: object) -> None:
    """Refuse a change that was made on an older version. Without `If-Match` the caller does not care."""
    wanted = request.headers.get("If-Match")
    if wanted and wanted != "*" and etag(version) not in [part.strip() for part in wanted.split(",")]:
        raise PreconditionFailed


def answered(
    data: Any,
    *,
    version: object = None,
    topic: str = "",
    code: int = status.HTTP_200_OK,
) -> Response:
    """A JSON answer with the headers that let a client watch what it has read."""
    response = Response(data, status=code)
    if version is not None:
        response["ETag"] = etag(version)
    if topic:
        response["X-Live-Topic"] = topic
    return response


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal of an endpoint in the one shape; what is a defect goes on as an exception."""
    error = as_refusal(exception) or _from_drf(exception)
    if error is None:
        return None
    response = Response(error.as_dict(), status=error.status)
    if isinstance(error, NotAllowed | NotFound | Collision | Unavailable):
        response.sped_error = error  # type: ignore[attr-defined]  # logged by ErrorMiddleware, or begun anew
    if error.status == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    if error.status == status.HTTP_503_SERVICE_UNAVAILABLE:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _from_drf(exception: Exception) -> SpedError | None:
    if isinstance(exception, Http404):
        return NotFound()
    if isinstance(exception, PermissionDenied):
        return NotAllowed()
    if isinstance(exception, exceptions.ValidationError):
        return Invalid(fields=_flat(exception.detail))
    if isinstance(exception, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return NotSignedIn()
    if isinstance(exception, exceptions.APIException):
        error = SpedError(str(exception.detail))
        error.code = str(exception.default_code)
        error.status = exception.status_code
        return error
    return None


def _flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """DRF's nested messages by dotted field name."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for key, inner in detail.items():
            found |= _flat(inner, f"{name}.{key}" if name else str(key))
        return found
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        found = {}
        for index, inner in enumerate(detail):
            found |= _flat(inner, f"{name}.{index}")
        return found
    texts = detail if isinstance(detail, list) else [detail]
    return {name or "__all__": [str(text) for text in texts]}
