"""Addresses of one district. The tenant middleware mounts them at `/d/<slug>/` and, under the family hat, at
`/d/<slug>/family/`."""

from sped.urls import Route, of_apps

APPS = ("casefile", "students", "documents", "ieps", "progress", "integrations", "notifications", "accounts", "live")

urlpatterns: list[Route] = of_apps("urls", *APPS)

handler400 = "sped.errors.bad_request"
handler403 = "sped.errors.permission_denied"
handler404 = "sped.errors.page_not_found"
handler500 = "sped.errors.server_error"
