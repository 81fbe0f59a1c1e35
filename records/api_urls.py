"""Addresses of whole records' endpoints, under /api/v1/."""

from django.urls import path

from records import api

app_name = "api-records"

urlpatterns = [
    path("students/<uuid:student_id>/exports/", api.ExportListApi.as_view(), name="exports"),
    path("exports/<uuid:export_id>/", api.ExportApi.as_view(), name="export"),
    path("exports/<uuid:export_id>/file/", api.ExportFileApi.as_view(), name="export-file"),
    path("retention/", api.PolicyApi.as_view(), name="retention"),
    path("retention/due/", api.DueApi.as_view(), name="retention-due"),
    path("students/<uuid:student_id>/holds/", api.HoldListApi.as_view(), name="holds"),
    path("holds/<uuid:hold_id>/lift/", api.HoldLiftApi.as_view(), name="lift-hold"),
    path("destructions/<uuid:destruction_id>/", api.DestructionApi.as_view(), name="destruction"),
    path(
        "destructions/<uuid:destruction_id>/cancel/",
        api.DestructionCancelApi.as_view(),
        name="cancel-destruction",
    ),
]
