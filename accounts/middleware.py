"""Find out which organisation a request means and who is acting, and run it in one transaction behind the wall.

`/d/<slug>/…` is a district's pages: the prefix is taken off like a mount point, so that `reverse` inside a district
gives addresses of that district and two tabs never mix (docs/adr/0003). `/d/<slug>/family/…` wears the family hat.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import set_script_prefix
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.actors import member, organization_by_slug, token_holder
from accounts.features import FeatureOff, check_open, turned_off
from accounts.models import Organization, Person
from accounts.second_factor import PAGE as FACTOR_PAGE
from accounts.second_factor import MfaRequired, lacks_factor
from core.actor import Actor, Hat, Origin
from core.dates import dates_written
from core.errors import Invalid, NotFound, NotSignedIn, SpedError
from core.middleware import BadRequest, as_refusal, wants_json
from core.tenant import organization as within

GetResponse = Callable[[HttpRequest], HttpResponse]
DISTRICT = re.compile(r"^/d/(?P<slug>[-a-zA-Z0-9_]{1,40})(?P<family>/family)?(?P<rest>/.*)$")
OPEN_API = re.compile(r"^/api/v1/(schema|docs)/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_NAMES = frozenset({"token", "access_token", "api_key", "apikey", "bearer"})


class TokenInUrl(SpedError):
    """A secret was sent in an address."""

    code = "token_in_url"
    status = 400
    message = _("Never send a token in an address. Send it in the header Authorization, and revoke this one.")


class OutOfScope(SpedError):
    """A token that may only read was used to change something."""

    code = "scope"
    status = 403
    message = _("This token may only read.")


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
            if is_api:
                _check_no_token_in_url(request)
            caller = _of_page(request, district) if district else _of_api(request)
        except SpedError as error:
            if (
                isinstance(error, NotSignedIn)
                and district
                and not wants_json(request)
                and not _is_fragment(request)
            ):
                return HttpResponseRedirect(f"/accounts/login/?next={quote(request.get_full_path())}")
            return _carry(error)
        if district:
            _mount(request, district)
        return self._inside(request, caller)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Refuse the addresses of what the district has turned off."""
        actor = getattr(request, "actor", None)
        match = request.resolver_match
        if not isinstance(actor, Actor) or match is None:
            return None
        try:
            check_open(actor, match.view_name)
        except FeatureOff as error:
            return _carry(error)
        return None

    def _inside(self, request: HttpRequest, caller: "Caller") -> HttpResponse:
        """The rest of the request in the organisation's transaction."""
        is_by_session = not getattr(request, "has_bearer_token", False)
        try:
            with within(caller.organization.id):
                request.actor = member(  # type: ignore[attr-defined]  # `core.http.ActorRequest` has it
                    person=caller.person,
                    organization=caller.organization,
                    hat=caller.hat,
                    origin=origin_of(request),
                )
                request.organization = caller.organization  # type: ignore[attr-defined]
                # Left in force after the answer, so that an error page speaks it too; LocaleMiddleware begins anew.
                translation.activate(caller.person.language)
                actor: Actor = request.actor  # type: ignore[attr-defined]  # set above
                if is_by_session and lacks_factor(request, actor, caller.organization):
                    return _to_second_factor(request)
                organization = caller.organization
                with timezone.override(organization.zone), dates_written(organization.date_format):
                    response = self.get_response(request)
                if response.status_code >= HTTPStatus.BAD_REQUEST:
                    transaction.set_rollback(True)
                return response
        except Exception as exception:  # nobody's member, or a commit that failed
            error = as_refusal(exception)
            if error is None:
                raise
            return _carry(error)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, which organisation is meant, and under which hat."""

    organization: Organization
    person: Person
    hat: Hat


def _is_fragment(request: HttpRequest) -> bool:
    """Whether a part of an open page refreshes itself: it is told with 401, and the page asks to sign in."""
    return "HX-Request" in request.headers


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """Lead a person to set up a second factor; tell a program with its code."""
    if wants_json(request) or _is_fragment(request):
        return _carry(MfaRequired())
    return HttpResponseRedirect(FACTOR_PAGE)


def _mount(request: HttpRequest, district: re.Match[str]) -> None:
    """Serve the rest of the path from the district's URL table, mounted under its prefix."""
    request.path_info = district["rest"]
    request.urlconf = "sped.urls_district"  # Django's own hook
    set_script_prefix(f"/d/{district['slug']}{district['family'] or ''}/")


def _of_page(request: HttpRequest, district: re.Match[str]) -> Caller:
    person = _signed_in(request)
    return Caller(
        organization_by_slug(district["slug"]),
        person,
        Hat.FAMILY if district["family"] else Hat.STAFF,
    )


def _of_api(request: HttpRequest) -> Caller:
    header = request.headers.get("Authorization", "")
    if header:
        return _of_token(request, header)
    person = _signed_in(request)
    slug = request.headers.get("X-Organization", "")
    if not slug:
        raise Invalid(_("Say which organization you mean: send X-Organization with its short name."))
    return Caller(organization_by_slug(slug), person, _hat(request))


def _of_token(request: HttpRequest, header: str) -> Caller:
    scheme, _space, token = header.partition(" ")
    holder = token_holder(token.strip()) if scheme.lower() == "bearer" else None
    if holder is None:
        raise NotSignedIn
    organization = Organization.objects.get(id=holder.organization_id)
    named = request.headers.get("X-Organization", organization.slug)
    if not organization.is_active or named != organization.slug:
        raise NotFound
    if "api_access" in turned_off(organization.features):
        raise FeatureOff(details={"feature": "api_access"})
    if holder.is_read_only and request.method not in SAFE:
        raise OutOfScope
    request.has_bearer_token = True  # type: ignore[attr-defined]  # read by `core.api.ActorAuthentication`
    return Caller(organization, holder.person, _hat(request))


def _check_no_token_in_url(request: HttpRequest) -> None:
    """Addresses stay in histories and logs: a secret never belongs there (R8)."""
    if TOKEN_NAMES & {name.casefold() for name in request.GET}:
        raise TokenInUrl


def _signed_in(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise NotSignedIn
    return request.user


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
    response = HttpResponse(status=error.status)
    response.sped_error = error  # type: ignore[attr-defined]  # read by `ErrorMiddleware`
    return response
