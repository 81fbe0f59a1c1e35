"""Who may open a live socket: a page of ours, in which somebody is signed in who belongs to the organisation it names.

Everything else is refused before the socket opens, always with the same answer (R43).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host

from accounts.actors import actor_of_person, organization_by_slug, token_digest, token_holder
from accounts.second_factor import MfaRequired
from accounts.sessions import lacks_factor_of_session, person_of_session
from core.actor import Actor, Hat, Origin
from core.errors import NotFound, NotSignedIn

SECURE = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """By what somebody came in: a session or a token, of a person, for an organisation, under a hat."""

    person_id: UUID
    organization_id: UUID
    hat: Hat
    key: str = field(repr=False)  # of the session, or the digest of the token
    token: str = field(default="", repr=False)

    @property
    def is_token(self) -> bool:
        """Whether a program came in with a bearer token."""
        return bool(self.token)


def admit(*, scope: Mapping[str, Any]) -> Admission:
    """Who opens a socket. Raises NotSignedIn, or NotFound for an organisation that is not theirs."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    slug, hat = query.get("organization", [""])[-1], query.get("hat", [Hat.STAFF.value])[-1]
    if hat not in set(Hat):
        raise NotFound
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme:
        return _by_token(token.strip() if scheme.lower() == "bearer" else "", slug, Hat(hat))
    key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    person = person_of_session(key) if key else None
    if person is None:
        raise NotSignedIn
    organization = organization_by_slug(slug.replace("\x00", ""))
    return Admission(person_id=person.id, organization_id=organization.id, hat=Hat(hat), key=key)


def _by_token(token: str, slug: str, hat: Hat) -> Admission:
    held = token_holder(token) if token else None
    if held is None:
        raise NotSignedIn
    if slug and organization_by_slug(slug.replace("\x00", "")).id != held.organization_id:
        raise NotFound
    return Admission(
        person_id=held.person_id,
        organization_id=held.organization_id,
        hat=hat,
        key=token_digest(token),
        token=token,
    )


def actor_now(*, admission: Admission, origin: Origin | None = None) -> Actor:
    """The actor of an admission with the rights of now.

    Raises NotSignedIn or NotFound when it no longer holds, MfaRequired when a second factor must be set up first.
    """
    if admission.is_token:
        held = token_holder(admission.token)
        person_id = held.person_id if held else None
    else:
        person = person_of_session(admission.key)
        person_id = person.id if person else None
    if person_id != admission.person_id:
        raise NotSignedIn
    actor = actor_of_person(
        person_id=admission.person_id,
        organization_id=admission.organization_id,
        hat=admission.hat,
        origin=origin,
    )
    if not admission.is_token and lacks_factor_of_session(session_key=admission.key, actor=actor):
        raise MfaRequired
    return actor


def origin_of(scope: Mapping[str, Any]) -> Origin:
    """Where the handshake of a socket came from, for the audit."""
    agents = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"user-agent"]
    host, *_port = scope.get("client") or ("",)
    return Origin(ip=host, user_agent="".join(agents[:1])[:200])


def is_own_page(scope: Mapping[str, Any]) -> bool:
    """Whether the handshake comes from a page of ours, by scheme, host and port; a program with a token has no page."""
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    origins = [value for name, value in headers if name == "origin"]
    if not origins:
        return any(name == "authorization" for name, _ in headers)
    hosts = [value for name, value in headers if name == "host"]
    return len(origins) == 1 and origins[0].lower() in {*_allowed(), *_own_host(scope, hosts)}


def _allowed() -> Iterable[str]:
    return (origin.lower() for origin in settings.ALLOWED_ORIGINS)


def _own_host(scope: Mapping[str, Any], hosts: list[str]) -> Iterable[str]:
    """The origin of the address that was asked, when it is one of ours."""
    if len(hosts) != 1:
        return ()
    domain, _ = split_domain_port(hosts[0].lower())
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return ()
    return (f"{SECURE.get(scope.get('scheme', ''), 'https')}://{hosts[0].lower()}",)
