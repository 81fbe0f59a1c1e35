"""JSON endpoints: who calls, repeated requests, versions, allow-lists, pages."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from accounts.actors import new_token, token_digest
from accounts.models import ApiToken
from core.models import AuditEntry, IdempotencyKey
from students.models import Student, TeamMember
from tests.factories.accounts import MembershipFactory
from tests.factories.students import StudentFactory

STUDENTS = "/api/v1/students/"


def send(client, path, body, method="post", **headers):
    return getattr(client, method)(
        path, data=json.dumps(body), content_type="application/json", headers=headers
    )


def new(cast, **changes):
    return {
        "given_name": "Noor",
        "family_name": "Haddad",
        "grade": "02",
        "school_id": str(cast.school.id),
    } | changes


def token_of(player, **changes):
    text = new_token()
    ApiToken.objects.create(
        **{
            "organization": player.organization,
            "person": player.person,
            "digest": token_digest(text),
            "hint": text[:8],
            "expires_at": now() + timedelta(days=1),
        }
        | changes
    )
    return {"Authorization": f"Bearer {text}"}


def test_bearer_token_speaks_for_its_person_in_its_organisation(cast):
    answer = Client().get(STUDENTS, headers=token_of(cast.casey))

    assert [row["id"] for row in answer.json()["results"]] == [str(cast.student.id)]
    assert answer["X-Live-Topic"] == f"caseload.{cast.casey.person.id}"


@pytest.mark.parametrize(
    "changes",
    [{"expires_at": now() - timedelta(seconds=1)}, {"revoked_at": now()}, {"digest": "0" * 64}],
)
def test_token_that_ended_opens_nothing(cast, changes):
    """R8."""
    answer = Client().get(STUDENTS, headers=token_of(cast.casey, **changes))

    assert (answer.status_code, answer.json()["code"], answer["WWW-Authenticate"]) == (
        401,
        "not_signed_in",
        "Bearer",
    )


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic eDp5", "Bearer x y", "Bearer \u00e9", "bearer\tx"]
)
def test_odd_authorization_headers_are_refused(cast, header):
    assert Client().get(STUDENTS, headers={"Authorization": header}).status_code == 401


def test_token_of_who_left_opens_nothing(cast):
    """R6."""
    headers = token_of(cast.casey)
    cast.casey.person.memberships.update(ends_on=cast.casey.actor.today)

    assert Client().get(STUDENTS, headers=headers).status_code == 404


def test_token_names_no_other_organisation(cast):
    headers = token_of(cast.casey) | {"X-Organization": "dunmore"}

    assert Client().get(STUDENTS, headers=headers).status_code == 404


def test_session_names_its_organisation(cast):
    client = Client()
    client.force_login(cast.casey.person)

    assert client.get(STUDENTS).status_code == 422
    assert client.get(STUDENTS, headers={"X-Organization": "dunmore"}).status_code == 404
    assert client.get(STUDENTS, headers={"X-Organization": "nowhere"}).status_code == 404
    assert client.get(STUDENTS, headers={"X-Organization": "larkspur", "X-Hat": "crown"}).status_code == 400
    assert client.get(STUDENTS, headers={"X-Organization": "larkspur"}).status_code == 200


def test_family_hat_is_asked_for(cast):
    client = cast.pat.client()

    assert [row["id"] for row in client.get(STUDENTS).json()["results"]] == [str(cast.other_student.id)]
    family = client.get(STUDENTS, headers={"X-Hat": "family"}).json()["results"]
    assert [row["id"] for row in family] == [str(cast.student.id)]


def test_session_shows_its_csrf_token(cast):
    client = cast.casey.client(enforce_csrf_checks=True)

    assert send(client, STUDENTS, new(cast)).status_code == 403
    assert not Student.objects.filter(family_name="Haddad").exists()


def test_unknown_fields_are_refused(cast):
    """R15: nothing can be set that is not in the list."""
    client = cast.casey.client()
    extras = [
        "id",
        "organization",
        "organization_id",
        "version",
        "sort_name",
        "archived_at",
        "annual_review_on",
        "changed_by_name",
        "is_staff",
    ]
    for name in extras:
        answer = send(client, f"{STUDENTS}{cast.student.id}/", {"grade": "05", name: "1"}, "patch")
        assert answer.status_code == 422, name
        assert list(answer.json()["details"]["fields"]) == [name]
    cast.student.refresh_from_db()
    assert (cast.student.grade, cast.student.version) == ("04", 1)


FOREIGN = {
    "school of a new student": lambda cast, c: send(
        c, STUDENTS, new(cast, school_id=str(cast.school_elsewhere.id))
    ),
    "case manager of a new student": lambda cast, c: send(
        c, STUDENTS, new(cast, case_manager_id=str(cast.otto.person.id))
    ),
    "school of a student": lambda cast, c: send(
        c, f"{STUDENTS}{cast.student.id}/", {"school_id": str(cast.school_elsewhere.id)}, "patch"
    ),
    "person on a team": lambda cast, c: send(
        c,
        f"{STUDENTS}{cast.student.id}/team/",
        {"person_id": str(cast.otto.person.id), "part": "special_education"},
    ),
    "member of a team": lambda cast, c: send(
        c, f"{STUDENTS}{cast.student.id}/team/{other_member(cast)}/", {}, "patch"
    ),
    "student of a team": lambda cast, c: send(
        c, f"{STUDENTS}{cast.stranger.id}/team/", {"person_id": str(cast.casey.person.id), "part": "other"}
    ),
}


def other_member(cast):
    with cast.within(cast.otto):
        return TeamMember.objects.get().id


@pytest.mark.parametrize("what", FOREIGN)
def test_ids_of_another_district_are_refused_in_bodies(cast, what):
    """R14: each writable key, with an id of another district; and nothing has changed."""
    before = (
        AuditEntry.objects.exclude(verb="accounts.act.refused").count(),
        Student.objects.count(),
        TeamMember.objects.count(),
    )

    answer = FOREIGN[what](cast, cast.ada.client())

    assert answer.status_code in {404, 422}
    assert (
        AuditEntry.objects.exclude(verb="accounts.act.refused").count(),
        Student.objects.count(),
        TeamMember.objects.count(),
    ) == before


def test_repeated_creating_request_is_answered_from_memory(cast):
    """R37: same key, same request: same body, once."""
    client = cast.casey.client()

    first = send(client, STUDENTS, new(cast), **{"Idempotency-Key": "k-1"})
    second = send(client, STUDENTS, new(cast), **{"Idempotency-Key": "k-1"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (first["ETag"], first["Location"]) == (second["ETag"], second["Location"])
    assert second["Idempotency-Replayed"] == "true"
    assert Student.objects.filter(family_name="Haddad").count() == 1


def test_key_used_for_another_request_is_refused(cast):
    client = cast.casey.client()
    send(client, STUDENTS, new(cast), **{"Idempotency-Key": "k-1"})

    answer = send(client, STUDENTS, new(cast, grade="03"), **{"Idempotency-Key": "k-1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_key_of_a_refused_request_is_free_again(cast):
    client = cast.casey.client()
    assert send(client, STUDENTS, new(cast, grade="99"), **{"Idempotency-Key": "k-1"}).status_code == 422

    assert send(client, STUDENTS, new(cast), **{"Idempotency-Key": "k-1"}).status_code == 201


def test_keys_of_two_people_are_two_keys(cast):
    send(cast.casey.client(), STUDENTS, new(cast), **{"Idempotency-Key": "k-1"})

    assert send(cast.ada.client(), STUDENTS, new(cast), **{"Idempotency-Key": "k-1"}).status_code == 201
    assert IdempotencyKey.objects.count() == 2


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_odd_keys_are_refused(cast, key):
    assert send(cast.casey.client(), STUDENTS, new(cast), **{"Idempotency-Key": key}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_twin_requests_do_one_thing(committed_cast):
    """R37: eight at once with one key; one student, and every answer is that one or says that it is running."""
    cast, answers = committed_cast, []
    clients = [cast.casey.client() for _ in range(8)]
    start = threading.Barrier(len(clients))

    def ask(client):
        start.wait()
        answers.append(send(client, STUDENTS, new(cast), **{"Idempotency-Key": "twin"}))
        connection.close()

    threads = [threading.Thread(target=ask, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    with cast.within(cast.casey):
        assert Student.objects.filter(family_name="Haddad").count() == 1


def test_change_on_an_old_version_is_refused(cast):
    """R68."""
    client, path = cast.casey.client(), f"{STUDENTS}{cast.student.id}/"
    read = client.get(path)
    assert read["ETag"] == '"1"'

    assert send(client, path, {"grade": "05"}, "patch", **{"If-Match": read["ETag"]})["ETag"] == '"2"'
    answer = send(client, path, {"grade": "06"}, "patch", **{"If-Match": read["ETag"]})

    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    cast.student.refresh_from_db()
    assert cast.student.grade == "05"
    assert send(client, path, {"grade": "06"}, "patch", **{"If-Match": "*"}).status_code == 200


def test_lists_come_in_pages(cast):
    """R64: a cap on the page, and a cursor that goes through all."""
    for _ in range(12):
        StudentFactory(organization=cast.district, school=cast.school)
    client = cast.ada.client()

    seen, path = [], f"{STUDENTS}?limit=5"
    while path:
        page = client.get(path).json()
        assert len(page["results"]) <= 5
        seen += [row["id"] for row in page["results"]]
        path = page["next"]

    assert len(seen) == len(set(seen)) == 14
    assert len(client.get(f"{STUDENTS}?limit=100000").json()["results"]) == 14
    assert client.get(f"{STUDENTS}?cursor=nonsense").status_code == 404


def test_filters_that_make_no_sense_are_refused(cast):
    client = cast.ada.client()

    for query in ("grade=99", "school=x", "archived=perhaps", f"q={'x' * 81}"):
        assert client.get(f"{STUDENTS}?{query}").status_code == 422, query


FIELD_NAMES = {
    "vic": "record",
    "cory": "record",
    "casey": "record",
    "sam": "record",
    "paula": "identity",
    "gina": "identity",
    "fin": "identity",
    "mina": "identity",
}
IDENTITY = {
    "id",
    "version",
    "given_name",
    "middle_name",
    "family_name",
    "preferred_name",
    "grade",
    "school_id",
    "school_name",
    "enrollment",
    "enrolled_on",
    "is_archived",
    "changed_at",
}
RECORD = IDENTITY | {
    "home_language",
    "needs_interpreter",
    "birth_on",
    "disability",
    "eligibility",
    "eligible_on",
    "last_evaluation_on",
    "reevaluation_due_on",
    "annual_review_on",
}


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_fields_are_those_of_the_role(cast, name):
    """R16: the snapshot of field names for each role and endpoint."""
    client = getattr(cast, name).client()
    wanted = RECORD if FIELD_NAMES[name] == "record" else IDENTITY

    row = next(row for row in client.get(STUDENTS).json()["results"] if row["id"] == str(cast.student.id))
    one = client.get(f"{STUDENTS}{cast.student.id}/").json()

    assert set(row) == wanted
    assert set(one) == (wanted | {"external_ids", "tags"} if wanted == RECORD else wanted)


@pytest.mark.parametrize(
    ("name", "team", "guardians"),
    [
        ("casey", 200, 200),
        ("gina", 200, 404),
        ("fin", 404, 404),
        ("mina", 200, 404),
        ("vic", 200, 404),
        ("omar", 404, 404),
    ],
)
def test_team_and_family_are_those_of_the_role(cast, name, team, guardians):
    """R16."""
    client = getattr(cast, name).client()

    assert client.get(f"{STUDENTS}{cast.student.id}/team/").status_code == team
    assert client.get(f"{STUDENTS}{cast.student.id}/guardians/").status_code == guardians


def test_team_and_family_change_by_program(cast):
    client, path = cast.casey.client(), f"{STUDENTS}{cast.student.id}"
    joined = send(client, f"{path}/team/", {"person_id": str(cast.cory.person.id), "part": "representative"})
    assert (joined.status_code, joined.json()["part"]) == (201, "representative")

    left = send(client, f"{path}/team/{joined.json()['id']}/", {}, "patch")
    assert left.json()["ends_on"] == cast.casey.actor.today.isoformat()
    added = send(
        client, f"{path}/guardians/", {"given_name": "Ana", "family_name": "Abbott", "relationship": "mother"}
    )
    assert added.json()["is_shared"] is False
    changed = send(client, f"{path}/guardians/{added.json()['id']}/", {"phone": "555-0100"}, "patch")
    assert (changed.status_code, changed.json()["phone"]) == (200, "555-0100")
    assert len(client.get(f"{path}/guardians/").json()["results"]) == 3


def test_reading_by_program_is_written_down(cast):
    """R21: the record of access knows programs too."""
    cast.casey.client().get(f"{STUDENTS}{cast.student.id}/")

    assert AuditEntry.objects.get(verb="students.record.opened").actor_person_id == cast.casey.person.id


def test_openapi_document_and_its_page_need_nothing(client, db):
    schema = client.get("/api/v1/schema/")
    page = client.get("/api/v1/docs/").content.decode()

    assert schema.json()["openapi"].startswith("3.1")
    assert "/api/v1/students/{student_id}/" in schema.json()["paths"]
    assert "/api/v1/students/{student_id}/" in page
    assert "//cdn" not in page and '<script src="http' not in page


def test_one_membership_more_gives_no_sight_of_another_district(cast):
    with cast.within(cast.otto):
        MembershipFactory(organization=cast.elsewhere, person=cast.ada.person, role="viewer")

    answer = cast.ada.client().get(STUDENTS, headers={"X-Organization": "dunmore"})

    assert answer.json()["results"] == []
