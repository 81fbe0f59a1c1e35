"""Acts upon the list, views, pins, export and the palette, as pages."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.http import QueryDict

from casefile import mutations, queries
from casefile.models import MOST_PINS, PinnedStudent, SavedView
from casefile.mutations import TooMany
from casefile.queries import Filters
from core.errors import NotAllowed, NotFound
from core.models import AuditEntry
from students import mutations as students
from students.models import Student, TeamMember, Undo
from tests.factories.students import StudentFactory, TagFactory, TeamMemberFactory


def text(response):
    return response.content.decode()


def exported(client, cast, **data):
    response = client.post(cast.casey.url("/caseload/export/"), data)
    body = b"".join(response.streaming_content).decode()
    assert body.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))


def test_an_act_is_previewed_done_and_taken_back_by_plain_forms(cast):
    second = StudentFactory(organization=cast.district, school=cast.school, given_name="Nell")
    TeamMemberFactory(student=second, person=cast.casey.person)
    client = cast.casey.client()
    ids = [str(cast.student.id), str(second.id)]

    preview = client.post(cast.casey.url("/caseload/bulk/"), {"ids": ids, "act": "assign"})
    assert "2 students. 1 can be changed, 1 you may not change." in text(preview)
    assert "you may not change this for them" in text(preview)
    assert not Undo.objects.exists()

    done = client.post(
        cast.casey.url("/caseload/bulk/assign/"),
        {
            "ids": ids,
            "person": str(cast.sam.person.id),
            "starts_on": str(cast.casey.actor.today),
            "note": "Hi",
        },
    )
    undo = Undo.objects.get()
    assert (done.status_code, done["Location"]) == (303, cast.casey.url(f"/done/{undo.id}/"))
    page = client.get(done["Location"])
    assert "1 student assigned to Sam Cast. 1 was left alone." in text(page)

    client.post(cast.casey.url(f"/done/{undo.id}/undo/"))
    row = TeamMember.objects.get(student=cast.student, part="case_manager", ends_on=None)
    assert row.person_id == cast.casey.person.id


def test_a_refused_form_of_an_act_keeps_what_was_typed(cast):
    client = cast.casey.client()

    response = client.post(
        cast.casey.url("/caseload/bulk/assign/"),
        {"ids": [str(cast.student.id)], "person": "", "starts_on": "2020-01-01", "note": "Kept words"},
    )

    assert response.status_code == 422
    assert "Kept words" in text(response)
    assert not Undo.objects.exists()


@pytest.mark.parametrize("act", ["assign", "archive"])
def test_nothing_chosen_leads_back_to_the_list(cast, act):
    response = cast.ada.client().post(cast.ada.url("/caseload/bulk/"), {"act": act, "ids": ["nonsense"]})

    assert (response.status_code, response["Location"]) == (303, cast.ada.url("/caseload/"))


def test_all_that_match_are_chosen_by_the_filters(cast):
    response = cast.ada.client().post(
        cast.ada.url("/caseload/bulk/"), {"act": "add_tag", "all": "1", "grade": "07"}
    )

    assert "Tariq Okafor" in text(response)
    assert cast.student.name not in text(response)


def test_another_act_does_not_exist(cast):
    response = cast.ada.client().post(
        cast.ada.url("/caseload/bulk/"), {"act": "destroy", "ids": [str(cast.student.id)]}
    )

    assert response.status_code == 404


def test_a_hand_over_shows_ones_own_students_and_anybodys_to_an_administrator(cast):
    own = text(cast.casey.client().get(cast.casey.url("/caseload/hand-over/")))
    other = text(
        cast.casey.client().get(cast.casey.url(f"/caseload/hand-over/?person={cast.omar.person.id}"))
    )
    anybody = text(cast.ada.client().get(cast.ada.url(f"/caseload/hand-over/?person={cast.omar.person.id}")))

    assert cast.student.name in own
    assert cast.other_student.name not in own + other
    assert cast.other_student.name in anybody
    assert cast.paula.client().get(cast.casey.url("/caseload/hand-over/")).status_code == 403


def test_the_team_page_says_who_stands_in_for_whom(cast):
    today = cast.casey.actor.today
    TeamMemberFactory(
        student=cast.student,
        person=cast.omar.person,
        part="case_manager",
        ends_on=today + timedelta(days=9),
        stands_in_for=cast.casey.person,
    )

    page = text(cast.casey.client().get(cast.casey.url(f"/students/{cast.student.id}/team/")))

    assert "substitute for Casey Cast until" in page
    assert "Case manager Casey Cast" in page


def test_the_end_of_a_part_offers_undo(cast):
    member = TeamMember.objects.get(student=cast.student, person=cast.sam.person)
    client = cast.casey.client()

    page = client.post(
        cast.casey.url(f"/students/{cast.student.id}/edit/team/{member.id}/end/"),
        {"ends_on": str(cast.casey.actor.today)},
        follow=True,
    )
    undo = Undo.objects.get(record_id=member.id)
    assert f"/done/{undo.id}/undo/" in text(page)
    client.post(cast.casey.url(f"/done/{undo.id}/undo/"))

    member.refresh_from_db()
    assert member.ends_on is None


def test_a_view_keeps_filters_and_never_what_was_typed(cast):
    client = cast.casey.client()

    client.post(
        cast.casey.url("/caseload/views/new/?grade=04&sort=name&no_goals=1&search=abc&q=Zoe&after=x"),
        {"name": "Fourth grade", "is_default": "on"},
    )

    view = SavedView.objects.get()
    assert view.words == {"grade": "04", "sort": "name", "no_goals": "1"}
    opened = client.get(cast.casey.url("/caseload/"))
    assert opened.status_code == 302
    assert QueryDict(opened["Location"].partition("?")[2]).dict() == view.words
    page = text(client.get(opened["Location"]))
    assert 'aria-current="page">Fourth grade' in page
    assert ">Goals</th>" not in page
    assert client.get(cast.casey.url("/caseload/?view=all")).status_code == 200


def test_a_view_is_renamed_deleted_and_brought_back(cast):
    client = cast.casey.client()
    view = mutations.save_view(actor=cast.casey.actor, name="Mine", words={"grade": "04"})

    client.post(cast.casey.url(f"/caseload/views/{view.id}/"), {"name": "Ours"})
    client.post(cast.casey.url(f"/caseload/views/{view.id}/delete/"))
    assert queries.saved_views(actor=cast.casey.actor) == ()
    client.post(cast.casey.url(f"/caseload/views/{view.id}/restore/"))

    (row,) = queries.saved_views(actor=cast.casey.actor)
    assert (row.name, row.is_own, row.is_shared) == ("Ours", True, False)


def test_views_are_ones_own_unless_an_administrator_shares_them(cast):
    mine = mutations.save_view(actor=cast.casey.actor, name="Mine", words={"grade": "04"})
    shared = mutations.save_view(actor=cast.ada.actor, name="Ours", words={"grade": "05"}, is_shared=True)

    with pytest.raises(NotAllowed):
        mutations.save_view(actor=cast.casey.actor, name="All", words={}, is_shared=True)
    with pytest.raises(NotFound):
        mutations.rename_view(actor=cast.omar.actor, view_id=mine.id, name="Theirs")
    with pytest.raises(NotAllowed):
        mutations.delete_view(actor=cast.casey.actor, view_id=shared.id)

    assert [row.name for row in queries.saved_views(actor=cast.omar.actor)] == ["Ours"]


def test_a_list_is_exported_with_the_columns_of_the_readers_rights(cast):
    TagFactory(student=cast.student, label="=cmd()")
    (line,) = exported(cast.casey.client(), cast, grade="04")
    assert (line["Student"], line["Disability"], line["Tags"], line["Case manager"]) == (
        cast.student.name,
        "Specific learning disability",
        "'=cmd()",
        "Casey Cast",
    )

    finance = {row["Student"]: row for row in exported(cast.fin.client(), cast)}
    assert finance[cast.student.name]["Grade"] == "Grade 4"
    for column in ("Disability", "Eligibility", "Tags", "Case manager", "Goals", "Annual review"):
        assert finance[cast.student.name][column] == ""


@pytest.mark.parametrize("who", ["vic", "paula", "mina"])
def test_viewers_aides_and_families_export_nothing(cast, who):
    player = getattr(cast, who)
    response = player.client().post(player.url("/caseload/export/"))

    assert response.status_code == 403
    assert not AuditEntry.objects.filter(verb="casefile.list.exported").exists()


def test_an_export_is_written_down_once_and_on_each_student(cast):
    exported(cast.ada.client(), cast, grade="04")

    entry = AuditEntry.objects.get(verb="casefile.list.exported")
    assert (entry.values["count"], entry.values["grade"]) == (1, "04")
    rows = AuditEntry.objects.filter(verb="students.record.exported")
    assert list(rows.values_list("student_id", flat=True)) == [cast.student.id]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_an_export_is_a_formula(cast, name):
    Student.objects.filter(id=cast.student.id).update(preferred_name=name)

    (line,) = exported(cast.casey.client(), cast)

    assert line["Student"].startswith("'")


def test_an_export_reads_as_often_for_three_students_as_for_one(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements():
        ids = queries.listed_ids(actor=cast.ada.actor, filters=Filters(), today=cast.ada.actor.today, most=9)
        with CaptureQueriesContext(connection) as captured:
            queries.exported(actor=cast.ada.actor, ids=ids, today=cast.ada.actor.today)
        return len(captured)

    before = statements()
    StudentFactory.create_batch(3, organization=cast.district, school=cast.school)

    assert statements() == before


def test_students_are_pinned_up_to_eight_and_unpinned(cast):
    client = cast.casey.client()
    client.post(cast.casey.url(f"/students/{cast.student.id}/pin/"))
    page = text(client.get(cast.casey.url("/caseload/")))
    assert "Pinned students" in page
    others = StudentFactory.create_batch(MOST_PINS, organization=cast.district, school=cast.school)
    for other in others[:-1]:
        mutations.pin_student(actor=cast.ada.actor, student_id=other.id)
    mutations.pin_student(actor=cast.ada.actor, student_id=cast.student.id)
    with pytest.raises(TooMany):
        mutations.pin_student(actor=cast.ada.actor, student_id=others[-1].id)

    client.post(cast.casey.url(f"/students/{cast.student.id}/unpin/"))
    assert not PinnedStudent.objects.filter(person=cast.casey.person).exists()


def test_a_pinned_student_whom_one_no_longer_sees_is_gone(cast):
    mutations.pin_student(actor=cast.casey.actor, student_id=cast.student.id)
    TeamMember.objects.filter(person=cast.casey.person).update(ends_on=cast.casey.actor.today)

    assert queries.pins(actor=cast.casey.acting(), today=cast.casey.actor.today) == ()
    with pytest.raises(NotFound):
        mutations.pin_student(actor=cast.omar.actor, student_id=cast.student.id)


def test_the_palette_finds_only_students_whom_one_sees(cast):
    mine = text(cast.casey.client().post(cast.casey.url("/palette/"), {"q": "nun"}))
    theirs = text(cast.omar.client().post(cast.omar.url("/palette/"), {"q": "nun"}))

    assert cast.student.name in mine
    assert cast.student.name not in theirs
    assert "Nothing found. Try part of a name." in theirs


def test_the_palette_offers_pages_and_acts_by_right(cast):
    admin = text(cast.ada.client().post(cast.ada.url("/palette/"), {"q": ""}))
    aide = text(cast.paula.client().post(cast.paula.url("/palette/"), {"q": ""}))

    assert "Invite somebody" in admin
    assert "Add student" in admin
    assert "Invite somebody" not in aide
    assert "Add student" not in aide
    assert "Keyboard shortcuts" in aide
    assert cast.ada.client().get(cast.ada.url("/palette/?q=nun")).status_code == 405


def test_an_export_has_the_districts_own_fields_by_their_viewers(cast):
    """With days as ISO 8601, whatever order the district writes them in, and no formula."""
    rows = {
        "Bus": ("text", "record", "=cmd"),
        "Walks since": ("date", "record", "2025-03-09"),
        "Call first": ("text", "guardians", "Aunt"),
    }
    for name, (kind, viewers, value) in rows.items():
        field = students.add_custom_field(actor=cast.ada.actor, name=name, kind=kind, viewers=viewers)
        students.set_custom_values(
            actor=cast.casey.actor, student_id=cast.student.id, values={str(field.id): value}
        )

    own = {row["Student"]: row for row in exported(cast.casey.client(), cast)}
    line = own[cast.student.name]
    assert (line["Bus"], line["Walks since"], line["Call first"]) == ("'=cmd", "2025-03-09", "Aunt")
    finance = exported(cast.fin.client(), cast)
    assert not {"Bus", "Walks since", "Call first"} & set(finance[0])


def test_a_familys_palette_leads_to_their_children_and_their_settings(cast):
    client = cast.mina.client()
    day = text(client.get(cast.mina.url("/")))
    whole = text(client.post(cast.mina.url("/palette/"), {"q": ""}))

    assert "data-palette-script" in day
    assert f"/students/{cast.student.id}/" in whole and "/preferences/" in whole
    assert not any(word in whole for word in ("Views of the caseload", "Hand over", "Add student"))
    assert str(cast.student.id) not in text(client.post(cast.mina.url("/palette/"), {"q": "zzz"}))
