"""Single rights, tokens, features and sessions: what is added and taken, what works, what ends (R6, R7, R8, R12)."""

import re
import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.test import Client
from django.utils import timezone

from accounts import mutations
from accounts.models import ApiToken, Grant, Invitation, Membership, Session
from accounts.mutations import LastAdministrator
from accounts.rights import DistrictAction, Group, Role, may_in_district
from accounts.rules import OwnRights
from accounts.sessions import person_of_session
from core.errors import Invalid, NotAllowed, NotFound
from core.ids import uuid7
from core.models import AuditEntry
from students.rules import access
from tests.factories.accounts import GrantFactory, MembershipFactory, PersonFactory


def grant(cast, who, right, effect="add", **more):
    person = getattr(cast, who).person
    return mutations.add_grant(
        actor=cast.ada.acting(), person_id=person.id, right=right, effect=effect, reason="Agreed", **more
    )


def bearer(text, **more):
    return Client(headers={"Authorization": f"Bearer {text}", **more})


def test_right_is_added_and_ends(cast):
    assert not may_in_district(cast.casey.acting(), DistrictAction.IMPORT_ROSTER)
    assert cast.casey.client().get(cast.casey.url("/imports/")).status_code == 404

    given = grant(cast, "casey", "import_rosters")

    assert may_in_district(cast.casey.acting(), DistrictAction.IMPORT_ROSTER)
    assert cast.casey.client().get(cast.casey.url("/imports/")).status_code == 200
    mutations.end_grant(actor=cast.ada.acting(), grant_id=given.id)
    assert cast.casey.client().get(cast.casey.url("/imports/")).status_code == 404
    entry = AuditEntry.objects.get(verb="accounts.grant.added")
    assert entry.values["right"] == "import_rosters"


def test_right_is_taken_whatever_the_role_says(cast):
    assert may_in_district(cast.casey.acting(), DistrictAction.ADD_STUDENTS)

    grant(cast, "casey", "add_students", "take")

    assert not may_in_district(cast.casey.acting(), DistrictAction.ADD_STUDENTS)
    assert cast.casey.client().get(cast.casey.url("/students/new/")).status_code == 403


def test_money_is_seen_of_students_whom_one_sees_anyhow(cast):
    grant(cast, "casey", "see_money")
    grant(cast, "omar", "see_money")
    grant(cast, "fin", "see_money", "take")

    assert access(cast.casey.acting(), cast.student).sees(Group.MONEY)
    assert not access(cast.omar.acting(), cast.student).sees(Group.MONEY)
    assert not access(cast.fin.acting(), cast.student).sees(Group.MONEY)


def test_right_holds_from_its_first_day_to_its_last(cast):
    today = cast.ada.actor.today
    grant(cast, "casey", "read_audit", starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=3))
    assert not cast.casey.acting().granted

    Grant.objects.update(starts_on=today - timedelta(days=1), ends_on=today)
    assert not cast.casey.acting().granted
    Grant.objects.update(ends_on=today + timedelta(days=1))
    assert cast.casey.acting().granted == {"read_audit"}


def test_nobody_gives_what_they_lack_or_anything_to_themselves(cast):
    boss = PersonFactory(email="boss@example.org")
    MembershipFactory(organization=cast.district, person=boss, role=Role.ADMINISTRATOR)
    with pytest.raises(OwnRights):
        grant(cast, "ada", "read_audit")
    taken = grant(cast, "ada", "read_audit", "take")
    with pytest.raises(OwnRights):
        grant(cast, "casey", "read_audit")
    with pytest.raises(OwnRights):
        mutations.end_grant(actor=cast.ada.acting(), grant_id=taken.id)
    with pytest.raises(OwnRights):
        mutations.add_member(actor=cast.ada.acting(), person=cast.ada.person, role=Role.TEACHER)
    assert not Grant.objects.filter(effect="add").exists()


def test_rights_are_given_by_administrators_within_their_district(cast):
    for who in ("casey", "cory", "fin"):
        with pytest.raises(NotAllowed):
            mutations.add_grant(
                actor=getattr(cast, who).actor,
                person_id=cast.omar.person.id,
                right="read_audit",
                effect="add",
                reason="x",
            )
    with pytest.raises(NotFound):
        grant(cast, "otto", "read_audit")
    for wrong in ({"right": "keep_people"}, {"right": "see_money", "effect": "maybe"}):
        with pytest.raises(Invalid):
            grant(cast, "casey", **wrong)
    grant(cast, "casey", "see_money")
    with pytest.raises(Invalid):
        grant(cast, "casey", "see_money", "take")


def test_last_administrator_is_a_person(cast):
    """Neither the last one nor, beside another program, the only human one."""
    mutations.issue_program_token(actor=cast.ada.acting(), name="SIS", role=Role.ADMINISTRATOR, days=9)
    held = Membership.objects.get(person=cast.ada.person)

    for day in (None, cast.ada.actor.today + timedelta(days=30)):
        with pytest.raises(LastAdministrator):
            mutations.end_membership(actor=cast.ada.acting(), membership_id=held.id, ends_on=day)


def test_role_ends_on_a_day_to_come(cast):
    held, day = Membership.objects.get(person=cast.omar.person), cast.ada.actor.today + timedelta(days=2)

    mutations.end_membership(actor=cast.ada.acting(), membership_id=held.id, ends_on=day)

    held.refresh_from_db()
    assert held.ends_on == day
    assert cast.omar.acting().roles == {"teacher"}


def test_token_that_only_reads_changes_nothing(cast):
    """R8."""
    text = mutations.issue_token(
        actor=cast.ada.acting(), person_id=cast.ada.person.id, days=3, name="Report", is_read_only=True
    )
    client = bearer(text)

    assert client.get("/api/v1/schools/").status_code == 200
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)("/api/v1/schools/", {"name": "C"}, "application/json")
        assert (response.status_code, response.json()["code"]) == (403, "scope")


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "TOKEN"])
def test_token_in_an_address_is_refused(cast, name):
    """R8: whoever else calls, and even with a good token in its right place."""
    text = mutations.issue_token(actor=cast.ada.acting(), person_id=cast.ada.person.id, days=3)

    response = bearer(text).get(f"/api/v1/schools/?{name}={text}")

    assert (response.status_code, response.json()["code"]) == (400, "token_in_url")
    assert text not in response.content.decode()


def test_token_is_shown_once_and_revoked_on_pages(cast):
    client, path = cast.casey.client(), cast.casey.url("/tokens/")

    made = client.post(path, {"name": "Mine", "is_read_only": "no", "days": "30"})

    token = ApiToken.objects.get(name="Mine")
    assert made.status_code == 200 and "tl_" in made.content.decode()
    assert token.hint in client.get(path).content.decode()
    assert token.hint * 2 not in client.get(path).content.decode()
    assert client.post(cast.casey.url(f"/tokens/{token.id}/revoke/")).status_code == 303
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_tokens_of_others_are_the_administrators(cast):
    mutations.issue_token(actor=cast.casey.acting(), person_id=cast.casey.person.id, days=3, name="Hers")
    token = ApiToken.objects.get(name="Hers")

    with pytest.raises(NotFound):
        mutations.revoke_token(actor=cast.omar.acting(), token_id=token.id)
    with cast.within(cast.otto), pytest.raises(NotFound):
        mutations.revoke_token(actor=cast.otto.actor, token_id=token.id)
    assert "Hers" in cast.ada.client().get(cast.ada.url("/settings/tokens/")).content.decode()
    mutations.revoke_token(actor=cast.ada.acting(), token_id=token.id)


def test_program_has_a_role_and_never_signs_in(cast):
    text = mutations.issue_program_token(actor=cast.ada.acting(), name="SIS", role=Role.VIEWER, days=9)

    assert bearer(text).get("/api/v1/students/").status_code == 200
    assert bearer(text).post("/api/v1/schools/", {}, "application/json").json()["code"] == "scope"
    assert "SIS" not in cast.ada.client().get(cast.ada.url("/people/")).content.decode()
    with pytest.raises(Invalid):
        mutations.issue_program_token(actor=cast.ada.acting(), name="SIS", role=Role.PARENT, days=9)


@pytest.mark.parametrize(
    ("feature", "who", "path"),
    [
        ("roster_imports", "ada", "/imports/"),
        ("family_pages", "mina", "/"),
    ],
)
def test_feature_that_is_off_closes_its_pages(cast, feature, who, path):
    player = getattr(cast, who)
    json = {"headers": {"Accept": "application/json"}}
    assert player.client().get(player.url(path)).status_code == 200

    mutations.set_features(actor=cast.ada.acting(), changes={feature: False})

    response = player.client().get(player.url(path), **json)
    assert (response.status_code, response.json()["code"]) == (403, "feature_off")
    mutations.set_features(actor=cast.ada.acting(), changes={feature: True})
    assert player.client().get(player.url(path)).status_code == 200


@pytest.mark.parametrize(
    ("feature", "path"), [("csv_export", "/caseload/export/"), ("command_palette", "/palette/")]
)
def test_feature_that_is_off_takes_no_form(cast, feature, path):
    mutations.set_features(actor=cast.ada.acting(), changes={feature: False})

    response = cast.casey.client().post(cast.casey.url(path), headers={"Accept": "application/json"})

    assert (response.status_code, response.json()["code"]) == (403, "feature_off")
    assert "data-palette=" not in cast.casey.client().get(cast.casey.url("/")).content.decode() or (
        feature == "csv_export"
    )


def test_feature_that_is_off_closes_the_api(cast):
    text = mutations.issue_token(actor=cast.ada.acting(), person_id=cast.ada.person.id, days=3)
    mutations.set_features(actor=cast.ada.acting(), changes={"roster_imports": False})
    imports = bearer(text).get("/api/v1/imports/")
    mutations.set_features(actor=cast.ada.acting(), changes={"api_access": False})
    anything = bearer(text).get("/api/v1/schools/")

    assert (imports.status_code, imports.json()["code"]) == (403, "feature_off")
    assert (anything.status_code, anything.json()["code"]) == (403, "feature_off")
    assert cast.ada.client().get("/api/v1/features/").json()["api_access"] is False


def test_features_change_on_their_page(cast):
    client, path = cast.ada.client(), cast.ada.url("/settings/features/")

    assert client.post(path, {"family_pages": "on", "api_access": "on"}).status_code == 303

    cast.district.refresh_from_db()
    assert cast.district.features["csv_export"] is False
    assert cast.district.features["family_pages"] is True
    assert "Roster" not in client.get(path).content.decode().partition("</nav>")[0]


def test_sessions_of_the_district_are_seen_and_ended(cast):
    """R6."""
    mine, theirs = cast.ada.client(), cast.casey.client(REMOTE_ADDR="192.0.2.7")
    theirs.get(cast.casey.url("/"))
    cast.otto.client().get(cast.otto.url("/"))
    text = mutations.issue_token(actor=cast.casey.acting(), person_id=cast.casey.person.id, days=3)

    page = mine.get(cast.ada.url("/people/sessions/")).content.decode()
    assert "casey@example.org" in page and "otto@example.org" not in page
    assert mine.post(cast.ada.url(f"/people/{cast.casey.person.id}/sign-out/")).status_code == 303

    assert not Session.objects.filter(person_id=cast.casey.person.id).exists()
    assert person_of_session(theirs.session.session_key or "") is None
    assert theirs.get(cast.casey.url("/")).status_code == 302
    assert bearer(text).get("/api/v1/schools/").status_code == 401
    assert Session.objects.filter(person_id=cast.otto.person.id).exists()
    assert mine.post(cast.ada.url(f"/people/{cast.otto.person.id}/sign-out/")).status_code == 404


def test_sessions_of_the_district_come_in_pages(cast, monkeypatch):
    monkeypatch.setattr(import_module("accounts.queries.people"), "PAGE_ROWS", 2)
    signed_in = [cast.ada, cast.casey, cast.omar, cast.sam, cast.gina]
    for one in signed_in:
        one.client().get(one.url("/"))
    client, path = cast.ada.client(), cast.ada.url("/people/sessions/")
    after, pages = [""], []

    while after:
        answer = client.get(path + after[0]).content.decode()
        pages.append([one.person.email for one in signed_in if f">{one.person.email}<" in answer])
        after = re.findall(r'href="(\?after=[^"]+)"', answer)

    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(email for emails in pages for email in emails) == sorted(
        one.person.email for one in signed_in
    )
    stranger = PersonFactory(family_name="Zzz")
    for nobody in ("nobody", stranger.pk):
        assert f">{pages[0][0]}<" in client.get(f"{path}?after={nobody}").content.decode(), nobody


def test_many_sessions_of_one_person_stand_on_that_persons_page(cast):
    for number in range(8):
        cast.casey.client().get(cast.casey.url("/"))
        Session.objects.filter(person_id=cast.casey.person.id, ip=None).update(
            ip=f"192.0.2.{number}", seen_at=timezone.now() - timedelta(minutes=9 - number)
        )
    client = cast.ada.client()

    everybody = client.get(cast.ada.url("/people/sessions/")).content.decode()
    alone = client.get(cast.ada.url(f"/people/{cast.casey.person.id}/")).content.decode()

    assert re.findall(r"192\.0\.2\.\d", everybody) == [f"192.0.2.{number}" for number in (7, 6, 5, 4, 3)]
    assert re.search(rf'id="more-[^"]+" href="[^"]*{cast.casey.person.id}/">and 3 more<', everybody)
    assert len(re.findall(r"192\.0\.2\.\d", alone)) == 8


def test_what_changes_rights_asks_for_a_recent_sign_in(cast):
    """R7."""
    client = cast.ada.client()
    session = client.session
    session["started_at"] = session["seen_at"] = int(time.time()) - 1200
    session["account_authentication_methods"] = []
    session.save()
    person = cast.casey.person.id

    for path in (f"/people/{person}/roles/new/", f"/people/{person}/rights/new/", "/people/new/"):
        assert "reauthenticate" in client.get(cast.ada.url(path))["Location"]
    asked = uuid7()
    for path in (
        "/tokens/",
        "/settings/tokens/",
        "/settings/sign-in/",
        f"/people/invitations/{asked}/resend/",
        f"/people/invitations/{asked}/revoke/",
        f"/people/{person}/sign-out/",
        f"/people/{person}/deactivate/",
        f"/people/roles/{asked}/end/",
    ):
        assert "reauthenticate" in client.post(cast.ada.url(path))["Location"], path
    response = client.post(f"/api/v1/people/{person}/roles/", {"role": "viewer"}, "application/json")
    assert (response.status_code, response.json()["code"]) == (403, "reauthentication_required")


def test_preferences_say_which_news_and_which_page_first(cast):
    client = cast.casey.client()
    form = {"theme": "day", "font": "standard", "language": "en", "start_page": "caseload"}

    assert client.post(cast.casey.url("/preferences/"), form | {"in_app": ["team"]}).status_code == 303

    cast.casey.person.refresh_from_db()
    assert cast.casey.person.quiet_in_app == ["iep_review", "iep_active", "goal_met", "other"]
    assert len(cast.casey.person.quiet_by_email) == 5
    assert client.get("/")["Location"] == "/d/larkspur/caseload/"


def test_api_of_people_invites_and_hides(cast):
    client = cast.ada.client()

    made = client.post(
        "/api/v1/people/",
        {"email": "nia@example.org", "role": "viewer", "school_ids": [str(cast.school.id)]},
        "application/json",
        headers={"Idempotency-Key": "one"},
    )
    again = client.post(
        "/api/v1/people/",
        {"email": "nia@example.org", "role": "viewer", "school_ids": [str(cast.school.id)]},
        "application/json",
        headers={"Idempotency-Key": "one"},
    )

    assert (made.status_code, made.json()["state"]) == (201, "open")
    assert again.json() == made.json() and Invitation.objects.count() == 1
    assert client.get(f"/api/v1/people/{cast.otto.person.id}/").status_code == 404
    assert client.get("/api/v1/invitations/").json()["results"] == [made.json()]
    listed = client.get("/api/v1/people/?limit=3").json()
    assert len(listed["results"]) == 3 and listed["next"]


def test_api_of_settings_and_schools_asks_for_the_version(cast):
    client = cast.ada.client()
    for path, change in (
        ("/api/v1/organization/", {"contact_name": "Ada"}),
        (f"/api/v1/schools/{cast.school.id}/", {"name": "Alder"}),
        ("/api/v1/features/", {"csv_export": False}),
    ):
        version = client.get(path)["ETag"]
        stale = client.patch(path, change, "application/json", headers={"If-Match": '"old"'})
        fresh = client.patch(path, change, "application/json", headers={"If-Match": version})
        unknown = client.patch(path, {"slug": "x"}, "application/json")
        assert (stale.status_code, fresh.status_code, unknown.status_code) == (412, 200, 422), path
        assert fresh["ETag"] != version


def test_api_token_is_shown_once(cast):
    made = cast.casey.client().post(
        "/api/v1/tokens/", {"name": "Mine", "days": 9, "is_read_only": True}, "application/json"
    )

    assert made.status_code == 201
    assert bearer(made.json()["token"]).get("/api/v1/organizations/").json()["results"] == [
        {"slug": "larkspur", "name": "Larkspur Unified"}
    ]
    assert made.json()["token"] not in cast.casey.client().get("/api/v1/tokens/").content.decode()


def test_api_of_roles_and_rights_asks_for_the_version(cast):
    client = cast.ada.client()
    role = f"/api/v1/roles/{cast.omar.person.memberships.get().id}/"
    right = GrantFactory(organization=cast.district, person=cast.casey.person)
    version = client.get(role)["ETag"]
    assert client.patch(role, {}, "application/json", headers={"If-Match": '"old"'}).status_code == 412
    ended = client.patch(role, {}, "application/json", headers={"If-Match": version})
    assert ended.status_code == 200 and ended.json()["ends_on"] and ended["ETag"] != version

    one = client.get(f"/api/v1/grants/{right.id}/")
    path = f"/api/v1/grants/{right.id}/end/"
    assert (
        client.post(path, content_type="application/json", headers={"If-Match": '"old"'}).status_code == 412
    )
    gone = client.post(path, content_type="application/json", headers={"If-Match": one["ETag"]})
    assert gone.status_code == 200 and gone.json()["ends_on"] and gone["ETag"] != one["ETag"]
    assert cast.casey.client().get(f"/api/v1/grants/{right.id}/").status_code == 403


def test_api_of_preferences_is_ones_own(cast):
    client = cast.casey.client()
    path = "/api/v1/preferences/"
    version = client.get(path)["ETag"]

    stale = client.patch(path, {"theme": "night"}, "application/json", headers={"If-Match": '"old"'})
    fresh = client.patch(path, {"theme": "night"}, "application/json", headers={"If-Match": version})
    wrong = [
        client.patch(path, change, "application/json").status_code
        for change in (
            {"theme": "neon"},
            {"quiet_in_app": ["spam"]},
            {"email": "x@example.org"},
            [],
            {"font": 7},
        )
    ]

    assert (stale.status_code, fresh.status_code, fresh.json()["theme"]) == (412, 200, "night")
    assert wrong == [422] * 5
    cast.casey.person.refresh_from_db()
    assert cast.casey.person.theme == "night"


def test_api_makes_tokens_of_programs_for_administrators(cast):
    wanted = {"name": "Bus planner", "role": "viewer", "days": 9}
    path = "/api/v1/program-tokens/"

    made = cast.ada.client().post(path, wanted, "application/json")

    assert (made.status_code, made.json()["is_read_only"]) == (201, True)
    assert bearer(made.json()["token"]).get("/api/v1/students/").status_code == 200
    assert cast.casey.client().post(path, wanted, "application/json").status_code == 403
    refused = cast.ada.client().post(path, {**wanted, "role": "teacher"}, "application/json")
    assert (refused.status_code, list(refused.json()["details"]["fields"])) == (422, ["role"])


def test_form_with_another_districts_ids_saves_nothing(cast):
    """R14: somebody who administers both posts to one district what belongs to the other."""
    with cast.within(cast.otto):
        MembershipFactory(organization=cast.elsewhere, person=cast.ada.person, role=Role.ADMINISTRATOR)
    client = cast.ada.client()
    role = {"role": "viewer", "schools": [str(cast.school_elsewhere.id)]}

    page = client.post(cast.ada.url(f"/people/{cast.omar.person.id}/roles/new/"), role)
    api = client.post(
        f"/api/v1/people/{cast.omar.person.id}/roles/",
        {"role": "viewer", "school_ids": [str(cast.school_elsewhere.id)]},
        "application/json",
    )
    person = client.post(cast.ada.url(f"/people/{cast.otto.person.id}/roles/new/"), {"role": "viewer"})

    assert (page.status_code, api.status_code, person.status_code) == (422, 422, 404)
    assert Membership.objects.filter(person=cast.omar.person).count() == 1
