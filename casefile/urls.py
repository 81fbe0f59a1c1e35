"""Addresses of the pages over several domains, inside a district."""

from django.urls import path

from casefile import views

app_name = "casefile"

urlpatterns = [
    path("", views.day, name="day"),
    path("caseload/", views.caseload, name="caseload"),
    path("search/", views.search, name="search"),
    path("students/<uuid:student_id>/", views.student, name="student"),
    path("students/<uuid:student_id>/goals/", views.goals, name="goals"),
    path("students/<uuid:student_id>/team/", views.team, name="team"),
    path("students/<uuid:student_id>/timeline/", views.timeline, name="timeline"),
]
