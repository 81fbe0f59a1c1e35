"""Transfers, exits and returns: on the day, by themselves on a day to come, taken back, and told."""

from datetime import timedelta

import pytest

from core.actor import system_actor
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry, OutboxEvent
from students import mutations
from students.models import Move, SchoolEnrollment, Student, TeamMember
from students.mutations.schooling import MovePlanned, NotEnrolled, NothingToUndo
from students.tasks import move_waiting


def transferred(cast, **more):
    return mutations.transfer_student(
        actor=cast.casey.actor, student_id=cast.student.id, school_id=cast.other_school.id, **more
    )


def gone(cast, reason="moved", **more):
    return mutations.exit_student(actor=cast.casey.actor, student_id=cast.student.id, reason=reason, **more)


def _system(cast):
    return system_actor(organization_id=cast.district.id, name="clock")


def now_of(cast):
    return Student.objects.get(id=cast.student.id)


def test_transfer_closes_one_enrollment_opens_another_and_tells_both_schools(cast):
    transferred(cast, grade="05")

    closed, opened = SchoolEnrollment.objects.filter(student=cast.student).order_by("created_at")
    today = cast.casey.actor.today
    assert (closed.school_id, closed.ends_on, closed.ending) == (cast.school.id, today, "transfer")
    assert (opened.school_id, opened.starts_on, opened.ends_on) == (cast.other_school.id, today, None)
    assert (now_of(cast).school_id, now_of(cast).grade) == (cast.other_school.id, "05")
    told = set(OutboxEvent.objects.get(verb="students.move.done").topics)
    assert {f"school.{cast.school.id}", f"school.{cast.other_school.id}", cast.student.topic} <= told


def test_transfer_keeps_the_team_unless_asked(cast):
    transferred(cast)

    assert TeamMember.objects.filter(student=cast.student, ends_on=None).count() == 4


def test_transfer_ends_the_parts_of_who_does_not_work_at_the_new_school_when_asked(cast):
    transferred(cast, ends_parts=True)

    left = TeamMember.objects.filter(student=cast.student, ends_on=None).values_list(
        "person__email", flat=True
    )
    assert set(left) == {"casey@example.org", "sam@example.org"}  # the case manager, and who works at both


def test_transfer_on_a_day_to_come_happens_by_itself_once(cast):
    day = cast.casey.actor.today + timedelta(days=10)
    move = transferred(cast, on=day)
    assert (move.state, now_of(cast).school_id) == ("pending", cast.school.id)
    assert move_waiting(actor=_system(cast)) == 0

    Move.objects.filter(id=move.id).update(on=cast.casey.actor.today)
    assert move_waiting(actor=_system(cast)) == 1
    assert move_waiting(actor=_system(cast)) == 0

    assert now_of(cast).school_id == cast.other_school.id
    assert AuditEntry.objects.filter(verb="students.move.done").count() == 1


def test_planned_move_is_one_and_can_be_canceled(cast):
    move = transferred(cast, on=cast.casey.actor.today + timedelta(days=10))
    with pytest.raises(MovePlanned):
        gone(cast)

    mutations.cancel_move(actor=cast.casey.actor, student_id=cast.student.id, move_id=move.id)
    Move.objects.filter(id=move.id).update(on=cast.casey.actor.today)

    assert move_waiting(actor=_system(cast)) == 0
    assert now_of(cast).school_id == cast.school.id


@pytest.mark.parametrize(
    ("reason", "enrollment"),
    [
        ("diploma", "graduated"),
        ("alternate", "graduated"),
        ("certificate", "graduated"),
        ("maximum_age", "inactive"),
        ("moved", "transferred"),
        ("dropped_out", "inactive"),
        ("died", "inactive"),
        ("regular", "active"),
    ],
)
def test_exit_leaves_the_lists_keeps_the_file_and_is_taken_back(cast, reason, enrollment):
    """Each category of section 618."""
    client = cast.casey.client()
    move = gone(cast, reason=reason, destination="Quince Unified")

    assert (now_of(cast).enrollment, now_of(cast).eligibility) == (enrollment, "exited")
    name = str(cast.student.id)
    assert name not in client.get(cast.casey.url("/caseload/")).content.decode()
    assert name in client.get(cast.casey.url("/caseload/?standing=left")).content.decode()
    assert client.get(cast.casey.url(f"/students/{name}/")).status_code == 200

    mutations.undo_exit(actor=cast.casey.actor, student_id=cast.student.id, move_id=move.id)
    assert (now_of(cast).enrollment, now_of(cast).eligibility) == ("active", "eligible")
    assert SchoolEnrollment.objects.filter(student=cast.student, ends_on=None).count() == (
        reason != "regular"
    )
    assert name in client.get(cast.casey.url("/caseload/")).content.decode()


def test_who_came_back_is_enrolled_and_the_exit_can_no_longer_be_taken_back(cast):
    move = gone(cast)
    mutations.reenter_student(
        actor=cast.casey.actor, student_id=cast.student.id, school_id=cast.other_school.id, grade="05"
    )

    assert (now_of(cast).enrollment, now_of(cast).school_id) == ("active", cast.other_school.id)
    assert now_of(cast).eligibility == "eligible"
    with pytest.raises(NothingToUndo):
        mutations.undo_exit(actor=cast.casey.actor, student_id=cast.student.id, move_id=move.id)


def test_who_returns_from_regular_education_is_referred_again(cast):
    gone(cast, reason="regular")
    mutations.reenter_student(
        actor=cast.casey.actor, student_id=cast.student.id, school_id=cast.school.id, grade="05"
    )

    assert now_of(cast).eligibility == "referred"


def test_moves_that_cannot_be_are_refused(cast):
    today = cast.casey.actor.today
    for wrong in ({"school_id": cast.school.id}, {"school_id": cast.school_elsewhere.id}):
        with pytest.raises(Invalid):
            mutations.transfer_student(actor=cast.casey.actor, student_id=cast.student.id, **wrong)
    with pytest.raises(Invalid):
        transferred(cast, on=today + timedelta(days=401))
    with pytest.raises(Invalid):
        gone(cast, reason="bored")
    gone(cast)
    with pytest.raises(NotEnrolled):
        transferred(cast)
    assert Move.objects.count() == 1


def test_who_may_only_look_moves_nobody(cast):
    with pytest.raises(NotAllowed):
        mutations.exit_student(actor=cast.vic.actor, student_id=cast.student.id, reason="moved")


def test_correcting_the_school_corrects_the_history(cast):
    transferred(cast)
    mutations.update_identity(
        actor=cast.ada.actor, student_id=cast.student.id, changes={"school_id": cast.school.id}
    )

    assert SchoolEnrollment.objects.get(student=cast.student, ends_on=None).school_id == cast.school.id


def test_request_for_records_reminds_until_they_are_sent(cast):
    today = cast.casey.actor.today
    request = mutations.add_records_request(
        actor=cast.casey.actor,
        student_id=cast.student.id,
        direction="to_us",
        party="Quince Unified",
        asked_on=today - timedelta(days=10),
    )
    client, url = cast.casey.client(), cast.casey.url(f"/students/{cast.student.id}/record/schools/")
    assert "Waiting for 10 days" in client.get(url).content.decode()

    mutations.update_records_request(
        actor=cast.casey.actor, student_id=cast.student.id, request_id=request.id, changes={"sent_on": today}
    )
    assert "Waiting for" not in client.get(url).content.decode()
