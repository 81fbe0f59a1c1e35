"""Endpoints of roster imports under /api/v1/."""

from django.urls import path

from integrations import api

urlpatterns = [
    path("imports/", api.ImportListApi.as_view(), name="api-imports"),
    path("imports/<uuid:run_id>/", api.ImportApi.as_view(), name="api-import"),
    path("imports/<uuid:run_id>/findings/", api.FindingListApi.as_view(), name="api-import-findings"),
    path("imports/<uuid:run_id>/rows/", api.RowListApi.as_view(), name="api-import-rows"),
    path("imports/<uuid:run_id>/cancel/", api.ImportCancelApi.as_view(), name="api-import-cancel"),
]
