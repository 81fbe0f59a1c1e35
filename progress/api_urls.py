"""Endpoints of progress, under /api/v1/."""

from django.urls import path

from progress import api

app_name = "progress_api"
REPORT = "progress-reports/<uuid:report_id>/"

urlpatterns = [
    path("goals/<uuid:goal_id>/points/", api.PointListApi.as_view(), name="goal-points"),
    path("progress-points/<uuid:point_id>/undo/", api.PointUndoApi.as_view(), name="point-undo"),
    path("students/<uuid:student_id>/progress-reports/", api.ReportListApi.as_view(), name="reports"),
    path(REPORT, api.ReportApi.as_view(), name="report"),
    path(f"{REPORT}notes/<uuid:goal_id>/", api.ReportNoteApi.as_view(), name="report-note"),
    path(f"{REPORT}send/", api.ReportSendApi.as_view(), name="send-report"),
    path(f"{REPORT}corrections/", api.ReportCorrectApi.as_view(), name="correct-report"),
]
