"""Addresses of the audit's endpoints, under /api/v1/."""

from django.urls import path

from audit import api

app_name = "api-audit"

urlpatterns = [
    path("audit/", api.AuditListApi.as_view(), name="audit"),
    path("students/<uuid:student_id>/access-record/", api.AccessRecordApi.as_view(), name="access-record"),
    path("students/<uuid:student_id>/disclosures/", api.DisclosureListApi.as_view(), name="disclosures"),
]
