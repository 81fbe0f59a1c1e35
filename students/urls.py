"""Addresses of case files inside a district."""

from django.urls import path

from students import views

app_name = "students"

STUDENT = "students/<uuid:student_id>/"
ADDRESSES = f"{STUDENT}record/addresses/"
EMERGENCY = f"{STUDENT}record/emergency/"
HEALTH = f"{STUDENT}record/health/"
SCHOOLS = f"{STUDENT}record/schools/"

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
    path(f"{STUDENT}record/", views.details, name="details"),
    path(f"{STUDENT}record/contacts/", views.contacts, name="contacts"),
    path(f"{HEALTH}", views.health, name="health"),
    path(f"{HEALTH}plan/", views.edit_health_plan, name="edit-health-plan"),
    path(f"{HEALTH}<slug:noun>/new/", views.add_health, name="add-health"),
    path(f"{HEALTH}<slug:noun>/<uuid:health_id>/", views.edit_health, name="edit-health"),
    path(f"{HEALTH}<slug:noun>/<uuid:health_id>/end/", views.end_health, name="end-health"),
    path(f"{STUDENT}record/guardians/<uuid:guardian_id>/court/", views.edit_court, name="edit-court"),
    path(f"{STUDENT}record/about/", views.about, name="about"),
    path(f"{STUDENT}record/schools/", views.schools, name="schools"),
    path(f"{STUDENT}record/fields/", views.fields, name="fields"),
    path(f"{STUDENT}record/languages/edit/", views.edit_languages, name="edit-languages"),
    path(f"{STUDENT}record/about/edit/", views.edit_about, name="edit-about"),
    path(f"{STUDENT}record/fields/edit/", views.edit_values, name="edit-fields"),
    path(f"{STUDENT}record/photo/", views.photo, name="photo"),
    path(f"{STUDENT}record/photo/edit/", views.edit_photo, name="edit-photo"),
    path(f"{STUDENT}record/photo/remove/", views.remove_photo, name="remove-photo"),
    path(f"{STUDENT}record/contacts/edit/", views.edit_contact, name="edit-contact"),
    path(f"{ADDRESSES}new/", views.add_address, name="add-address"),
    path(f"{ADDRESSES}<uuid:address_id>/", views.edit_address, name="edit-address"),
    path(f"{ADDRESSES}<uuid:address_id>/remove/", views.remove_address, name="remove-address"),
    path(f"{EMERGENCY}new/", views.add_emergency, name="add-emergency"),
    path(f"{EMERGENCY}<uuid:contact_id>/", views.edit_emergency, name="edit-emergency"),
    path(f"{EMERGENCY}<uuid:contact_id>/remove/", views.remove_emergency, name="remove-emergency"),
    path(f"{EMERGENCY}<uuid:contact_id>/earlier/", views.call_earlier, name="call-earlier"),
    path(f"{SCHOOLS}transfer/", views.transfer, name="transfer"),
    path(f"{SCHOOLS}exit/", views.leave, name="exit"),
    path(f"{SCHOOLS}return/", views.come_back, name="return"),
    path(f"{SCHOOLS}moves/<uuid:move_id>/cancel/", views.cancel_move, name="cancel-move"),
    path(f"{SCHOOLS}moves/<uuid:move_id>/undo/", views.undo_exit, name="undo-exit"),
    path(f"{SCHOOLS}earlier/new/", views.add_earlier, name="add-earlier"),
    path(f"{SCHOOLS}earlier/<uuid:enrollment_id>/remove/", views.remove_earlier, name="remove-earlier"),
    path(f"{SCHOOLS}requests/new/", views.add_request, name="add-request"),
    path(f"{SCHOOLS}requests/<uuid:request_id>/", views.edit_request, name="edit-request"),
    path("custom-fields/", views.definitions, name="custom-fields"),
    path("custom-fields/new/", views.add_definition, name="add-field"),
    path("custom-fields/<uuid:field_id>/", views.edit_definition, name="edit-field"),
    path("custom-fields/<uuid:field_id>/archive/", views.archive_definition, name="archive-field"),
    path("custom-fields/<uuid:field_id>/restore/", views.restore_definition, name="restore-field"),
    path("custom-fields/<uuid:field_id>/remove/", views.remove_definition, name="remove-field"),
    path(f"{STUDENT}archive/", views.archive, name="archive"),
    path(f"{STUDENT}restore/", views.restore, name="restore"),
]
