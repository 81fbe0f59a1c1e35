"""The front door, signing in and up, preferences, people, schools and settings."""

import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiToken, Membership, Person, School
from accounts.rights import Role
from notifications.models import AccountMail, Message
from tests.accounts.links import link_of
from tests.factories.accounts import PASSWORD, MembershipFactory, PersonFactory


def test_front_door_leads_to_the_only_district(cast):
    response = cast.casey.client().get("/")

    assert (response.status_code, response["Location"]) == (302, "/d/larkspur/")


def test_front_door_lets_choose_between_districts(cast):
    with cast.within(cast.otto):
        MembershipFactory(organization=cast.elsewhere, person=cast.casey.person, role=Role.VIEWER)

    text = cast.casey.client().get("/").content.decode()

    assert "/d/larkspur/" in text and "/d/dunmore/" in text


def test_front_door_of_nobodys_member_says_that_nothing_is_shared(cast, client):
    client.force_login(PersonFactory(email="alone@example.org"))

    text = client.get("/").content.decode()

    assert "Nothing is shared with you yet" in text
    assert "alone@example.org" in text
    assert client.get("/d/larkspur/").status_code == 404


def test_front_door_asks_to_sign_in(client, db):
    assert client.get("/")["Location"] == "/accounts/login/?next=/"


def test_signing_up_alone_gives_a_person_who_sees_nothing(client, db):
    response = client.post(
        "/accounts/signup/",
        {"email": "new@example.org", "password1": "plums and apricots", "password2": "plums and apricots"},
    )

    person = Person.objects.get(email="new@example.org")
    assert response.status_code == 302
    assert not Membership.objects.filter(person=person).exists()
    assert "Nothing is shared" in client.get("/", follow=True).content.decode()


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "known@example.org"])
def test_weak_passwords_are_refused(client, db, password):
    """R1."""
    client.post(
        "/accounts/signup/", {"email": "known@example.org", "password1": password, "password2": password}
    )

    assert not Person.objects.exists()


def test_sign_in_and_out(cast, client):
    response = client.post("/accounts/login/", {"login": "CASEY@example.org", "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, "/")
    client.post("/accounts/logout/")
    assert client.get("/d/larkspur/").status_code == 302


def test_session_changes_with_signing_in(cast, client):
    """R5."""
    client.get("/accounts/login/")
    client.session.save()
    before = client.session.session_key
    client.post("/accounts/login/", {"login": "casey@example.org", "password": PASSWORD})

    assert client.session.session_key != before


def plain(response):
    return re.sub(
        r'(csrf-token" content|csrfmiddlewaretoken" value| nonce)="[^"]+"', "", response.content.decode()
    )


@pytest.mark.parametrize("what", ["login", "password/reset", "signup"])
def test_nobody_learns_which_addresses_are_known(cast, client, what, settings):
    """R4: same status and page, whether or not the address is somebody's. (A demonstration asks for no proof.)"""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    answers = []
    for email in ("casey@example.org", "nobody@example.org"):
        client.cookies.clear()
        body = {"email": email, "login": email, "password": "wrong and long"}
        body |= {"password1": "plums and apricots", "password2": "plums and apricots"}
        response = client.post(f"/accounts/{what}/", body)
        page = (
            client.get(response["Location"]) if response.status_code == 302 and what != "signup" else response
        )
        answers.append((response.status_code, plain(page).replace(email, "")))

    assert answers[0] == answers[1]


def test_mail_about_accounts_is_kept_not_sent(cast, client, settings):
    settings.EMAIL_BACKEND = "notifications.mail.OutboxEmailBackend"

    client.post("/accounts/password/reset/", {"email": "casey@example.org"})

    mail = AccountMail.objects.get()
    assert mail.to_email == "casey@example.org"
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.body)[1]
    page = client.get(link, follow=True)
    response = client.post(
        page.redirect_chain[-1][0], {"password1": "plums and apricots", "password2": "plums and apricots"}
    )
    assert response.status_code == 302
    cast.casey.person.refresh_from_db()
    assert cast.casey.person.check_password("plums and apricots")
    assert "password/reset/key" in client.get("/mailbox/").content.decode()


@pytest.mark.parametrize("demonstration", [True, False])
def test_mailbox_is_there_in_a_demonstration_only(client, db, settings, demonstration):
    settings.IS_DEMONSTRATION = demonstration

    assert client.get("/mailbox/").status_code == (200 if demonstration else 404)


def test_invited_person_chooses_a_password_and_comes_in(cast, client, deliver, settings):
    settings.EMAIL_BACKEND = "notifications.mail.OutboxEmailBackend"
    page = cast.ada.client().post(
        cast.ada.url("/people/new/"),
        {
            "email": "nia@example.org",
            "given_name": "Nia",
            "family_name": "Wolde",
            "role": "viewer",
            "schools": [str(cast.school.id)],
        },
    )
    assert page.status_code == 303
    deliver()
    assert client.get(link_of("nia@example.org")).status_code == 302
    client.post("/join/", {"given_name": "Nia", "family_name": "Wolde", "password": "plums and apricots"})

    client.post("/accounts/login/", {"login": "nia@example.org", "password": "plums and apricots"})

    assert client.get("/d/larkspur/caseload/").status_code == 200


def test_theme_changes_from_any_page(cast):
    client, path = cast.mina.client(), cast.mina.url("/preferences/")

    plain_form = client.post(path, {"theme": "night", "next": "/d/larkspur/caseload/"})
    by_script = client.post(path, {"theme": "day"}, headers={"HX-Request": "true"})
    away = client.post(path, {"theme": "night", "next": "https://evil.example/"})

    assert (plain_form.status_code, plain_form["Location"]) == (303, "/d/larkspur/caseload/")
    assert by_script.status_code == 204
    assert away["Location"] == path
    cast.mina.person.refresh_from_db()
    assert cast.mina.person.theme == "night"


def test_language_of_the_person_is_the_language_of_the_page(cast):
    client, path = cast.mina.client(), cast.mina.url("/preferences/")

    response = client.post(
        path,
        {
            "theme": "system",
            "font": "standard",
            "language": "es",
            "start_page": "day",
            "has_single_keys": "on",
        },
    )

    assert response.status_code == 303
    page = client.get(path)
    assert 'lang="es"' in page.content.decode()
    assert page["Content-Language"] == "es"
    assert client.cookies["django_language"].value == "es"
    assert 'lang="en"' in cast.casey.client().get(cast.casey.url("/preferences/")).content.decode()


def test_day_on_pages_is_the_districts(cast):
    from django.utils import timezone

    with timezone.override("UTC"):
        cast.casey.client().get(cast.casey.url("/preferences/"))
        assert timezone.get_current_timezone_name() == "UTC", "and it is put back"


def test_preferences_refuse_what_is_not_offered(cast):
    response = cast.mina.client().post(
        cast.mina.url("/preferences/"), {"theme": "neon", "font": "standard", "language": "en"}
    )

    assert response.status_code == 422
    assert "id_theme" in response.content.decode()


PAGES = ["/people/", "/people/new/", "/schools/", "/schools/new/", "/settings/"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_administrators(cast, path):
    assert cast.ada.client().get(cast.ada.url(path)).status_code == 200
    assert cast.casey.client().get(cast.casey.url(path)).status_code == 403
    assert cast.mina.client().get(cast.mina.url(path)).status_code == 403


def test_people_are_listed_searched_and_paged(cast):
    for number in range(60):
        person = PersonFactory(family_name=f"Zz{number:03}")
        MembershipFactory(organization=cast.district, person=person, role=Role.VIEWER)
    client, path = cast.ada.client(), cast.ada.url("/people/")

    first = client.get(path).content.decode()
    after = re.search(r'name="after" value="([^"]+)"', first)[1]
    second = client.post(path, {"after": after}).content.decode()
    found = client.post(path, {"words": "zz05"}).content.decode()

    assert "Casey Cast" in first and "Otto Cast" not in first + second
    assert "Zz059" in second
    assert (
        "Zz051" in found
        and "Zz041" not in found
        and "Casey" not in re.sub(r"<nav.*?</nav>", "", found, flags=re.S)
    )


def test_roles_are_given_and_ended_on_pages(cast):
    client = cast.ada.client()
    add = cast.ada.url(f"/people/{cast.omar.person.id}/roles/new/")

    assert client.get(add).status_code == 200
    assert client.post(add, {"role": "coordinator", "schools": [str(cast.school.id)]}).status_code == 303
    assert client.post(add, {"role": "coordinator"}).status_code == 422
    assert client.post(add, {"role": "emperor"}).status_code == 422
    membership = Membership.objects.get(person=cast.omar.person, role="coordinator")
    assert client.post(cast.ada.url(f"/people/roles/{membership.id}/end/")).status_code == 303
    last = cast.ada.person.memberships.get()
    assert client.post(cast.ada.url(f"/people/roles/{last.id}/end/")).status_code == 409
    leave = cast.ada.url(f"/people/{cast.omar.person.id}/deactivate/")
    assert client.get(leave).status_code == 200
    assert client.post(leave).status_code == 303
    cast.omar.person.refresh_from_db()
    assert not cast.omar.person.is_active


def test_person_of_no_district_of_ours_is_not_found_on_pages(cast):
    client = cast.ada.client()

    assert client.get(cast.ada.url(f"/people/{cast.otto.person.id}/roles/new/")).status_code == 404
    assert client.post(cast.ada.url(f"/people/{cast.otto.person.id}/deactivate/")).status_code == 404


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("people/", "/people/"),
        ("schools/", "/schools/"),
        ("schools/new/", "/schools/"),
        ("settings/", "/settings/"),
    ],
)
def test_page_marks_its_place_in_the_navigation(cast, path, item):
    text = cast.ada.client().get(f"/d/larkspur/{path}").content.decode()

    assert re.findall(r'<a class="nav" href="([^"]+)" aria-current="page"', text) == [f"/d/larkspur{item}"]


def test_schools_and_settings_change_on_pages(cast):
    client = cast.ada.client()

    assert (
        client.post(
            cast.ada.url("/schools/new/"), {"name": "Elm", "code": "ELM", "is_active": "on"}
        ).status_code
        == 303
    )
    assert client.post(cast.ada.url("/schools/new/"), {"name": "Elm", "code": "ELM"}).status_code == 422
    elm = School.objects.get(code="ELM")
    path = cast.ada.url(f"/schools/{elm.id}/")
    assert client.get(path).status_code == 200
    assert client.post(path, {"name": "Elm Street", "code": "ELM"}).status_code == 303
    elm.refresh_from_db()
    assert (elm.name, elm.is_active) == ("Elm Street", False)
    given = {
        "name": "Larkspur",
        "timezone": "America/New_York",
        "currency": "USD",
        "date_format": "dmy",
        "opens_at": "07:30",
        "closes_at": "15:00",
    }
    assert client.post(cast.ada.url("/settings/"), given).status_code == 303
    bad = client.post(cast.ada.url("/settings/"), {**given, "timezone": "Nowhere/Land", "name": "Kept"})
    assert bad.status_code == 422 and "Kept" in bad.content.decode()
    cast.district.refresh_from_db()
    assert cast.district.timezone == "America/New_York"


def test_issue_token_prints_a_token_that_works(cast, capsys, client):
    call_command("issue_token", "CASEY@example.org", "--days", "3")

    token = capsys.readouterr().out.strip()
    answer = client.get("/api/v1/students/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert ApiToken.objects.get().person == cast.casey.person


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody@example.org"],
        ["casey@example.org", "--organization", "dunmore"],
        ["casey@example.org", "--days", "0"],
        ["alone@example.org"],
    ],
)
def test_issue_token_says_what_is_wrong(cast, arguments):
    PersonFactory(email="alone@example.org")

    with pytest.raises(CommandError):
        call_command("issue_token", *arguments)
    assert not ApiToken.objects.exists()


def test_issue_token_asks_which_of_two_organisations(cast, capsys):
    with cast.within(cast.otto):
        MembershipFactory(organization=cast.elsewhere, person=cast.casey.person, role=Role.VIEWER)

    with pytest.raises(CommandError, match="--organization"):
        call_command("issue_token", "casey@example.org")
    call_command("issue_token", "casey@example.org", "--organization", "dunmore")
    assert ApiToken.objects.get().organization == cast.elsewhere


def test_no_message_holds_a_secret(cast):
    cast.ada.client().post(
        cast.ada.url("/people/new/"),
        {"email": "nia@example.org", "given_name": "Nia", "family_name": "Wolde", "role": "viewer"},
    )

    assert not Message.objects.filter(body__contains="/key/").exists()
