"""Addresses of the endpoints of districts and people, under /api/v1/."""

from django.urls import path

from accounts import api

app_name = "api-accounts"

PERSON = "people/<uuid:person_id>/"
YEAR = "school-years/<uuid:school_year_id>/"
INVITATION = "invitations/<uuid:invitation_id>/"

urlpatterns = [
    path("organizations/", api.OrganizationListApi.as_view(), name="organizations"),
    path("organization/", api.OrganizationApi.as_view(), name="organization"),
    path("people/", api.PersonListApi.as_view(), name="people"),
    path(PERSON, api.PersonApi.as_view(), name="person"),
    path(f"{PERSON}roles/", api.RoleListApi.as_view(), name="roles"),
    path("roles/<uuid:membership_id>/", api.RoleApi.as_view(), name="role"),
    path(f"{PERSON}grants/", api.GrantListApi.as_view(), name="grants"),
    path("grants/<uuid:grant_id>/", api.GrantApi.as_view(), name="grant"),
    path("grants/<uuid:grant_id>/end/", api.GrantEndApi.as_view(), name="end-grant"),
    path(f"{PERSON}sign-out/", api.SignOutApi.as_view(), name="sign-out"),
    path("invitations/", api.InvitationListApi.as_view(), name="invitations"),
    path(f"{INVITATION}resend/", api.InvitationResendApi.as_view(), name="resend-invitation"),
    path(f"{INVITATION}revoke/", api.InvitationRevokeApi.as_view(), name="revoke-invitation"),
    path("schools/", api.SchoolListApi.as_view(), name="schools"),
    path("schools/<uuid:school_id>/", api.SchoolApi.as_view(), name="school"),
    path("school-years/", api.SchoolYearListApi.as_view(), name="school-years"),
    path(YEAR, api.SchoolYearApi.as_view(), name="school-year"),
    path(f"{YEAR}next/", api.SchoolYearNextApi.as_view(), name="next-school-year"),
    path(f"{YEAR}copy/", api.SchoolYearCopyApi.as_view(), name="copy-school-year"),
    path("sessions/", api.SessionListApi.as_view(), name="sessions"),
    path("tokens/", api.TokenListApi.as_view(), name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", api.TokenRevokeApi.as_view(), name="revoke-token"),
    path("preferences/", api.PreferencesApi.as_view(), name="preferences"),
    path("program-tokens/", api.ProgramTokenApi.as_view(), name="program-tokens"),
    path("features/", api.FeaturesApi.as_view(), name="features"),
]
