"""Addresses of one district.

The tenant middleware mounts them at `/d/<slug>/` and, under the family hat, at `/d/<slug>/family/`.
"""

from django.urls import URLPattern, URLResolver, include, path

APPS = (
    "casefile",
    "audit",
    "records",
    "students",
    "documents",
    "ieps",
    "coediting",
    "progress",
    "integrations",
    "notifications",
    "accounts",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"{app}.urls")) for app in APPS]

handler400 = "sped.errors.bad_request"
handler403 = "sped.errors.permission_denied"
handler404 = "sped.errors.page_not_found"
handler500 = "sped.errors.server_error"
