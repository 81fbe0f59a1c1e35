"""Addresses of case files inside a district."""

from django.urls import path

from students import views

app_name = "students"

STUDENT = "students/<uuid:student_id>/"

urlpatterns = [
    path("students/new/", views.new, name="new"),
    path("roster/", views.roster, name="roster"),
    path("roster/<uuid:entry_id>/refer/", views.refer, name="refer"),
    path(f"{STUDENT}edit/", views.edit_identity, name="edit"),
    path(f"{STUDENT}edit/record/", views.edit_record, name="record"),
    path(f"{STUDENT}edit/ids/", views.edit_ids, name="ids"),
    path(f"{STUDENT}edit/tags/add/", views.add_tag, name="add-tag"),
    path(f"{STUDENT}edit/tags/remove/", views.remove_tag, name="remove-tag"),
    path(f"{STUDENT}edit/team/", views.edit_team, name="team"),
    path(f"{STUDENT}edit/team/<uuid:member_id>/end/", views.end_team_member, name="end-team-member"),
    path(f"{STUDENT}edit/guardians/", views.edit_guardians, name="guardians"),
    path(f"{STUDENT}edit/guardians/<uuid:guardian_id>/", views.edit_guardian, name="guardian"),
    path(f"{STUDENT}edit/guardians/<uuid:guardian_id>/end/", views.end_guardian, name="end-guardian"),
    path(
        f"{STUDENT}edit/guardians/<uuid:guardian_id>/invite/", views.invite_guardian, name="invite-guardian"
    ),
    path(f"{STUDENT}archive/", views.archive, name="archive"),
    path(f"{STUDENT}restore/", views.restore, name="restore"),
]
