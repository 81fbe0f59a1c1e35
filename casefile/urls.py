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
    path("capture/", views.capture, name="capture"),
    path("capture/groups/new/", views.new_group, name="new-group"),
    path("capture/groups/<uuid:group_id>/", views.change_group, name="group"),
    path("capture/groups/<uuid:group_id>/delete/", views.delete_group, name="delete-group"),
    path("capture/groups/<uuid:group_id>/restore/", views.restore_group, name="restore-group"),
    path("capture/hello/", views.capture_hello, name="capture-hello"),
    path("capture/quick/", views.quick, name="quick"),
    path("capture/quick/save/", views.quick_save, name="quick-save"),
    path("capture/save/", views.capture_save, name="capture-save"),
    path("capture/session/", views.capture_page, name="capture-page"),
    path("capture/session/data/", views.capture_data, name="capture-data"),
    path("capture/worker.js", views.capture_worker, name="capture-worker"),
    path("done/<uuid:undo_id>/", views.done, name="done"),
    path("done/<uuid:undo_id>/undo/", views.take_back, name="take-back"),
    path("ieps/<uuid:iep_id>/papers/", views.papers, name="papers"),
    path("ieps/<uuid:iep_id>/iep-<slug:language>.pdf", views.iep_pdf, name="iep-pdf"),
    path("ieps/<uuid:iep_id>/iep-<slug:language>.html", views.iep_file, {"ending": "html"}, name="iep-html"),
    path("ieps/<uuid:iep_id>/iep.json", views.iep_file, {"ending": "json"}, name="iep-json"),
    path("palette/", views.palette, name="palette"),
    path("search/", views.search, name="search"),
    path("students/<uuid:student_id>/", views.student, name="student"),
    path("students/<uuid:student_id>/pin/", views.pin, name="pin"),
    path("students/<uuid:student_id>/unpin/", views.unpin, name="unpin"),
    path("students/<uuid:student_id>/goals/", views.goals, name="goals"),
    path("district/prompts/", views.prompts, name="prompts"),
    path("students/<uuid:student_id>/goals/<uuid:goal_id>/recording/", views.recording, name="recording"),
    path("students/<uuid:student_id>/goals/<uuid:goal_id>/sheet/", views.sheet, name="sheet"),
    path("data-tasks/<uuid:task_id>/end/", views.end_task, name="end-task"),
    path("students/<uuid:student_id>/team/", views.team, name="team"),
    path("students/<uuid:student_id>/programs/", views.programs, name="programs"),
    path("students/<uuid:student_id>/timeline/", views.timeline, name="timeline"),
]
