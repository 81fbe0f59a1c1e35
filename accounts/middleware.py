"""Find out which organisation a request means and who is acting, and run it in one transaction behind the wall.

`/d/<slug>/…` is a district's pages: the prefix is taken off like a mount point, so that `reverse` inside a district
gives addresses of that district and two tabs never mix (docs/adr/0003). `/d/<slug>/family/…` wears the family hat.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import set_script_prefix

from accounts.actors import actor_of_person, organization_by_slug, token_holder
from accounts.models import Organization, Person
from core.actor import Actor, Hat, Origin
from core.errors import Invalid, NotFound, NotSignedIn, SpedError
from core.middleware import BadRequest, as_refusal, error_response
from core.tenant import organization as within

GetResponse = Callable[[HttpRequest], HttpResponse]
DISTRICT = re.compile(r"^/d/(?P<slug>[-a-zA-Z0-9_]{1,40})(?P<rest>/.*)$")
OPEN_API = re.compile(r"^/api/v1/(schema|docs)/")


class TenantMiddleware:
    """One transaction, one organisation, one actor for a request. An answer of 400 or more leaves nothing behind."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        district = DISTRICT.match(request.path_info)
        is_api = request.path_info.startswith("/api/v1/") and not OPEN_API.match(request.path_info)
        if not district and not is_api:
            return self.get_response(request)
        try:
            organization, actor = self._of_page(request, district) if district else self._of_api(request)
        except SpedError as error:
            if isinstance(error, NotSignedIn) and district:
                return HttpResponseRedirect(f"/accounts/login/?next={quote(request.get_full_path())}")
            return _carry(error)
        if district:
            request.path_info = district["rest"]
            request.urlconf = "sped.urls_district"  # type: ignore[attr-defined]  # Django's own hook
            set_script_prefix(f"/d/{organization.slug}/")
        request.actor = actor  # type: ignore[attr-defined]  # `core.http.ActorRequest` has it
        request.organization = organization  # type: ignore[attr-defined]
        return self._inside(request, organization)

    def _inside(self, request: HttpRequest, organization: Organization) -> HttpResponse:
        try:
            with within(organization.id):
                response = self.get_response(request)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
                if response.status_code >= 400:  # noqa: PLR2004
                    transaction.set_rollback(True)
                return response
        except Exception as exception:  # a commit that failed
            error = as_refusal(exception)
            if error is None:
                raise
            return error_response(request, error)
        finally:
            set_script_prefix("/")

    def _of_page(self, request: HttpRequest, district: re.Match[str]) -> tuple[Organization, Actor]:
        if not isinstance(request.user, Person):
            raise NotSignedIn
        organization = organization_by_slug(district["slug"])
        is_family = district["rest"].startswith("/family/")
        return organization, self._person(request, request.user, organization, Hat.FAMILY if is_family else Hat.STAFF)

    def _of_api(self, request: HttpRequest) -> tuple[Organization, Actor]:
        header = request.headers.get("Authorization", "")
        if header:
            return self._of_token(request, header)
        if not isinstance(request.user, Person):
            raise NotSignedIn
        slug = request.headers.get("X-Organization", "")
        if not slug:
            raise Invalid("Say which organisation you mean: send X-Organization with its short name.")
        organization = organization_by_slug(slug)
        return organization, self._person(request, request.user, organization, _hat(request))

    def _of_token(self, request: HttpRequest, header: str) -> tuple[Organization, Actor]:
        scheme, _, token = header.partition(" ")
        holder = token_holder(token.strip()) if scheme.lower() == "bearer" else None
        if holder is None:
            raise NotSignedIn
        person_id, organization_id = holder
        organization = Organization.objects.get(id=organization_id)
        named = request.headers.get("X-Organization", organization.slug)
        if not organization.is_active or named != organization.slug:
            raise NotFound
        request.has_bearer_token = True  # type: ignore[attr-defined]  # read by `core.api.ActorAuthentication`
        person = Person.objects.get(id=person_id)
        return organization, self._person(request, person, organization, _hat(request))

    def _person(self, request: HttpRequest, person: Person, organization: Organization, hat: Hat) -> Actor:
        return actor_of_person(
            person_id=person.id, organization_id=organization.id, hat=hat, origin=origin_of(request)
        )


def origin_of(request: HttpRequest) -> Origin:
    """Where a request came from, for the audit."""
    return Origin(
        request_id=getattr(request, "request_id", ""),
        ip=request.META.get("REMOTE_ADDR") or "",
        user_agent=request.headers.get("User-Agent", "")[:200],
    )


def _hat(request: HttpRequest) -> Hat:
    value = request.headers.get("X-Hat", Hat.STAFF)
    if value not in set(Hat):
        raise BadRequest
    return Hat(value)


def _carry(error: SpedError) -> HttpResponse:
    """An empty answer that `ErrorMiddleware` fills in."""
    response: Any = HttpResponse(status=error.status)
    response.sped_error = error
    return response

