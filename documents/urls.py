"""Addresses of consents, inside a district."""

from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path("students/<uuid:student_id>/consents/", views.consents, name="consents"),
    path("consents/<uuid:consent_id>/revoke/", views.revoke, name="revoke"),
]
