"""What the sign-in page offers beside a password."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from django import template
from django.http.request import split_domain_port

from accounts.providers import PREFIX

register = template.Library()


@dataclass(frozen=True, slots=True)
class Way:
    """One provider to sign in by."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class WaysIn:
    """Every provider to sign in by, from where one is."""

    providers: tuple[Way, ...]
    district: Way | None
    slug: str
    next: str


@register.simple_tag(takes_context=True)
def ways_in(context: dict[str, Any], process: str = "login") -> WaysIn:
    """The providers that are configured, and the district that the address names."""
    request = context["request"]
    wanted = request.GET.get("next", "") if process == "login" else "/accounts/security/"
    said = {name: value for name, value in (("next", wanted), ("process", process)) if value}
    adapter = get_adapter(request)
    providers = (adapter.get_provider(request, app.provider) for app in adapter.list_apps(request))
    slug = request.GET.get("district", "").strip().lower()
    return WaysIn(
        providers=tuple(
            Way(provider.name, f"{provider.get_login_url(request)}?{urlencode(said)}")
            for provider in providers
        ),
        district=_district(request, slug, said) if slug.isascii() and "\x00" not in slug else None,
        slug=slug[:40],
        next=wanted,
    )


def _district(request: Any, slug: str, said: dict[str, str]) -> Way | None:
    if not slug:
        return None
    try:
        provider = get_adapter(request).get_provider(request, f"{PREFIX}{slug}")
    except SocialApp.DoesNotExist:
        return None
    return Way(provider.name, f"{provider.get_login_url(request)}?{urlencode(said)}")


@register.simple_tag(takes_context=True)
def address_by_name(context: dict[str, Any]) -> str:
    """This page by the name of this machine when it was asked for by number: a passkey belongs to a name."""
    request = context["request"]
    domain, port = split_domain_port(request.get_host())
    if domain not in {"127.0.0.1", "[::1]"}:
        return ""
    return f"{request.scheme}://localhost{f':{port}' if port else ''}{request.get_full_path()}"
