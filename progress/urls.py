"""Addresses of progress: pages inside a district, and endpoints under /api/v1/."""

from django.urls import path

from progress import api, views

app_name = "progress"

_goal = "students/<uuid:student_id>/goals/<uuid:goal_id>/progress"

urlpatterns = [
    path(f"{_goal}/", views.goal, name="goal"),
    path(f"{_goal}/record/", views.record, name="record"),
    path(f"{_goal}/scores.csv", views.scores_csv, name="csv"),
    path("progress-points/<uuid:point_id>/undo/", views.undo, name="undo"),
]

api_urlpatterns = [
    path("goals/<uuid:goal_id>/points/", api.PointListApi.as_view(), name="goal-points"),
    path("progress-points/<uuid:point_id>/undo/", api.PointUndoApi.as_view(), name="progress-point-undo"),
]
