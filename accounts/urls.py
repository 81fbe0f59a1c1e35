"""Addresses of people, schools and settings inside a district."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("people/", views.people, name="people"),
    path("people/new/", views.add_person, name="add-person"),
    path("people/sessions/", views.sessions, name="sessions"),
    path("people/invitations/", views.invitations, name="invitations"),
    path(
        "people/invitations/<uuid:invitation_id>/resend/", views.resend_invitation, name="resend-invitation"
    ),
    path(
        "people/invitations/<uuid:invitation_id>/revoke/", views.revoke_invitation, name="revoke-invitation"
    ),
    path("people/<uuid:person_id>/", views.person, name="person"),
    path("people/<uuid:person_id>/rights/new/", views.add_grant, name="add-grant"),
    path("people/rights/<uuid:grant_id>/end/", views.end_grant, name="end-grant"),
    path("people/<uuid:person_id>/sign-out/", views.sign_out_everywhere, name="sign-out-everywhere"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", views.revoke_token, name="revoke-token"),
    path("people/<uuid:person_id>/roles/new/", views.add_role, name="add-role"),
    path("people/<uuid:person_id>/deactivate/", views.deactivate, name="deactivate"),
    path("people/roles/<uuid:membership_id>/end/", views.end_role, name="end-role"),
    path("schools/", views.schools, name="schools"),
    path("schools/new/", views.add_school, name="add-school"),
    path("schools/<uuid:school_id>/", views.edit_school, name="school"),
    path("calendars/", views.calendars, name="calendars"),
    path("calendars/new/", views.add_school_year, name="add-school-year"),
    path("calendars/<uuid:school_year_id>/", views.school_year, name="school-year"),
    path("calendars/<uuid:school_year_id>/copy/", views.copy_school_year, name="copy-school-year"),
    path("calendars/<uuid:school_year_id>/next/", views.next_school_year, name="next-school-year"),
    path("calendars/<uuid:school_year_id>/remove/", views.remove_school_year, name="remove-school-year"),
    path("settings/", views.district, name="district"),
    path("settings/features/", views.features, name="features"),
    path("settings/tokens/", views.all_tokens, name="all-tokens"),
    path("settings/sign-in/", views.identity_provider, name="provider"),
    path("settings/sign-in/test/", views.test_identity_provider, name="test-provider"),
    path("settings/sign-in/remove/", views.remove_identity_provider, name="remove-provider"),
]
