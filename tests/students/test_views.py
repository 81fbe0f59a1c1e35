"""Pages of case files: they open, keep what was typed, say what is wrong, and hide what is not shared."""

import re

import pytest
from django.urls import reverse

from core.models import AuditEntry
from students.models import Guardian, RosterEntry, Student, Tag, TeamMember
from tests.factories.students import RosterEntryFactory


def pages(cast):
    """Every page of a student by name, with the arguments of its address."""
    student = cast.student.id
    member = TeamMember.objects.get(student=student, person=cast.sam.person).id
    guardian = Guardian.objects.get(student=student, person=cast.mina.person).id
    return {
        "edit": [student],
        "record": [student],
        "ids": [student],
        "team": [student],
        "end-team-member": [student, member],
        "guardians": [student],
        "guardian": [student, guardian],
        "end-guardian": [student, guardian],
        "archive": [student],
    }


PAGES = [
    "edit",
    "record",
    "ids",
    "team",
    "end-team-member",
    "guardians",
    "guardian",
    "end-guardian",
    "archive",
]
POSTS = ["restore", "add-tag", "remove-tag"]


def path_of(player, name, *arguments):
    return player.url(reverse(f"students:{name}", urlconf="sped.urls_district", args=arguments))


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_for_an_administrator(cast, name):
    response = cast.ada.client().get(path_of(cast.ada, name, *pages(cast)[name]))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "Núñez-Abbott" in response.content.decode()
    assert AuditEntry.objects.filter(verb="students.record.opened").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_page_is_refused_to_who_may_only_look(cast, name):
    response = cast.vic.client().get(path_of(cast.vic, name, *pages(cast)[name]))

    assert response.status_code == 403


@pytest.mark.parametrize("name", [*PAGES, *POSTS])
@pytest.mark.parametrize("outsider", ["omar", "otto"])
def test_page_of_a_hidden_student_is_like_a_page_of_nobody(cast, name, outsider):
    """R13: other caseload, other district and random id are answered alike, to the byte."""
    from core.ids import uuid7

    player = getattr(cast, outsider)
    known = pages(cast).get(name, [cast.student.id])
    client = player.client()
    method = client.get if name in PAGES else client.post
    answers = []
    for student in (cast.student.id, uuid7()):
        response = method(path_of(player, name, student, *known[1:]))
        answers.append((response.status_code, scrub(response)))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def scrub(response):
    """The page without what differs for each request: its id, tokens, and the address that was asked."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}", "ID", response.content.decode())
    text = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value| nonce)="[^"]+"', "", text)
    text = re.sub(r'<div class="print-head".*?</div>', "", text, flags=re.DOTALL)  # the minute of printing
    varying = {"X-Request-Id", "Content-Length"}
    headers = {
        name: re.sub(r"'nonce-[^']+'", "NONCE", value)
        for name, value in response.items()
        if name not in varying
    }
    return text, headers


def test_form_keeps_what_was_typed_and_says_what_is_wrong(cast):
    client = cast.casey.client()
    path = path_of(cast.casey, "edit", cast.student.id)

    response = client.post(
        path, {"given_name": "", "family_name": "Kept as typed", "grade": "99", "version": "1"}
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert "Kept as typed" in text
    assert "data-error-summary" in text
    assert 'href="#id_given_name"' in text and 'href="#id_grade"' in text
    assert re.search(r"<title>\s*Error:", text)
    cast.student.refresh_from_db()
    assert cast.student.version == 1


def valid(cast, **changes):
    given = {
        "given_name": "Zoë",
        "family_name": "Núñez-Abbott",
        "preferred_name": "Zo",
        "grade": "05",
        "school": str(cast.school.id),
        "enrollment": "active",
        "version": "1",
    }
    return given | changes


def test_change_is_saved_and_leads_back_to_the_student(cast):
    response = cast.casey.client().post(path_of(cast.casey, "edit", cast.student.id), valid(cast))

    assert response.status_code == 303
    assert response["Location"] == cast.casey.url(f"/students/{cast.student.id}/")
    cast.student.refresh_from_db()
    assert (cast.student.grade, cast.student.version) == ("05", 2)


def test_second_writer_sees_both_values_and_may_insist(cast):
    """R68."""
    client, path = cast.casey.client(), path_of(cast.casey, "edit", cast.student.id)
    cast.ada.client().post(path_of(cast.ada, "edit", cast.student.id), valid(cast, grade="06"))

    response = client.post(path, valid(cast, grade="03"))

    text = response.content.decode()
    assert response.status_code == 409
    assert "Ada Cast" in text and "Grade 6" in text and "Grade 3" in text
    assert re.search(r'name="version" value="2"', text)
    assert client.post(path, valid(cast, grade="03", version="2")).status_code == 303
    cast.student.refresh_from_db()
    assert cast.student.grade == "03"


def test_new_case_file_opens(cast):
    client = cast.casey.client()
    assert client.get(path_of(cast.casey, "new")).status_code == 200

    response = client.post(
        path_of(cast.casey, "new"),
        {"given_name": "Noor", "family_name": "Haddad", "grade": "02", "school": str(cast.school.id)},
    )

    assert response.status_code == 303
    assert Student.objects.get(family_name="Haddad").team.get().person == cast.casey.person


def test_new_case_file_refuses_schools_of_others(cast):
    for school in (cast.other_school.id, cast.school_elsewhere.id, "x", ""):
        response = cast.casey.client().post(
            path_of(cast.casey, "new"), {"given_name": "N", "family_name": "H", "school": str(school)}
        )
        assert response.status_code == 422


def test_roster_is_searched_and_a_pupil_referred(cast):
    entry = RosterEntryFactory(
        organization=cast.district, school=cast.school, given_name="Émile", family_name="D'Souza"
    )
    RosterEntryFactory(organization=cast.district, school=cast.other_school, family_name="Hidden")
    client = cast.casey.client()

    found = client.post(path_of(cast.casey, "roster"), {"words": "emile"}).content.decode()
    everybody = client.get(path_of(cast.casey, "roster")).content.decode()

    assert "D&#x27;Souza" in found and "D&#x27;Souza" in everybody
    assert "Hidden" not in everybody
    response = client.post(path_of(cast.casey, "refer", entry.id))
    assert response.status_code == 303
    entry.refresh_from_db()
    assert response["Location"].endswith(f"/students/{entry.student_id}/")


def test_roster_has_pages(cast):
    for number in range(60):
        RosterEntryFactory(organization=cast.district, school=cast.school, family_name=f"R{number:03}")
    client, path = cast.casey.client(), path_of(cast.casey, "roster")

    first = client.get(path).content.decode()
    after = re.search(r'name="after" value="([^"]+)"', first)[1]
    second = client.post(path, {"after": after}).content.decode()

    assert "R049" in first and "R050" not in first
    assert "R050" in second and "R059" in second and "R049" not in second


def test_tags_and_ids_change_on_their_page(cast):
    client, path = cast.casey.client(), path_of(cast.casey, "ids", cast.student.id)

    assert client.post(path, {"kind": "state", "value": "S-1"}).status_code == 303
    assert client.post(path, {"kind": "sis", "value": "100300"}).status_code == 422
    assert client.post(path_of(cast.casey, "add-tag", cast.student.id), {"label": "bus 9"}).status_code == 303
    assert client.post(path_of(cast.casey, "add-tag", cast.student.id), {"label": ""}).status_code == 422
    assert "bus 9" in client.get(path).content.decode()
    client.post(path_of(cast.casey, "remove-tag", cast.student.id), {"label": "bus 9"})
    assert not Tag.objects.exists()


def test_team_and_family_change_on_their_pages(cast):
    client = cast.casey.client()
    day = cast.casey.actor.today.isoformat()
    new = {"person": str(cast.cory.person.id), "part": "representative", "starts_on": day}

    assert client.post(path_of(cast.casey, "team", cast.student.id), new).status_code == 303
    assert client.post(path_of(cast.casey, "team", cast.student.id), new).status_code == 422
    member = TeamMember.objects.get(person=cast.cory.person)
    end = path_of(cast.casey, "end-team-member", cast.student.id, member.id)
    assert client.post(end, {"ends_on": "1999-01-01"}).status_code == 422
    assert client.post(end, {"ends_on": day}).status_code == 303
    parent = {
        "given_name": "Ana",
        "family_name": "Abbott",
        "relationship": "mother",
        "email": "ana@example.org",
        "has_educational_rights": "on",
        "phone_kind": "mobile",
    }
    assert client.post(path_of(cast.casey, "guardians", cast.student.id), parent).status_code == 303
    ana = Guardian.objects.get(given_name="Ana")
    assert client.post(path_of(cast.casey, "invite-guardian", cast.student.id, ana.id)).status_code == 303
    edit = path_of(cast.casey, "guardian", cast.student.id, ana.id)
    assert client.post(edit, {**parent, "email": "nonsense"}).status_code == 422
    assert client.post(edit, {**parent, "phone": "555-0100"}).status_code == 303
    end = path_of(cast.casey, "end-guardian", cast.student.id, ana.id)
    assert client.post(end, {"ends_on": day}).status_code == 303


def test_case_manager_who_hands_over_is_led_to_what_is_left(cast):
    client = cast.casey.client()
    member = TeamMember.objects.get(person=cast.casey.person)
    path = path_of(cast.casey, "end-team-member", cast.student.id, member.id)

    response = client.post(path, {"ends_on": cast.casey.actor.today.isoformat()})

    assert response.status_code == 303
    assert client.get(response["Location"], follow=True).status_code == 200


def test_archive_can_be_undone(cast):
    client = cast.ada.client()

    response = client.post(path_of(cast.ada, "archive", cast.student.id), {"reason": "Moved"})

    assert response.status_code == 303
    assert client.post(path_of(cast.ada, "restore", cast.student.id)).status_code == 303
    cast.student.refresh_from_db()
    assert cast.student.archived_at is None


def test_parent_finds_no_way_to_change_anything(cast):
    client = cast.mina.client()
    for name in PAGES:
        assert client.get(path_of(cast.mina, name, *pages(cast)[name])).status_code == 403
    assert client.get(path_of(cast.mina, "new")).status_code == 403
    assert client.get(path_of(cast.mina, "roster")).status_code == 403


def test_refusals_are_written_down(cast):
    cast.vic.client().get(path_of(cast.vic, "edit", cast.student.id))

    entry = AuditEntry.objects.get(verb="accounts.act.refused")
    assert entry.values == {"route": "students:edit", "method": "GET", "rule": "may_write_identity"}
    assert entry.actor_person_id == cast.vic.person.id


def test_roster_entry_of_another_district_is_not_referred(cast):
    with cast.within(cast.otto):
        entry = RosterEntryFactory(organization=cast.elsewhere, school=cast.school_elsewhere)

    assert cast.ada.client().post(path_of(cast.ada, "refer", entry.id)).status_code == 404
    assert not RosterEntry.objects.filter(id=entry.id).exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("name", ["eligible_on", "last_evaluation_on", "reevaluation_due_on"])
def test_a_year_that_cannot_be_is_refused_beside_its_field(cast, name, day):
    url = cast.ada.url(f"/students/{cast.student.id}/edit/record/")
    response = cast.ada.client().post(
        url, {"eligibility": cast.student.eligibility, "disability": cast.student.disability, name: day}
    )
    html = response.content.decode()

    assert response.status_code == 422
    assert f'id="id_{name}_error"' in html
    assert "data-error-summary" in html
    assert day in html


@pytest.mark.parametrize("path", ["edit/ids/", "edit/team/"])
def test_nothing_is_chosen_for_a_careless_sender(cast, path):
    html = cast.ada.client().get(cast.ada.url(f"/students/{cast.student.id}/{path}")).content.decode()

    chosen = re.findall(r"<option value=\"([^\"]*)\" selected", html)
    assert set(chosen) <= {""}
