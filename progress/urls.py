"""Pages of progress, inside a district."""

from django.urls import path

from progress import views

app_name = "progress"

_goal = "students/<uuid:student_id>/goals/<uuid:goal_id>/progress"
_reports = "students/<uuid:student_id>/reports"
_report = f"{_reports}/<uuid:report_id>"

urlpatterns = [
    path(f"{_goal}/", views.goal, name="goal"),
    path(f"{_goal}/record/", views.record, name="record"),
    path(f"{_goal}/scores.csv", views.scores_csv, name="csv"),
    path(f"{_goal}/decide/", views.decide, name="decide"),
    path("decisions/<uuid:decision_id>/take-back/", views.take_back_decision, name="take-back-decision"),
    path("progress-points/<uuid:point_id>/undo/", views.undo, name="undo"),
    path("district/decision-rule/", views.decision_rule, name="decision-rule"),
    path("progress/", views.overview, name="overview"),
    path("progress/export/", views.overview_csv, name="overview-csv"),
    path("reports/", views.owed, name="owed"),
    path(f"{_reports}/", views.reports, name="reports"),
    path(f"{_reports}/start/", views.start_report, name="start-report"),
    path(f"{_report}/", views.report, name="report"),
    path(f"{_report}/preview/", views.preview_report, name="preview-report"),
    path(f"{_report}/send/", views.send_report, name="send-report"),
    path(f"{_report}/correct/", views.correct_report, name="correct-report"),
    path(f"{_report}/discard/", views.discard_report, name="discard-report"),
    path("students/<uuid:student_id>/attainment/", views.attainment, name="attainment"),
    path(f"{_goal}/attainment/levels/", views.attainment_levels, name="attainment-levels"),
    path(f"{_goal}/attainment/rate/", views.rate_attainment, name="rate-attainment"),
    path(f"{_goal}/agreement/", views.agreement, name="agreement"),
    path("students/<uuid:student_id>/points/<uuid:point_id>/second/", views.second, name="second"),
    path(f"{_goal}/change/", views.change, name="change"),
    path(f"{_goal}/state/", views.state, name="state"),
    path("students/<uuid:student_id>/points/<uuid:point_id>/exclude/", views.exclude, name="exclude"),
    path("students/<uuid:student_id>/phases/<uuid:phase_id>/", views.phase, name="phase"),
]
