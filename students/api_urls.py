"""Addresses of the students' endpoints, under /api/v1/."""

from django.urls import path

from students import api

app_name = "api-students"

STUDENT = "students/<uuid:student_id>/"

urlpatterns = [
    path("students/", api.StudentListApi.as_view(), name="students"),
    path(STUDENT, api.StudentApi.as_view(), name="student"),
    path(f"{STUDENT}team/", api.TeamApi.as_view(), name="team"),
    path(f"{STUDENT}team/<uuid:member_id>/", api.TeamMemberApi.as_view(), name="team-member"),
    path(f"{STUDENT}guardians/", api.GuardianListApi.as_view(), name="guardians"),
    path(f"{STUDENT}guardians/<uuid:guardian_id>/", api.GuardianApi.as_view(), name="guardian"),
]
