"""Addresses of roster imports inside a district."""

from django.urls import path

from integrations import views

app_name = "integrations"

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.start, name="start"),
    path("imports/<uuid:run_id>/", views.roster_import, name="import"),
    path("imports/<uuid:run_id>/cancel/", views.cancel, name="cancel"),
    path("imports/<uuid:run_id>/repeat/", views.repeat, name="repeat"),
    path("imports/<uuid:run_id>/findings.csv", views.findings_csv, name="findings_csv"),
]
