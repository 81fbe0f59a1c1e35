"""Addresses of the endpoints of consents, under /api/v1/."""

from django.urls import path

from documents import api

app_name = "api-documents"

urlpatterns = [
    path("students/<uuid:student_id>/consents/", api.ConsentListApi.as_view(), name="consents"),
    path("consents/<uuid:consent_id>/", api.ConsentApi.as_view(), name="consent"),
    path("consents/<uuid:consent_id>/revoke/", api.ConsentRevokeApi.as_view(), name="revoke-consent"),
]
