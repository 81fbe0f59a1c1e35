"""Addresses of the endpoints of programs and results, under /api/v1/."""

from django.urls import path

from assessments import api

app_name = "api-assessments"

urlpatterns = [
    path("students/<uuid:student_id>/programs/", api.ProgramListApi.as_view(), name="programs"),
    path("students/<uuid:student_id>/assessments/", api.ResultListApi.as_view(), name="results"),
]
