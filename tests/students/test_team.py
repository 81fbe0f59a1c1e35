"""The team of a student: one case manager, parts that fit the role, and their end."""

import pytest

from core.errors import Invalid, NotFound
from core.models import OutboxEvent
from students import mutations
from students.models import Student, TeamMember
from tests.factories.students import TeamMemberFactory


def test_new_case_manager_leaves_exactly_one(cast):
    mutations.add_team_member(
        actor=cast.casey.actor,
        student_id=cast.student.id,
        person_id=cast.sam.person.id,
        part="case_manager",
    )

    open_parts = TeamMember.objects.filter(student=cast.student, ends_on=None)
    assert open_parts.get(part="case_manager").person == cast.sam.person
    assert open_parts.filter(person=cast.sam.person).count() == 1
    assert cast.student not in Student.objects.visible_to(cast.casey.acting())
    assert cast.student in Student.objects.visible_to(cast.sam.acting())


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("paula", "case_manager"),
        ("paula", "general_education"),
        ("omar", "paraprofessional"),
        ("fin", "other"),
        ("mina", "other"),
        ("otto", "special_education"),
        ("omar", "nothing"),
    ],
)
def test_team_takes_only_staff_whose_role_fits(cast, name, part):
    """R14: a person of another district is as unknown as nobody."""
    with pytest.raises(Invalid):
        mutations.add_team_member(
            actor=cast.casey.actor,
            student_id=cast.student.id,
            person_id=getattr(cast, name).person.id,
            part=part,
        )


def test_team_member_ends_today_and_sees_nothing_more(cast):
    member = TeamMember.objects.get(person=cast.sam.person)

    mutations.end_team_member(actor=cast.casey.actor, student_id=cast.student.id, member_id=member.id)

    assert cast.student not in Student.objects.visible_to(cast.sam.acting())
    assert f"caseload.{cast.sam.person.id}" in OutboxEvent.objects.latest("id").topics


def test_team_member_of_another_student_is_not_found(cast):
    member = TeamMember.objects.get(person=cast.omar.person)

    with pytest.raises(NotFound):
        mutations.end_team_member(actor=cast.casey.actor, student_id=cast.student.id, member_id=member.id)


def test_team_member_joins_once(cast):
    with pytest.raises(Invalid):
        mutations.add_team_member(
            actor=cast.casey.actor,
            student_id=cast.student.id,
            person_id=cast.sam.person.id,
            part="psychologist",
        )


def test_two_open_parts_of_one_person_are_refused_by_the_database(cast):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMemberFactory(student=cast.student, person=cast.sam.person, part="psychologist")
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMemberFactory(student=cast.student, person=cast.omar.person, part="case_manager")
