"""Every change of a case file: hidden from outsiders, refused to those who only look, told to its lists."""

import pytest

from core.actor import system_actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from students import mutations
from students.models import Guardian, Student, Tag, TeamMember
from students.queries import Archived
from tests.students.audits import last_audit

OUTSIDERS = ["omar", "otto", "pat"]

WATCHERS = ["paula", "sam", "gina", "cory", "vic", "fin", "mina"]


def calls(cast):
    """Every change of a student, as a function of who asks."""
    student = cast.student.id
    member = TeamMember.objects.get(student=student, person=cast.sam.person).id
    guardian = Guardian.objects.get(student=student, person=cast.mina.person).id
    return {
        "update_identity": {"student_id": student, "changes": {"grade": "05"}},
        "update_record": {"student_id": student, "changes": {"disability": "AUT"}},
        "set_external_id": {"student_id": student, "kind": "state", "value": "S-1"},
        "add_tag": {"student_id": student, "label": "bus 9"},
        "remove_tag": {"student_id": student, "label": "bus 12"},
        "archive_student": {"student_id": student, "reason": "Moved"},
        "restore_student": {"student_id": student},
        "add_team_member": {
            "student_id": student,
            "person_id": cast.omar.person.id,
            "part": "special_education",
        },
        "end_team_member": {"student_id": student, "member_id": member},
        "add_guardian": {
            "student_id": student,
            "given_name": "Ana",
            "family_name": "Abbott",
            "relationship": "grandparent",
        },
        "update_guardian": {"student_id": student, "guardian_id": guardian, "changes": {"phone": "555-0134"}},
        "end_guardian": {"student_id": student, "guardian_id": guardian},
        "invite_guardian": {"student_id": student, "guardian_id": guardian},
    }


NAMES = [
    "update_identity",
    "update_record",
    "set_external_id",
    "add_tag",
    "remove_tag",
    "archive_student",
    "restore_student",
    "add_team_member",
    "end_team_member",
    "add_guardian",
    "update_guardian",
    "end_guardian",
    "invite_guardian",
]


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize("name", NAMES)
def test_changes_hide_the_student_from_outsiders(cast, name, outsider):
    """R13: same job, other caseload; other district; parent under the staff hat."""
    arguments = calls(cast)[name]
    before = AuditEntry.objects.count()

    with cast.within(getattr(cast, outsider)) as actor, pytest.raises(NotFound):
        getattr(mutations, name)(actor=actor, **arguments)

    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("watcher", WATCHERS)
@pytest.mark.parametrize("name", NAMES)
def test_changes_are_refused_to_who_may_only_look(cast, name, watcher):
    arguments = calls(cast)[name]

    with pytest.raises(NotAllowed):
        getattr(mutations, name)(actor=getattr(cast, watcher).actor, **arguments)


@pytest.mark.parametrize("name", NAMES)
def test_changes_wake_the_student_and_its_lists(cast, name):
    """Every change that changes something tells the student's page and the case manager's list."""
    arguments = calls(cast)[name]
    if name in {"remove_tag", "restore_student", "invite_guardian"}:
        Tag.objects.create(organization=cast.district, student=cast.student, label="bus 12")
        Student.objects.filter(id=cast.student.id).update(
            archived_at="2026-01-01T00:00Z" if name == "restore_student" else None
        )
        Guardian.objects.filter(person=cast.mina.person).update(person=None)

    getattr(mutations, name)(actor=cast.ada.actor, **arguments)

    told = {topic for event in OutboxEvent.objects.all() for topic in event.topics}
    assert f"student.{cast.student.id}" in told
    assert f"caseload.{cast.casey.person.id}" in told
    assert last_audit().student_id == cast.student.id


def test_archive_ends_sight_and_restore_brings_it_back(cast):
    mutations.archive_student(actor=cast.ada.actor, student_id=cast.student.id, reason="Moved away")

    assert cast.student not in Student.objects.visible_to(cast.casey.acting())
    with pytest.raises(Archived):
        mutations.add_tag(actor=cast.ada.actor, student_id=cast.student.id, label="x")
    mutations.restore_student(actor=cast.ada.actor, student_id=cast.student.id)
    assert cast.student in Student.objects.visible_to(cast.casey.acting())
    assert "Moved" not in str(AuditEntry.objects.values_list("values", "reason"))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_archive_asks_for_a_reason(cast, reason):
    with pytest.raises(Invalid):
        mutations.archive_student(actor=cast.ada.actor, student_id=cast.student.id, reason=reason)


def test_opening_a_record_is_written_once_a_sitting(cast):
    for _ in range(3):
        mutations.log_access(actor=cast.paula.actor, student_id=cast.student.id, page="student")
    mutations.log_access(actor=cast.sam.actor, student_id=cast.student.id, page="student")

    opened = AuditEntry.objects.filter(verb="students.record.opened").order_by("id")
    assert [entry.actor_person_id for entry in opened] == [cast.paula.person.id, cast.sam.person.id]
    assert not OutboxEvent.objects.filter(verb="students.record.opened").exclude(topics=[]).exists()


def test_annual_review_is_copied_and_told(cast):
    today = cast.casey.actor.today
    mutations.set_annual_review(actor=cast.casey.actor, student=cast.student, on=today)

    cast.student.refresh_from_db()
    assert cast.student.annual_review_on == today
    assert last_audit().verb == "students.annual_review.set"


def test_software_changes_a_student_as_itself(cast):
    actor = system_actor(organization_id=cast.district.id, name="roster")

    mutations.update_identity(actor=actor, student_id=cast.student.id, changes={"grade": "06"})

    entry = last_audit()
    assert (entry.actor_kind, entry.actor_name, entry.actor_person_id) == ("system", "roster", None)
