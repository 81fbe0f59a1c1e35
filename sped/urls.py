"""Addresses outside any district: signing in, health, the API, and the way to one's own district."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView

from accounts.views import start
from sped.api_docs import api_docs

Route = URLPattern | URLResolver


def of_apps(room: str, *apps: str, at: str = "") -> list[Route]:
    """The addresses of each app that has this room."""
    return [path(at, include(f"{app}.{room}")) for app in apps if find_spec(f"{app}.{room}")]


def health() -> list[Route]:
    """Whether the process and its servers are well."""
    if not find_spec("core.health"):
        return []
    views = import_module("core.health")
    return [path("livez", views.livez, name="livez"), path("readyz", views.readyz, name="readyz")]


API_APPS = ("accounts", "students", "documents", "ieps", "progress", "integrations", "casefile", "live")

urlpatterns: list[Route] = [
    path("", start, name="start"),
    *health(),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", api_docs, name="api-docs"),
    *of_apps("api_urls", *API_APPS, at="api/v1/"),
    *of_apps("webhook_urls", "integrations"),
    *of_apps("root_urls", "casefile", "core", "notifications"),
]

handler400 = "sped.errors.bad_request"
handler403 = "sped.errors.permission_denied"
handler404 = "sped.errors.page_not_found"
handler500 = "sped.errors.server_error"
