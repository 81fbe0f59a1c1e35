"""Endpoints of progress, under /api/v1/."""

from django.urls import path

from progress import api

app_name = "progress_api"
GOAL = "goals/<uuid:goal_id>/"
POINT = "progress-points/<uuid:point_id>/"
REPORT = "progress-reports/<uuid:report_id>/"

urlpatterns = [
    path(f"{GOAL}points/", api.PointListApi.as_view(), name="goal-points"),
    path(f"{GOAL}progress/", api.GoalProgressApi.as_view(), name="goal-progress"),
    path(f"{GOAL}phases/", api.PhaseListApi.as_view(), name="goal-phases"),
    path(f"{GOAL}decisions/", api.DecisionListApi.as_view(), name="goal-decisions"),
    path(f"{GOAL}state/", api.GoalStateApi.as_view(), name="goal-state"),
    path(f"{GOAL}data-tasks/", api.DataTaskListApi.as_view(), name="goal-data-tasks"),
    path(f"{GOAL}agreement/", api.GoalAgreementApi.as_view(), name="goal-agreement"),
    path(f"{GOAL}attainment/", api.GoalAttainmentApi.as_view(), name="goal-attainment"),
    path(f"{GOAL}attainment/ratings/", api.AttainmentRatingListApi.as_view(), name="attainment-ratings"),
    path("students/<uuid:student_id>/attainment/", api.AttainmentApi.as_view(), name="attainment"),
    path("phases/<uuid:phase_id>/", api.PhaseApi.as_view(), name="phase"),
    path("phases/<uuid:phase_id>/end/", api.PhaseEndApi.as_view(), name="phase-end"),
    path("decisions/<uuid:decision_id>/take-back/", api.DecisionTakeBackApi.as_view(), name="take-back"),
    path("data-tasks/<uuid:task_id>/end/", api.DataTaskEndApi.as_view(), name="data-task-end"),
    path("progress-sessions/", api.ProgressSessionListApi.as_view(), name="sessions"),
    path(f"{POINT}undo/", api.PointUndoApi.as_view(), name="point-undo"),
    path(f"{POINT}exclude/", api.PointExcludeApi.as_view(), name="point-exclude"),
    path(f"{POINT}include/", api.PointIncludeApi.as_view(), name="point-include"),
    path(f"{POINT}second-observation/", api.SecondObservationApi.as_view(), name="second-observation"),
    path("prompt-levels/", api.PromptLevelListApi.as_view(), name="prompt-levels"),
    path("decision-rule/", api.DecisionRuleApi.as_view(), name="decision-rule"),
    path("students/<uuid:student_id>/progress-reports/", api.ReportListApi.as_view(), name="reports"),
    path(REPORT, api.ReportApi.as_view(), name="report"),
    path(f"{REPORT}notes/<uuid:goal_id>/", api.ReportNoteApi.as_view(), name="report-note"),
    path(f"{REPORT}send/", api.ReportSendApi.as_view(), name="send-report"),
    path(f"{REPORT}corrections/", api.ReportCorrectApi.as_view(), name="correct-report"),
]
