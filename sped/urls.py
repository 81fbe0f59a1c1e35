"""Addresses outside any district: signing in, health, the API, and the way to one's own district."""

from allauth.socialaccount.providers.github import views as github
from allauth.socialaccount.providers.google import views as google
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView

from accounts.providers import careful, district_callback, district_login, not_offered
from accounts.views import end_other_sessions, end_session, join, open_link, security, start, styleguide
from core.health import livez, readyz
from core.metrics import metrics
from notifications.views import mailbox
from sped.api_docs import api_docs

API_URLS = (
    "accounts.api_urls",
    "students.api_urls",
    "coediting.api_urls",
    "documents.api_urls",
    "assessments.api_urls",
    "ieps.api_urls",
    "progress.api_urls",
    "notifications.api_urls",
    "integrations.api_urls",
    "casefile.api_urls",
    "audit.api_urls",
    "records.api_urls",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("join/", join, name="join"),
    path("join/<slug:slug>/<str:secret>/", open_link, name="open-invitation"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("accounts/security/", security, name="security"),
    path("accounts/security/sessions/end/", end_other_sessions, name="end-other-sessions"),
    path("accounts/security/sessions/<slug:handle>/end/", end_session, name="end-session"),
    # Instead of allauth's own: its page of factors is ours, and a provider's fault is never an error of ours.
    path("accounts/2fa/", RedirectView.as_view(pattern_name="security"), name="mfa_index"),
    path("accounts/oidc/<slug:provider_id>/login/", district_login),
    path("accounts/oidc/<slug:provider_id>/login/callback/", district_callback),
    path("accounts/google/login/", careful(google.oauth2_login)),
    path("accounts/google/login/callback/", careful(google.oauth2_callback)),
    path("accounts/google/login/token/", not_offered),
    path("accounts/github/login/", careful(github.oauth2_login)),
    path("accounts/github/login/callback/", careful(github.oauth2_callback)),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("mailbox/", mailbox, name="mailbox"),
    path("styleguide/", styleguide, name="styleguide"),
    path("api/v1/schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", api_docs, name="api-docs"),
    *(path("api/v1/", include(urls)) for urls in API_URLS),
]

handler400 = "sped.errors.bad_request"
handler403 = "sped.errors.permission_denied"
handler404 = "sped.errors.page_not_found"
handler500 = "sped.errors.server_error"
