"""The auditor's page, its file, the check of the chain, and the student's record of access (R21, R23, R24)."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from audit import mutations, queries
from audit.forms import AuditForm
from audit.models import ChainCheck, Disclosure
from audit.views import cell
from casefile.queries.keyset import Place
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from core.mutation import audit, mutation
from core.sealer import anchor_heads, seal_waiting
from students import mutations as students

GIVEN = {
    "party": "Juniper County Health",
    "asked_on": date(2026, 3, 2),
    "disclosed_on": date(2026, 3, 4),
    "what": "The IEP in force",
    "purpose": "Nursing at school",
    "interest": "Plans the nurse's visits",
    "basis": "consent",
    "redisclosure": "",
}


@mutation
def act(*, actor, record, verb="students.record.updated", **values):
    audit(actor, verb, record, **values)


def lines(html):
    return re.findall(r'id="entry-(\d+)"', html)


def read(cast, query="", who="ada"):
    player = getattr(cast, who)
    return player.client().get(player.url(f"/audit/{query}"))


def test_only_who_may_read_the_audit_reads_it(cast):
    assert read(cast).status_code == 200
    for name in ("casey", "cory", "vic", "fin", "mina", "paula"):
        assert read(cast, who=name).status_code == 403, name
    assert cast.omar.client().post(cast.omar.url("/audit/verify/")).status_code == 403
    assert cast.omar.client().get(cast.omar.url("/audit/entries.csv")).status_code == 403


def test_entry_says_who_did_what_when_and_from_where(cast):
    cast.casey.client().get(
        cast.casey.url(f"/students/{cast.student.id}/"),
        headers={"User-Agent": "Auditor's test 1.0"},
        REMOTE_ADDR="192.0.2.9",
    )

    html = read(cast).content.decode()
    assert "Casey Cast" in html and "opened the record" in html and cast.student.name in html
    assert "from 192.0.2.9" in html and "Auditor&#x27;s test 1.0" in html
    assert "teacher: case manager" in html


def test_before_and_after_stand_together(cast):
    act(actor=cast.ada.actor, record=cast.student, fields=["grade"], grade_before="03", grade_after="04")

    assert "03 → 04" in read(cast).content.decode()


@pytest.fixture
def history(cast):
    act(actor=cast.casey.actor, record=cast.student)
    act(actor=cast.ada.actor, record=cast.other_student)
    students.log_access(actor=cast.casey.actor, student_id=cast.student.id, page="student")
    act(actor=cast.ada.actor, record=cast.school, verb="accounts.school.changed")
    cast.vic.client().get(cast.vic.url(f"/students/{cast.student.id}/edit/"))
    return cast


@pytest.mark.parametrize(
    ("query", "verbs"),
    [
        ("did=opened", ["students.record.opened"]),
        ("did=refused", ["accounts.act.refused"]),
        ("did=changed", ["accounts.school.changed", "students.record.updated", "students.record.updated"]),
        ("kind=accounts", ["accounts.act.refused", "accounts.school.changed"]),
        ("who={casey}", ["students.record.opened", "students.record.updated"]),
        ("student={other}", ["students.record.updated"]),
        ("who={ada}&student={other}", ["students.record.updated"]),
        ("since=2999-01-01", []),
        ("until=2000-01-01", []),
        ("until=9999-12-31&kind=nonsense&who=x&after=abc&did=%00", None),
        ("since=2000-01-01&until=2999-01-01&did=refused", ["accounts.act.refused"]),
    ],
)
def test_filters_narrow_the_list(history, query, verbs):
    cast = history
    ids = {"casey": cast.casey.person.id, "ada": cast.ada.person.id, "other": cast.other_student.id}
    if "%00" in query:
        assert read(cast, f"?{query}").status_code == 400
        return
    found = read(cast, f"?{query.format(**ids)}")

    shown = [AuditEntry.objects.get(id=entry_id).verb for entry_id in lines(found.content.decode())]
    assert shown == verbs


def test_sentence_names_whom_the_list_is_about(history):
    cast = history
    html = read(cast, f"?who={cast.casey.person.id}&student={cast.student.id}&did=opened").content.decode()

    assert f"Everything that Casey Cast opened with the record of {cast.student.name}." in html


def test_name_of_a_person_of_another_district_stays_there(cast):
    assert "Otto" not in read(cast, f"?who={cast.otto.person.id}").content.decode()
    with cast.within(cast.otto):
        act(actor=cast.otto.actor, record=cast.stranger)
    assert lines(read(cast).content.decode()) == []


def test_request_shows_all_that_it_did(cast):
    client = cast.casey.client()
    answer = client.get(cast.casey.url(f"/students/{cast.student.id}/"))
    act(actor=cast.ada.actor, record=cast.student)

    found = read(cast, f"?request={answer['X-Request-Id']}").content.decode()
    assert len(lines(found)) == 1


def test_pages_go_on_without_losing_or_repeating_a_line(cast):
    for _number in range(120):
        act(actor=cast.ada.actor, record=cast.student)
    seen, url = [], ""
    while url is not None:
        html = read(cast, url).content.decode()
        seen += lines(html)
        following = re.search(r'href="(\?[^"]*)" rel="next"', html)
        url = following[1].replace("&amp;", "&") if following else None

    assert seen == [str(n) for n in AuditEntry.objects.order_by("-at", "-id").values_list("id", flat=True)]
    assert len(seen) == 120


def test_list_asks_the_same_number_of_statements(cast):
    counts, client = [], cast.ada.client()
    path = cast.ada.url(f"/audit/?student={cast.student.id}")
    client.get(path)  # the first page of a session costs more
    for number in (1, 20):
        for _time in range(number):
            act(actor=cast.ada.actor, record=cast.student)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(path).status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_find_leads_to_people_and_students_without_a_name_in_an_address(cast):
    answer = cast.ada.client().post(cast.ada.url("/audit/find/"), {"words": "Cas"})
    html = answer.content.decode()
    assert f"?who={cast.casey.person.id}" in html
    answer = cast.ada.client().post(cast.ada.url("/audit/find/"), {"words": "Okafor"})
    assert f"?student={cast.other_student.id}" in answer.content.decode()
    assert cast.ada.client().post(cast.ada.url("/audit/find/"), {"words": " "}).status_code == 422


def test_file_has_the_narrowed_list_and_is_written_down(history):
    cast = history
    answer = cast.ada.client().get(cast.ada.url(f"/audit/entries.csv?student={cast.student.id}&did=opened"))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == ["students.record.opened"]
    assert rows[1][1] == "Casey Cast"
    entry = AuditEntry.objects.get(verb="audit.list.exported")
    assert entry.values == {"rows": 1, "filters": {"student": str(cast.student.id), "did": "opened"}}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =1"])
def test_cell_of_the_file_is_no_formula(text):
    assert cell(text) == f"'{text}"
    assert cell("Casey") == "Casey"


def test_check_of_the_chain_runs_as_a_job_and_shows_its_result(cast, deliver, settings, tmp_path):
    settings.AUDIT_ANCHOR = str(tmp_path / "anchors.jsonl")
    act(actor=cast.ada.actor, record=cast.student)
    client = cast.ada.client()
    assert client.post(cast.ada.url("/audit/verify/")).status_code == 303
    assert "is under way" in read(cast).content.decode()
    client.post(cast.ada.url("/audit/verify/"))
    assert ChainCheck.objects.count() == 1
    seal_waiting()
    anchor_heads({cast.district.id})

    deliver()

    found = ChainCheck.objects.get()
    assert (found.count, found.anchors) == (0, 1)
    assert found.entries >= 2
    assert "Whole" in read(cast).content.decode()


def test_check_names_what_it_found(cast, deliver, settings, tmp_path):
    settings.AUDIT_ANCHOR = str(tmp_path / "anchors.jsonl")
    (tmp_path / "anchors.jsonl").write_text(
        f'{{"organization": "{cast.district.id}", "seq": 9, "digest": "00", "at": "2026-01-01T00:00:00+00:00"}}\n'
    )
    cast.ada.client().post(cast.ada.url("/audit/verify/"))
    deliver()

    html = read(cast).content.decode()
    assert "Not whole" in html and "The end of the chain was cut off" in html


# --- The record of access


def record(cast, who="ada", prefix=""):
    player = getattr(cast, who)
    return player.client().get(player.url(f"{prefix}/students/{cast.student.id}/access-record/"))


def test_scripted_history_of_forty_accesses_is_the_report_exactly(cast, monkeypatch):
    """R24: 40 accesses by eight people on five days, and nothing else, in their order."""
    people = ("casey", "paula", "sam", "gina", "ada", "cory", "vic", "mina")
    wanted = []
    for day in range(5):
        for number, name in enumerate(people):
            at = now() - timedelta(days=9 - day, minutes=-number)
            monkeypatch.setattr("students.mutations.access.now", lambda at=at: at)
            monkeypatch.setattr(AuditEntry._meta.get_field("at"), "default", lambda at=at: at)
            monkeypatch.setattr(
                AuditEntry._meta.get_field("at"), "_get_default", lambda at=at: at, raising=False
            )
            page = ("student", "goals", "team", "timeline")[number % 4]
            students.log_access(actor=getattr(cast, name).actor, student_id=cast.student.id, page=page)
            wanted.append((f"{name.capitalize()} Cast", at, page))
            act(actor=cast.ada.actor, record=cast.student)  # a change is no access
            students.log_access(actor=cast.omar.actor, student_id=cast.other_student.id, page="student")

    found = queries.access_record(actor=cast.ada.actor, student_id=cast.student.id, place=Place())

    told = [(row.party, row.at, row.values["page"]) for row in found.rows]
    assert len(told) == 40
    assert told == wanted[::-1]
    assert all(row.interest for row in found.rows)


def test_disclosure_is_recorded_and_shown_with_all_that_the_law_asks_for(cast):
    client = cast.casey.client()
    path = cast.casey.url(f"/students/{cast.student.id}/access-record/add/")
    assert client.get(path).status_code == 200
    answer = client.post(path, {**GIVEN, "redisclosure": "The county's auditors"})
    assert answer.status_code == 303

    html = record(cast, "casey").content.decode()
    for text in (GIVEN["party"], GIVEN["purpose"], GIVEN["what"], "The county&#x27;s auditors", "99.30"):
        assert text in html
    assert "Plans the nurse&#x27;s visits" in html
    assert "Mar 2, 2026" in html and "Mar 4, 2026" in html
    entry = AuditEntry.objects.get(verb="audit.disclosure.recorded")
    assert entry.values == {"asked_on": "2026-03-02", "disclosed_on": "2026-03-04", "basis": "consent"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"party": ""}, "party"),
        ({"asked_on": "2999-01-01"}, "asked_on"),
        ({"disclosed_on": "2026-03-01"}, "disclosed_on"),
        ({"disclosed_on": "2999-03-01"}, "disclosed_on"),
        ({"what": ""}, "what"),
        ({"basis": ""}, "basis"),
        ({"basis": "because"}, "basis"),
        ({"party": "x" * 161}, "party"),
        ({"purpose": "a\x00b"}, "purpose"),
    ],
)
def test_bad_disclosure_is_refused_beside_its_field_and_kept(cast, changes, field):
    path = cast.casey.url(f"/students/{cast.student.id}/access-record/add/")
    answer = cast.casey.client().post(path, {**GIVEN, **changes})

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert GIVEN["interest"].replace("'", "&#x27;") in answer.content.decode()
    assert not Disclosure.objects.exists()


def test_request_that_was_refused_is_recorded_without_a_disclosure(cast):
    given = {**GIVEN, "disclosed_on": None, "what": "", "basis": ""}
    mutations.record_disclosure(
        actor=cast.ada.actor, student_id=cast.student.id, today=cast.ada.actor.today, **given
    )

    assert "Nothing was disclosed" in record(cast).content.decode()


@pytest.mark.parametrize("name", ["paula", "vic", "fin", "gina"])
def test_who_sees_less_does_not_read_the_record_of_access(cast, name):
    assert record(cast, name).status_code == 403


@pytest.mark.parametrize(("name", "error"), [("sam", NotAllowed), ("mina", NotAllowed), ("omar", NotFound)])
def test_only_who_keeps_the_case_file_records_disclosures(cast, name, error):
    with pytest.raises(error):
        mutations.record_disclosure(
            actor=getattr(cast, name).actor, student_id=cast.student.id, today=date(2026, 4, 1), **GIVEN
        )
    assert not Disclosure.objects.exists()


def test_parent_reads_the_record_of_access_of_the_own_child(cast):
    students.log_access(actor=cast.casey.actor, student_id=cast.student.id, page="student")
    for name in ("mina", "pat"):
        found = record(cast, name, "/family")
        assert found.status_code == 200
        html = found.content.decode()
        assert "Casey Cast" in html and "case manager" in html
        assert "add-disclosure" not in html
    other = cast.mina.client().get(cast.mina.url(f"/family/students/{cast.other_student.id}/access-record/"))
    assert other.status_code == 404


def test_opening_and_printing_the_record_of_access_are_accesses(cast):
    record(cast)
    path = cast.ada.url(f"/students/{cast.student.id}/printed/")
    assert cast.ada.client().post(path, {"page": "accessrecord"}).status_code == 204
    assert cast.omar.client().post(path).status_code == 404
    assert cast.ada.client().get(path).status_code == 405

    rows = queries.access_record(actor=cast.ada.actor, student_id=cast.student.id, place=Place()).rows
    assert [row.verb for row in rows] == ["students.record.printed", "students.record.opened"]
    assert "printed a page of the record".capitalize() in record(cast).content.decode()


def test_printed_head_says_that_it_is_confidential(cast):
    html = record(cast).content.decode()
    assert "Confidential student record · printed" in html and "by Ada Cast" in html


def test_record_of_access_asks_the_same_number_of_statements(cast):
    client = cast.ada.client()
    path = cast.ada.url(f"/students/{cast.student.id}/access-record/")
    client.get(path)
    counts = []
    for number in (1, 30):
        for _time in range(number):
            students.log_print(actor=cast.casey.actor, student_id=cast.student.id, page="student")
        with CaptureQueriesContext(connection) as statements:
            client.get(path)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_database_keeps_disclosures_sound(cast):
    row = Disclosure(
        organization_id=cast.district.id, student=cast.student, recorded_by_name="x", **{**GIVEN, "what": ""}
    )
    with pytest.raises(ValidationError):
        row.full_clean()


def test_mutation_refuses_the_future(cast):
    with pytest.raises(Invalid):
        mutations.record_disclosure(
            actor=cast.ada.actor, student_id=cast.student.id, today=date(2026, 3, 1), **GIVEN
        )


# --- The API


def test_api_gives_the_audit_in_cursor_pages(history):
    cast = history
    client = cast.ada.client()
    first = client.get("/api/v1/audit/?limit=2").json()
    second = client.get(first["next"]).json()

    ids = [row["id"] for row in first["results"] + second["results"]]
    assert ids == list(AuditEntry.objects.order_by("-at", "-id").values_list("id", flat=True)[:4])
    opened = client.get(f"/api/v1/audit/?did=opened&student={cast.student.id}").json()["results"]
    assert [row["verb"] for row in opened] == ["students.record.opened"]
    assert opened[0]["actor_name"] == "Casey Cast"
    assert client.get("/api/v1/audit/?who=nobody").status_code == 422
    assert cast.casey.client().get("/api/v1/audit/").status_code == 403


def test_api_gives_a_record_of_access(cast):
    students.log_access(actor=cast.casey.actor, student_id=cast.student.id, page="student")
    given = {**GIVEN, "asked_on": date(2026, 3, 2)}
    mutations.record_disclosure(
        actor=cast.ada.actor, student_id=cast.student.id, today=cast.ada.actor.today, **given
    )
    path = f"/api/v1/students/{cast.student.id}/access-record/"
    found = cast.mina.client().get(path).json()

    assert [(row["party"], row["purpose"]) for row in found["results"]] == [("Casey Cast", "student")]
    assert found["results"][0]["interest"] == ["teacher: case manager", "teacher: school"]
    assert [row["party"] for row in found["disclosures"]] == ["Juniper County Health"]
    assert cast.vic.client().get(path).status_code == 403
    assert cast.omar.client().get(path).status_code == 404


def test_day_that_has_no_day_after_is_left_out():
    assert AuditForm({"until": "9999-12-31"}).filters().until is None
