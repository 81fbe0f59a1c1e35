"""R21: whatever shows, hands out or refuses a student's record writes down who, when, what, why and where."""

import traceback
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from core.models import AuditEntry
from students import mutations
from tests.routes import furnish, ids_of, routes

WORD = "Hereabouts"
SECTION_PARTS = {"/ieps/service/": "service_id", "/ieps/accommodation/": "accommodation_id"}
SHOWS = ("students.record.opened", "students.record.exported")
# Lists and front pages: they lead to records without opening one. Each says why it needs no entry for each student.
LEADS = {
    "/": "my day names whose dates are near; opening the student is written down",
    "/caseload/": "the list of names; opening the student is written down",
    "/students/new/": "names schools, no student",
    "/progress/": "the list of goals by name; opening the student, and taking the list along, are written down",
    "/roster/": "the roster of all pupils is no record of special education",
    "/ieps/": "the list of names; opening the IEP is written down",
    **dict.fromkeys(
        (
            "/imports/",
            "/imports/<uuid:run_id>/",
            "/imports/<uuid:run_id>/cancel/",
            "/imports/<uuid:run_id>/repeat/",
            "/api/v1/imports/",
            "/api/v1/imports/<uuid:run_id>/",
        ),
        "a file, its maker and counts",
    ),
    **dict.fromkeys(
        ("/people/", "/people/new/", "/people/<uuid:person_id>/roles/new/"), "people and names of schools"
    ),
    "/retention/": "years, of no student",
    "/retention/due/": "names who is due; opening the student is written down",
    "/destructions/<uuid:destruction_id>/": "days, counts and an id",
    "/destructions/<uuid:destruction_id>/certificate.pdf": "days, counts and an id",
    "/exports/<uuid:export_id>/record.zip": "there is no file yet; each that is handed out is written down",
    "/api/v1/exports/<uuid:export_id>/": "how far a copy is",
    "/api/v1/exports/<uuid:export_id>/file/": "there is no file yet; each that is handed out is written down",
    "/messages/": "one's own messages",
    "/outbox/": "messages to people",
    "/api/v1/outbox/": "messages to people",
    "/api/v1/messages/": "one's own messages",
    "/api/v1/messages/<uuid:message_id>/": "one message",
    "/api/v1/roster/": "the roster of all pupils is no record of special education",
    "/api/v1/retention/due/": "ids of who is due; opening the student is written down",
    "/api/v1/destructions/<uuid:destruction_id>/": "days, counts and an id",
    "/messages/<uuid:message_id>/": "one message",
    "/schools/": "names of schools",
    "/schools/<uuid:school_id>/": "the name of a school",
}
# Everything below these is about people, schools and files, and about acts whose students it only names.
ABOUT_OTHERS = (
    "/people/",
    "/schools/",
    "/calendars/",
    "/invitations/",
    "/imports/",
    "/audit/",
    "/tokens/",
    "/settings/",
    "/api/v1/tokens/",
    "/api/v1/roles/",
    "/api/v1/grants/",
    "/api/v1/people/",
    "/api/v1/schools/",
    "/api/v1/school-years/",
    "/api/v1/invitations/",
    "/api/v1/imports/",
    "/api/v1/audit/",
    "/api/v1/custom-fields/",
    "/api/v1/saved-views/",
)
AGENT = "Mozilla/5.0 (auditor's test)"
TURNS = 8  # tests that share the addresses: to furnish a district takes longer than to ask one


def readable():
    return sorted({(route.pattern, route.is_api) for route in routes()})


def address(pattern, ids):
    known = dict(ids)
    for beginning, name in SECTION_PARTS.items():
        if beginning in pattern:
            known["part_id"] = ids[name]
    route = next(route for route in routes() if route.pattern == pattern)
    return route.path(known)


@pytest.fixture
def furnished(cast):
    furnish(cast.student, cast.casey, WORD)
    cast.ids = ids_of(cast.district.id)
    return cast


def rows(cast):
    return AuditEntry.objects.filter(verb__in=SHOWS, student_id=cast.student.id)


@pytest.mark.parametrize("turn", range(TURNS))
def test_route_that_shows_a_student_writes_it_down(furnished, turn):
    """One call of every address that answers GET: where the student stands in the answer, the access is recorded.

    A new address that shows a student and records nothing fails here: decorate it `opens_record` or `exports_record`.
    """
    wrong = {}
    for pattern, is_api in readable()[turn::TURNS]:
        with transaction.atomic():
            try:
                look(furnished, pattern, is_api)
            except Exception:  # each address is told of
                wrong[pattern] = traceback.format_exc()
            transaction.set_rollback(True)

    assert not wrong, "\n".join(f"{pattern}:\n{what}" for pattern, what in wrong.items())


def look(cast, pattern, is_api):
    """Call one address, and assert that an access is recorded if it was one."""
    path = address(pattern, cast.ids)
    before = now()
    answer = cast.ada.visitor.ask(
        "get",
        path if is_api else cast.ada.url(path),
        headers={"User-Agent": AGENT, "X-Request-Id": "audit-test-0001"},
        REMOTE_ADDR="192.0.2.44",
    )
    if answer.status_code >= 400 or pattern in LEADS or pattern.startswith(ABOUT_OTHERS):
        assert not rows(cast).exists()
        return
    if answer.status_code >= 300:  # it shows nothing itself
        return
    shows = WORD.encode() in (b"".join(answer) if answer.streaming else answer.content)
    if not shows and "student_id" not in pattern:
        return

    entry = rows(cast).get()
    assert (entry.actor_person_id, entry.actor_name) == (cast.ada.person.id, "Ada Cast")
    assert before <= entry.at <= now()
    assert entry.record_id == cast.student.id
    assert entry.values["interest"]
    assert entry.values.get("page") or entry.values.get("what")
    assert (entry.request_id, entry.ip, entry.user_agent) == ("audit-test-0001", "192.0.2.44", AGENT)


def test_lists_that_need_no_entry_exist():
    assert {pattern for pattern, _is_api in readable()} >= set(LEADS)


def test_interest_says_what_ties_the_reader_to_the_student(cast):
    for name in ("casey", "paula", "cory", "mina"):
        getattr(cast, name).client().get(getattr(cast, name).url(f"/students/{cast.student.id}/"))

    said = {entry.actor_name: entry.values["interest"] for entry in rows(cast)}
    assert said == {
        "Casey Cast": ["teacher: case manager", "teacher: school"],
        "Paula Cast": ["paraprofessional: school", "paraprofessional: team"],
        "Cory Cast": ["coordinator: school"],
        "Mina Cast": ["parent: own child"],
    }


def test_sitting_is_one_entry_however_often_a_page_refetches(cast):
    client = cast.casey.client()
    for path in ("", "team/", "timeline/", ""):
        client.get(cast.casey.url(f"/students/{cast.student.id}/{path}"), headers={"X-Live": "1"})

    assert rows(cast).count() == 1


def test_sitting_ends_after_thirty_minutes(cast, monkeypatch):
    mutations.log_access(actor=cast.casey.actor, student_id=cast.student.id, page="student")
    for minutes, count in ((29, 1), (31, 2)):
        monkeypatch.setattr("students.mutations.access.now", lambda m=minutes: now() + timedelta(minutes=m))
        mutations.log_access(actor=cast.casey.actor, student_id=cast.student.id, page="student")
        assert rows(cast).count() == count


def test_every_export_is_written_down_each_time(furnished):
    cast = furnished
    path = cast.casey.url(f"/students/{cast.student.id}/goals/{cast.ids['goal_id']}/progress/scores.csv")
    client = cast.casey.client()
    assert client.get(path).status_code == 200
    client.get(path)

    entries = rows(cast).filter(verb="students.record.exported")
    assert [entry.values["format"] for entry in entries] == ["csv", "csv"]
    assert entries[0].values["what"] == "scores_csv"


def test_page_that_fails_opened_nothing(furnished, monkeypatch):
    """What is rolled back leaves no word of success."""
    cast = furnished
    client = cast.casey.client(raise_request_exception=False)

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("casefile.queries.shell.standing", fail)
    monkeypatch.setattr("casefile.context.standing", fail)
    answer = client.get(cast.casey.url(f"/students/{cast.student.id}/"))

    assert answer.status_code == 500
    assert not rows(cast).exists()


def test_list_of_records_writes_each_student_once(cast):
    client = cast.ada.client()
    for _time in range(2):
        assert client.get("/api/v1/students/").status_code == 200

    opened = AuditEntry.objects.filter(verb="students.record.opened")
    assert sorted(entry.student_id for entry in opened) == sorted([cast.student.id, cast.other_student.id])


@pytest.mark.parametrize("is_api", [False, True])
def test_asking_for_a_record_one_may_not_see_is_written_down(cast, is_api):
    path = (
        f"/api/v1/students/{cast.student.id}/" if is_api else cast.omar.url(f"/students/{cast.student.id}/")
    )
    assert cast.omar.client().get(path).status_code == 404

    entry = AuditEntry.objects.get(verb="accounts.act.refused")
    assert (entry.student_id, entry.actor_person_id) == (cast.student.id, cast.omar.person.id)
    assert entry.values["code"] == "not_found"
    assert not rows(cast).exists()


def test_asking_for_what_is_nowhere_is_written_down_alike(cast):
    """Nothing tells a record of another district from none at all, not even here."""
    client = cast.omar.client()
    for student_id in (cast.stranger.id, "01890000-0000-7000-8000-000000000000"):
        assert client.get(cast.omar.url(f"/students/{student_id}/")).status_code == 404

    entries = AuditEntry.objects.filter(verb="accounts.act.refused")
    assert [entry.student_id for entry in entries] == [None, None]
    assert [entry.values for entry in entries] == [
        {"route": "casefile:student", "method": "GET", "code": "not_found"}
    ] * 2


def test_forbidden_act_names_its_student(cast):
    assert cast.vic.client().get(cast.vic.url(f"/students/{cast.student.id}/edit/")).status_code == 403

    entry = AuditEntry.objects.get(verb="accounts.act.refused")
    assert (entry.student_id, entry.record_id) == (cast.student.id, cast.student.id)
