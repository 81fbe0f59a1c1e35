"""Pages of progress, inside a district."""

from django.urls import path

from progress import views

app_name = "progress"

_goal = "students/<uuid:student_id>/goals/<uuid:goal_id>/progress"

urlpatterns = [
    path(f"{_goal}/", views.goal, name="goal"),
    path(f"{_goal}/record/", views.record, name="record"),
    path(f"{_goal}/scores.csv", views.scores_csv, name="csv"),
    path("progress-points/<uuid:point_id>/undo/", views.undo, name="undo"),
]
