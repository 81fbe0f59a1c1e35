"""Addresses outside any district: signing in, health, the API, and the way to one's own district."""

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularJSONAPIView

from accounts.views import start
from core.health import livez, readyz
from notifications.views import mailbox
from sped.api_docs import api_docs

API_URLS = ("students.api_urls", "ieps.api_urls", "progress.api_urls", "integrations.api_urls")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("mailbox/", mailbox, name="mailbox"),
    path(
        "styleguide/",
        login_required(TemplateView.as_view(template_name="styleguide.html")),
        name="styleguide",
    ),
    path("api/v1/schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", api_docs, name="api-docs"),
    *(path("api/v1/", include(urls)) for urls in API_URLS),
]

handler400 = "sped.errors.bad_request"
handler403 = "sped.errors.permission_denied"
handler404 = "sped.errors.page_not_found"
handler500 = "sped.errors.server_error"
