"""Endpoints of progress, under /api/v1/."""

from django.urls import path

from progress import api

app_name = "progress_api"

urlpatterns = [
    path("goals/<uuid:goal_id>/points/", api.PointListApi.as_view(), name="goal-points"),
    path("progress-points/<uuid:point_id>/undo/", api.PointUndoApi.as_view(), name="point-undo"),
]
