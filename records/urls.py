"""Addresses of whole records, inside a district."""

from django.urls import path

from records import views

app_name = "records"

urlpatterns = [
    path("students/<uuid:student_id>/export/", views.export, name="export"),
    path("exports/<uuid:export_id>/record.zip", views.download, name="download"),
    path("retention/", views.policy, name="policy"),
    path("retention/due/", views.due, name="due"),
    path("students/<uuid:student_id>/retention/", views.retention, name="retention"),
    path("holds/<uuid:hold_id>/lift/", views.lift_hold, name="lift-hold"),
    path("students/<uuid:student_id>/destroy/", views.destroy, name="destroy"),
    path("destructions/<uuid:destruction_id>/", views.certificate, name="certificate"),
    path("destructions/<uuid:destruction_id>/cancel/", views.cancel, name="cancel"),
    path("destructions/<uuid:destruction_id>/certificate.pdf", views.certificate_pdf, name="certificate-pdf"),
]
