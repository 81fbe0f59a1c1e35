"""One act upon many students: each by its own right, all in one transaction, taken back exactly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Invalid, NotFound
from core.models import AuditEntry
from students import mutations
from students.models import Guardian, Student, Tag, TeamMember, Undo
from students.mutations import Many
from students.mutations.bulk import NotAll
from students.mutations.undo import TooLate
from tests.factories.students import StudentFactory, TeamMemberFactory


def many(*students, is_whole=False):
    return Many(ids=[student.id for student in students], is_whole=is_whole)


def outcomes(undo):
    return {step["student"]: (step["outcome"], step.get("why", "")) for step in undo.steps}


def parts(student):
    rows = TeamMember.objects.filter(student=student).order_by("id")
    return list(rows.values_list("id", "person_id", "part", "starts_on", "ends_on"))


def open_manager(student):
    return TeamMember.objects.get(student=student, part="case_manager", ends_on=None).person_id


def test_assigning_changes_whom_the_actor_may_change_and_names_the_others(cast):
    second = StudentFactory(organization=cast.district, school=cast.school)
    TeamMemberFactory(student=second, person=cast.casey.person, part="special_education")

    undo = mutations.assign_case_manager(
        actor=cast.casey.actor,
        many=many(cast.student, second, cast.other_student, cast.stranger),
        person_id=cast.sam.person.id,
    )

    assert outcomes(undo) == {
        str(cast.student.id): ("done", ""),
        str(second.id): ("refused", "not_allowed"),
        str(cast.other_student.id): ("refused", "not_found"),
        str(cast.stranger.id): ("refused", "not_found"),
    }
    assert open_manager(cast.student) == cast.sam.person.id
    entry = AuditEntry.objects.get(verb="students.bulk.done")
    assert (entry.values["done"], entry.values["refused"]) == (1, 3)
    assert AuditEntry.objects.filter(verb="students.team.taken_over", student_id=cast.student.id).count() == 1


def test_all_or_nothing_changes_nothing_when_one_is_refused(cast):
    before = parts(cast.student)

    with pytest.raises(NotAll) as refused:
        mutations.assign_case_manager(
            actor=cast.casey.actor,
            many=many(cast.student, cast.other_student, is_whole=True),
            person_id=cast.sam.person.id,
        )

    assert parts(cast.student) == before
    assert [row["outcome"] for row in refused.value.details["results"]] == ["done", "refused"]
    assert not Undo.objects.exists()


@pytest.mark.parametrize("number", [0, 201])
def test_an_act_takes_one_to_two_hundred_students(cast, number):
    from core.ids import uuid7

    with pytest.raises(Invalid):
        mutations.tag_students(
            actor=cast.ada.actor, many=Many(ids=[uuid7() for _ in range(number)]), label="bus"
        )


def test_undo_of_a_hand_over_restores_the_team_exactly(cast):
    before = parts(cast.student)
    undo = mutations.assign_case_manager(
        actor=cast.casey.actor, many=many(cast.student), person_id=cast.sam.person.id
    )
    assert parts(cast.student) != before

    mutations.take_back(actor=cast.casey.acting(), undo_id=undo.id)

    assert parts(cast.student) == before
    again = mutations.take_back(actor=cast.casey.acting(), undo_id=undo.id)
    assert (again.steps[0]["outcome"], parts(cast.student)) == ("taken_back", before)


def test_undo_leaves_alone_what_was_changed_again(cast):
    undo = mutations.assign_case_manager(
        actor=cast.casey.actor, many=many(cast.student), person_id=cast.sam.person.id
    )
    mutations.add_team_member(
        actor=cast.ada.actor,
        student_id=cast.student.id,
        person_id=cast.omar.person.id,
        part="case_manager",
    )
    now = parts(cast.student)

    undo = mutations.take_back(actor=cast.casey.acting(), undo_id=undo.id)

    assert (undo.steps[0]["outcome"], parts(cast.student)) == ("left", now)


def test_nobody_takes_back_what_another_did_nor_too_late(cast):
    undo = mutations.tag_students(actor=cast.ada.actor, many=many(cast.student), label="bus 12")

    with pytest.raises(NotFound):
        mutations.take_back(actor=cast.casey.actor, undo_id=undo.id)
    Undo.objects.update(until=undo.created_at)
    with pytest.raises(TooLate):
        mutations.take_back(actor=cast.ada.actor, undo_id=undo.id)

    assert Tag.objects.filter(student=cast.student, label="bus 12").exists()


def test_a_hand_over_on_a_day_to_come_takes_effect_by_itself(cast):
    today = cast.casey.actor.today
    mutations.assign_case_manager(
        actor=cast.casey.actor,
        many=many(cast.student),
        person_id=cast.omar.person.id,
        starts_on=today + timedelta(days=7),
    )

    from dataclasses import replace

    later = replace(cast.omar.acting(), today=today + timedelta(days=7))
    gone = replace(cast.casey.acting(), today=today + timedelta(days=7))
    mine = Student.objects.filter(id=cast.student.id)
    assert not Student.objects.visible_to(cast.omar.acting()).filter(id=cast.student.id).exists()
    assert Student.objects.visible_to(cast.casey.acting()).filter(id=cast.student.id).exists()
    assert Student.objects.visible_to(later).filter(id__in=mine).exists()
    assert not Student.objects.visible_to(gone).filter(id__in=mine).exists()


def test_a_substitute_sees_the_student_from_the_first_day_until_the_last(cast):
    from dataclasses import replace

    today = cast.casey.actor.today
    mutations.name_substitute(
        actor=cast.casey.actor,
        many=many(cast.student),
        person_id=cast.omar.person.id,
        starts_on=today + timedelta(days=1),
        ends_on=today + timedelta(days=5),
    )

    def sees(days):
        actor = replace(cast.omar.acting(), today=today + timedelta(days=days))
        return Student.objects.visible_to(actor).filter(id=cast.student.id).exists()

    assert [sees(days) for days in (0, 1, 4, 5)] == [False, True, True, False]
    row = TeamMember.objects.get(student=cast.student, person=cast.omar.person)
    assert (row.stands_in_for_id, row.part) == (cast.casey.person.id, "case_manager")
    assert open_manager(cast.student) == cast.casey.person.id


def test_a_substitute_ended_early_is_put_back_by_undo(cast):
    today = cast.casey.actor.today
    mutations.name_substitute(
        actor=cast.casey.actor,
        many=many(cast.student),
        person_id=cast.omar.person.id,
        starts_on=today,
        ends_on=today + timedelta(days=5),
    )
    before = parts(cast.student)
    row = TeamMember.objects.get(student=cast.student, person=cast.omar.person)

    mutations.end_team_member(actor=cast.casey.actor, student_id=cast.student.id, member_id=row.id)
    assert not Student.objects.visible_to(cast.omar.acting()).filter(id=cast.student.id).exists()
    undo = Undo.objects.get(record_id=row.id)
    mutations.take_back(actor=cast.casey.acting(), undo_id=undo.id)

    assert parts(cast.student) == before


def test_a_substitute_needs_days_in_order_and_somebody_to_stand_in_for(cast):
    today = cast.ada.actor.today
    alone = StudentFactory(organization=cast.district, school=cast.school)
    days = {"starts_on": today, "ends_on": today + timedelta(days=3)}
    with pytest.raises(Invalid):
        mutations.name_substitute(
            actor=cast.ada.actor,
            many=many(alone),
            person_id=cast.sam.person.id,
            starts_on=today,
            ends_on=today,
        )

    undo = mutations.name_substitute(
        actor=cast.ada.actor, many=many(alone, cast.student), person_id=cast.casey.person.id, **days
    )

    assert outcomes(undo) == {
        str(alone.id): ("refused", "no_case_manager"),
        str(cast.student.id): ("refused", "same_person"),
    }


def test_tags_of_many_go_on_and_off_and_back(cast):
    on = mutations.tag_students(
        actor=cast.ada.actor, many=many(cast.student, cast.other_student), label=" bus  12 "
    )
    assert Tag.objects.filter(label="bus 12").count() == 2
    again = mutations.tag_students(actor=cast.ada.actor, many=many(cast.student), label="bus 12")
    assert outcomes(again) == {str(cast.student.id): ("unchanged", "")}
    off = mutations.untag_students(actor=cast.ada.actor, many=many(cast.student), label="bus 12")
    assert Tag.objects.filter(label="bus 12").count() == 1

    mutations.take_back(actor=cast.ada.actor, undo_id=off.id)
    assert Tag.objects.filter(label="bus 12").count() == 2
    mutations.take_back(actor=cast.ada.actor, undo_id=on.id)
    assert not Tag.objects.filter(label="bus 12").exists()


def test_only_administrators_archive_many_and_undo_brings_them_back(cast):
    refused = mutations.archive_students(actor=cast.casey.actor, many=many(cast.student), reason="Moved")
    assert outcomes(refused) == {str(cast.student.id): ("refused", "not_allowed")}

    done = mutations.archive_students(
        actor=cast.ada.actor, many=many(cast.student, cast.other_student), reason="Moved"
    )
    assert Student.objects.filter(archived_at=None).count() == 0
    mutations.take_back(actor=cast.ada.actor, undo_id=done.id)
    assert set(Student.objects.values_list("archived_at", "archived_reason")) == {(None, "")}


def test_undo_of_a_restore_puts_case_files_away_as_they_were(cast):
    mutations.archive_students(actor=cast.ada.actor, many=many(cast.student), reason="Moved away")
    before = Student.objects.values_list("archived_at", "archived_reason").get(id=cast.student.id)

    undo = mutations.restore_students(actor=cast.ada.actor, many=many(cast.student))
    mutations.take_back(actor=cast.ada.actor, undo_id=undo.id)

    assert Student.objects.values_list("archived_at", "archived_reason").get(id=cast.student.id) == before


def test_the_end_of_a_parents_access_is_taken_back(cast):
    guardian = Guardian.objects.get(student=cast.student, person=cast.mina.person)
    mutations.end_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)
    undo = Undo.objects.get(record_id=guardian.id)

    mutations.take_back(actor=cast.casey.actor, undo_id=undo.id)

    guardian.refresh_from_db()
    assert guardian.ends_on is None
    assert Student.objects.visible_to(cast.mina.acting()).filter(id=cast.student.id).exists()
