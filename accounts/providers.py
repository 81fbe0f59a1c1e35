"""Signing in by Google, GitHub or a district's own OpenID Connect.

A district says who its people are, and nobody else's: its provider signs in only who belongs to that district alone,
and the address it vouches for counts for them only (docs/adr/0012).
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

import requests
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from jwt import PyJWTError

from accounts.actors import districts_of
from accounts.models import IdentityProvider, Organization, Person
from accounts.outgoing import CarefulSession
from core.tenant import organization as within

PREFIX = "district-"
CONFIGURATION = "/.well-known/openid-configuration"
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
# What a provider may do wrong, in words of the libraries between it and us.
PROVIDER_FAULTS = (
    OAuth2Error,
    requests.RequestException,
    PyJWTError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    ImproperlyConfigured,
)


def configuration_of(issuer: str) -> dict[str, Any]:
    """What a provider says of itself. Raises requests.RequestException, or ValueError when it is no OpenID Connect."""
    with CarefulSession() as session:
        answer = session.get(issuer.rstrip("/") + CONFIGURATION)
        answer.raise_for_status()
        said = answer.json()
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in NEEDED):
        raise ValueError("the configuration is incomplete")
    if said["issuer"].rstrip("/") != issuer.rstrip("/"):
        raise ValueError("the issuer is another one")
    return said


def outcome_of_asking(issuer: str) -> IdentityProvider.Outcome:
    """What comes of asking an issuer what it says of itself."""
    try:
        configuration_of(issuer)
    except requests.Timeout:
        return IdentityProvider.Outcome.SILENT
    except requests.RequestException:
        return IdentityProvider.Outcome.AWAY
    except ValueError:
        return IdentityProvider.Outcome.OTHER
    return IdentityProvider.Outcome.WORKS


class DistrictAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # untyped
    """The conversation with the provider of one district."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, checked against what the district said of it."""
        if not hasattr(self, "_openid_config"):
            self._openid_config = configuration_of(self.get_provider().app.settings["issuer"])
        return self._openid_config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Who signs in: by a signed token that is about the same person as the rest."""
        said = kwargs["response"]
        self.did_fetch_access_token = False  # so that the signature is checked, always
        claims = self._decode_id_token(app, said["id_token"])
        data: dict[str, Any] = {"id_token": claims}
        if "email" not in claims and "userinfo_endpoint" in self.openid_config:
            data["userinfo"] = self._fetch_user_info(token.token)
            if data["userinfo"].get("sub") != claims["sub"]:
                raise OAuth2Error("the answers are about two people")
        return self.get_provider().sociallogin_from_response(request, data)


class DistrictProvider(OpenIDConnectProvider):  # type: ignore[misc]  # untyped
    """The provider of one district. A person's number is its issuer's: another issuer's same number is nobody's."""

    oauth2_adapter_class = DistrictAdapter

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        """The address that leads to the provider."""
        return str(super().get_login_url(request, **kwargs))

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The person's number at the issuer."""
        subject = super().extract_uid(data)
        return hashlib.sha256(f"{self.app.settings['issuer']}\n{subject}".encode()).hexdigest()

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address; verified when the provider says so in so many words."""
        found: list[EmailAddress] = super().extract_email_addresses(data)
        for address in found:
            address.verified = address.verified is True
        return found


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # untyped
    """Whom a provider may sign in."""

    def get_requests_session(self) -> requests.Session:
        """The client for every provider."""
        return CarefulSession()

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """A provider by its id; those of districts are looked up behind the wall."""
        if provider.startswith(PREFIX):
            return DistrictProvider(request, app=_app_of(provider.removeprefix(PREFIX)))
        return super().get_provider(request, provider, client_id=client_id)

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Those of the settings that are configured; districts' are never listed."""
        found = super().list_apps(request, provider=provider, client_id=client_id)
        return [app for app in found if app.client_id and app.secret]

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """A fault of the provider is a page of ours; who only stopped there sees another one."""
        if error != AuthError.CANCELLED:
            raise ImmediateHttpResponse(refused(request))

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """An address that the provider has verified names a person (R4: nobody else learns of it)."""
        return True

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Any, str] | None:
        """The person of a verified address who proved it here too, or has a role; for a district's, one there."""
        found = super().authenticate_by_email(sociallogin)
        if found is None:
            return None
        person, email = found
        slug = _district_of(sociallogin)
        if slug is not None:
            return found if _districts(person) == {slug} else None
        # Nobody is let into an account that somebody else may have opened with their address.
        proven = EmailAddress.objects.filter(user=person, email__iexact=email, verified=True).exists()
        return found if proven or _districts(person) else None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse who belongs to another district than the one that vouches for them."""
        is_connecting = sociallogin.state.get("process") == "connect"
        if is_connecting and is_vouched_for_by_district(request):
            raise ImmediateHttpResponse(refused(request))
        slug = _district_of(sociallogin)
        if slug is None:
            return
        for address in sociallogin.email_addresses:
            if not sociallogin.is_existing:
                address.verified = (
                    False  # a district vouches for its own people only: the newcomer proves it by mail
                )
        person = request.user if is_connecting else sociallogin.user
        if isinstance(person, Person) and not person._state.adding and _districts(person) - {slug}:
            raise ImmediateHttpResponse(
                refused(
                    request,
                    _("You belong to another district too. Sign in with your password or a passkey."),
                )
            )

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """A new person is called as the provider calls them."""
        person = super().populate_user(request, sociallogin, data)
        whole = (data.get("name") or "").partition(" ")
        person.given_name = (data.get("first_name") or whole[0])[:80]
        person.family_name = (data.get("last_name") or whole[2])[:80]
        return person


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page that says that a provider did not sign anybody in."""
    return render(
        request,
        "socialaccount/authentication_error.html",
        {"reason": reason},
        status=HTTPStatus.FORBIDDEN,
    )


def careful(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of a provider whose faults end in a page, never in an error of ours."""

    @wraps(view)
    def run(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *arguments, **named)
        except (SocialApp.DoesNotExist, Http404) as error:
            raise Http404 from error
        except PROVIDER_FAULTS:
            return refused(request)

    return run


@careful
def district_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """GET /accounts/oidc/<id>/login/: lead to the provider of a district."""
    return _as_response(OAuth2LoginView.adapter_view(_adapter(request, provider_id))(request))


@careful
def district_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """GET /accounts/oidc/<id>/login/callback/: the person comes back from it."""
    return _as_response(OAuth2CallbackView.adapter_view(_adapter(request, provider_id))(request))


def not_offered(request: HttpRequest) -> HttpResponse:
    """What allauth has an address for, and this house has not: Google's own button on other sites' pages."""
    raise Http404


def is_vouched_for_by_district(request: HttpRequest) -> bool:
    """Whether a session rests on the word of a district's provider alone."""
    records = request.session.get("account_authentication_methods", ())
    return not any(record.get("method") == "password" for record in records) and any(
        record.get("method") == "socialaccount" and str(record.get("provider", "")).startswith(PREFIX)
        for record in records
    )


def _adapter(request: HttpRequest, provider_id: str) -> DistrictAdapter:
    if not provider_id.startswith(PREFIX):
        raise Http404
    return DistrictAdapter(request, provider_id)


def _as_response(response: Any) -> HttpResponse:
    answer: HttpResponse = response
    return answer


def _app_of(slug: str) -> SocialApp:
    """The application of a district, as allauth knows one. Raises SocialApp.DoesNotExist."""
    organization = Organization.objects.filter(slug=slug, is_active=True).first()
    if organization is None:
        raise SocialApp.DoesNotExist
    with within(organization.id):
        row = IdentityProvider.objects.filter(organization_id=organization.id, is_active=True).first()
        if row is None:
            raise SocialApp.DoesNotExist
        return SocialApp(
            provider="openid_connect",
            provider_id=f"{PREFIX}{slug}",
            name=organization.name,
            client_id=row.client_id,
            secret=row.client_secret,
            settings={
                "server_url": row.issuer.rstrip("/"),
                "issuer": row.issuer.rstrip("/"),
                "oauth_pkce_enabled": True,
            },
        )


def _district_of(sociallogin: Any) -> str | None:
    provider = str(sociallogin.account.provider)
    return provider.removeprefix(PREFIX) if provider.startswith(PREFIX) else None


def _districts(person: Person) -> set[str]:
    return {district.slug for district in districts_of(person.pk)}
