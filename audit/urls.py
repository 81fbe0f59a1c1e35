"""Addresses of the audit and of records of access, inside a district."""

from django.urls import path

from audit import views

app_name = "audit"

STUDENT = "students/<uuid:student_id>/"

urlpatterns = [
    path("audit/", views.entries, name="entries"),
    path("audit/find/", views.find, name="find"),
    path("audit/entries.csv", views.entries_csv, name="entries-csv"),
    path("audit/verify/", views.verify, name="verify"),
    path(f"{STUDENT}access-record/", views.access_record, name="access-record"),
    path(f"{STUDENT}access-record/add/", views.add_disclosure, name="add-disclosure"),
    path(f"{STUDENT}printed/", views.printed, name="printed"),
]
