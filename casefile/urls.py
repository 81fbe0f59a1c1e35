"""Addresses of the pages over several domains, inside a district."""

from django.urls import path

from casefile import views

app_name = "casefile"

urlpatterns = [
    path("", views.day, name="day"),
    path("caseload/", views.caseload, name="caseload"),
    path("caseload/bulk/", views.bulk, name="bulk"),
    path("caseload/bulk/<slug:act>/", views.bulk_apply, name="bulk-apply"),
    path("caseload/export/", views.export, name="export"),
    path("caseload/hand-over/", views.hand_over, name="hand-over"),
    path("caseload/views/", views.views, name="views"),
    path("caseload/views/new/", views.new_view, name="new-view"),
    path("caseload/views/none/default/", views.no_default_view, name="no-default-view"),
    path("caseload/views/<uuid:view_id>/", views.rename_view, name="rename-view"),
    path("caseload/views/<uuid:view_id>/delete/", views.delete_view, name="delete-view"),
    path("caseload/views/<uuid:view_id>/restore/", views.restore_view, name="restore-view"),
    path("caseload/views/<uuid:view_id>/default/", views.default_view, name="default-view"),
    path("done/<uuid:undo_id>/", views.done, name="done"),
    path("done/<uuid:undo_id>/undo/", views.take_back, name="take-back"),
    path("palette/", views.palette, name="palette"),
    path("search/", views.search, name="search"),
    path("students/<uuid:student_id>/", views.student, name="student"),
    path("students/<uuid:student_id>/pin/", views.pin, name="pin"),
    path("students/<uuid:student_id>/unpin/", views.unpin, name="unpin"),
    path("students/<uuid:student_id>/goals/", views.goals, name="goals"),
    path("students/<uuid:student_id>/team/", views.team, name="team"),
    path("students/<uuid:student_id>/programs/", views.programs, name="programs"),
    path("students/<uuid:student_id>/timeline/", views.timeline, name="timeline"),
]
