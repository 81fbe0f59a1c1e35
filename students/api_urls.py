"""Addresses of the students' endpoints, under /api/v1/."""

from django.urls import path

from students import api

app_name = "api-students"

FIELD = "custom-fields/<uuid:field_id>/"
STUDENT = "students/<uuid:student_id>/"

urlpatterns = [
    path("students/", api.StudentListApi.as_view(), name="students"),
    path("students/bulk/", api.StudentBulkApi.as_view(), name="bulk"),
    path("undo/<uuid:undo_id>/", api.UndoApi.as_view(), name="undo"),
    path("roster/", api.RosterListApi.as_view(), name="roster"),
    path("roster/<uuid:entry_id>/refer/", api.ReferApi.as_view(), name="refer"),
    path("custom-fields/", api.FieldListApi.as_view(), name="district-fields"),
    path(FIELD, api.FieldApi.as_view(), name="custom-field"),
    path(f"{FIELD}archive/", api.FieldArchiveApi.as_view(), name="archive-field"),
    path(f"{FIELD}restore/", api.FieldRestoreApi.as_view(), name="restore-field"),
    path(STUDENT, api.StudentApi.as_view(), name="student"),
    path(f"{STUDENT}team/", api.TeamApi.as_view(), name="team"),
    path(f"{STUDENT}team/<uuid:member_id>/", api.TeamMemberApi.as_view(), name="team-member"),
    path(f"{STUDENT}guardians/", api.GuardianListApi.as_view(), name="guardians"),
    path(f"{STUDENT}guardians/<uuid:guardian_id>/", api.GuardianApi.as_view(), name="guardian"),
    path(f"{STUDENT}guardians/<uuid:guardian_id>/court/", api.CourtApi.as_view(), name="court"),
    path(f"{STUDENT}guardians/<uuid:guardian_id>/end/", api.GuardianEndApi.as_view(), name="end-guardian"),
    path(
        f"{STUDENT}guardians/<uuid:guardian_id>/invite/",
        api.GuardianInviteApi.as_view(),
        name="invite-guardian",
    ),
    path(f"{STUDENT}tags/", api.TagListApi.as_view(), name="tags"),
    path(f"{STUDENT}tags/remove/", api.TagRemoveApi.as_view(), name="remove-tag"),
    path(f"{STUDENT}external-ids/", api.ExternalIdListApi.as_view(), name="external-ids"),
    path(f"{STUDENT}archive/", api.ArchiveApi.as_view(), name="archive"),
    path(f"{STUDENT}restore/", api.RestoreApi.as_view(), name="restore"),
    path(f"{STUDENT}photo/", api.PhotoApi.as_view(), name="photo"),
    path(f"{STUDENT}health/", api.HealthApi.as_view(), name="health"),
    path(f"{STUDENT}health/conditions/", api.ConditionListApi.as_view(), name="conditions"),
    path(f"{STUDENT}health/conditions/<uuid:health_id>/", api.ConditionApi.as_view(), name="condition"),
    path(f"{STUDENT}health/medications/", api.MedicationListApi.as_view(), name="medications"),
    path(f"{STUDENT}health/medications/<uuid:health_id>/", api.MedicationApi.as_view(), name="medication"),
    path(f"{STUDENT}health/allergies/", api.AllergyListApi.as_view(), name="allergies"),
    path(f"{STUDENT}health/allergies/<uuid:health_id>/", api.AllergyApi.as_view(), name="allergy"),
    path(f"{STUDENT}contact/", api.ContactApi.as_view(), name="contact"),
    path(f"{STUDENT}languages/", api.LanguagesApi.as_view(), name="languages"),
    path(f"{STUDENT}profile/", api.ProfileApi.as_view(), name="profile"),
    path(f"{STUDENT}addresses/", api.AddressListApi.as_view(), name="addresses"),
    path(f"{STUDENT}addresses/<uuid:address_id>/", api.AddressApi.as_view(), name="address"),
    path(f"{STUDENT}emergency-contacts/", api.EmergencyContactListApi.as_view(), name="emergency-contacts"),
    path(
        f"{STUDENT}emergency-contacts/<uuid:contact_id>/",
        api.EmergencyContactApi.as_view(),
        name="emergency-contact",
    ),
    path(
        f"{STUDENT}emergency-contacts/<uuid:contact_id>/call-earlier/",
        api.EmergencyContactEarlierApi.as_view(),
        name="call-earlier",
    ),
    path(f"{STUDENT}enrollments/", api.EnrollmentListApi.as_view(), name="enrollments"),
    path(f"{STUDENT}enrollments/<uuid:enrollment_id>/", api.EnrollmentApi.as_view(), name="enrollment"),
    path(f"{STUDENT}transfer/", api.TransferApi.as_view(), name="transfer"),
    path(f"{STUDENT}exit/", api.ExitApi.as_view(), name="exit"),
    path(f"{STUDENT}return/", api.ReturnApi.as_view(), name="return"),
    path(f"{STUDENT}moves/<uuid:move_id>/take-back/", api.MoveApi.as_view(), name="move"),
    path(f"{STUDENT}records-requests/", api.RecordsRequestListApi.as_view(), name="records-requests"),
    path(
        f"{STUDENT}records-requests/<uuid:request_id>/",
        api.RecordsRequestApi.as_view(),
        name="records-request",
    ),
    path(f"{STUDENT}custom-fields/", api.CustomFieldsApi.as_view(), name="custom-fields"),
]
