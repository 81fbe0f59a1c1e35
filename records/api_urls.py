"""Addresses of whole records' endpoints, under /api/v1/."""

from django.urls import path

from records import api

app_name = "api-records"

urlpatterns = [
    path("students/<uuid:student_id>/exports/", api.ExportListApi.as_view(), name="exports"),
    path("exports/<uuid:export_id>/", api.ExportApi.as_view(), name="export"),
    path("exports/<uuid:export_id>/file/", api.ExportFileApi.as_view(), name="export-file"),
]
