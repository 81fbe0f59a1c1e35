"""Students who are added, or referred from the roster."""

from datetime import timedelta

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from students import mutations
from students.models import ExternalId, RosterEntry, Student, TeamMember
from students.mutations.files import HasCaseFile
from tests.factories.students import RosterEntryFactory
from tests.students.audits import last_audit


def add(cast, name="casey", **changes):
    given = {
        "given_name": "Noor",
        "family_name": "Haddad",
        "school_id": cast.school.id,
        "grade": "02",
    } | changes
    return mutations.add_student(actor=getattr(cast, name).actor, **given)


def test_add_student_makes_the_teacher_the_case_manager(cast):
    student = add(cast)

    member = TeamMember.objects.get(student=student)
    assert (member.person, member.part) == (cast.casey.person, "case_manager")
    assert student in Student.objects.visible_to(cast.casey.acting())
    assert student not in Student.objects.visible_to(cast.omar.acting())
    assert last_audit().verb == "students.student.added"


def test_add_student_by_an_administrator_names_the_case_manager(cast):
    student = add(cast, "ada", case_manager_id=cast.omar.person.id)

    assert TeamMember.objects.get(student=student).person == cast.omar.person


def test_add_student_by_a_teacher_names_nobody_else(cast):
    with pytest.raises(Invalid) as refused:
        add(cast, case_manager_id=cast.omar.person.id)

    assert "case_manager" in refused.value.fields


@pytest.mark.parametrize("name", ["paula", "cory", "vic", "fin", "mina"])
def test_add_student_is_refused_without_the_right(cast, name):
    with pytest.raises(NotAllowed):
        add(cast, name)


def test_add_student_refuses_a_school_that_is_not_the_teachers(cast):
    for school in (cast.other_school.id, cast.school_elsewhere.id):
        with pytest.raises(Invalid) as refused:
            add(cast, school_id=school)
        assert "school" in refused.value.fields


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("given_name", "x" * 81),
        ("grade", "99"),
        ("birth_on", "tomorrow"),
        ("birth_on", "ancient"),
        ("disability", "FLU"),
    ],
)
def test_add_student_says_which_field_is_wrong(cast, field, value):
    today = cast.casey.actor.today
    value = {"tomorrow": today + timedelta(days=1), "ancient": today - timedelta(days=40 * 365)}.get(
        value, value
    )

    with pytest.raises(Invalid) as refused:
        add(cast, **{field: value})

    assert list(refused.value.fields) == [field]
    assert not Student.objects.filter(family_name="Haddad").exists()


def test_refer_from_roster_opens_a_case_file_with_the_rosters_id(cast):
    entry = RosterEntryFactory(
        organization=cast.district, school=cast.school, identifier="900100", grade="03"
    )

    student = mutations.refer_from_roster(actor=cast.casey.actor, entry_id=entry.id)

    entry.refresh_from_db()
    assert entry.student == student
    assert student.grade == "03"
    assert ExternalId.objects.get(student=student).value == "900100"
    with pytest.raises(HasCaseFile):
        mutations.refer_from_roster(actor=cast.casey.actor, entry_id=entry.id)


def test_refer_from_roster_hides_pupils_of_other_schools(cast):
    entry = RosterEntryFactory(organization=cast.district, school=cast.other_school)
    adult = RosterEntryFactory(organization=cast.district, school=cast.school, part=RosterEntry.Part.STAFF)

    for hidden in (entry, adult):
        with pytest.raises(NotFound):
            mutations.refer_from_roster(actor=cast.casey.actor, entry_id=hidden.id)
