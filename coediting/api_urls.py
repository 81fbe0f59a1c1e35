"""Addresses of the endpoints of shared texts, under /api/v1/."""

from django.urls import path

from coediting import api

app_name = "api-coediting"

urlpatterns = [
    path("texts/<uuid:text_id>/", api.TextApi.as_view(), name="text"),
    path("texts/<uuid:text_id>/operations/", api.OperationsApi.as_view(), name="operations"),
    path("texts/<uuid:text_id>/versions/<int:version>/", api.VersionApi.as_view(), name="version"),
    path("texts/<uuid:text_id>/history/", api.SittingListApi.as_view(), name="history"),
    path("texts/<uuid:text_id>/versions/<int:version>/authors/", api.AuthorListApi.as_view(), name="authors"),
    path(
        "texts/<uuid:text_id>/versions/<int:version>/differences/",
        api.ComparisonApi.as_view(),
        name="differences",
    ),
    path("texts/<uuid:text_id>/versions/<int:version>/restore/", api.RestoreApi.as_view(), name="restore"),
]
