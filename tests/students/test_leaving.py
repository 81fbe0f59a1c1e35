"""Whoever leaves the district leaves its teams; the students left without a case manager are named and found."""

import pytest

from accounts import mutations as people
from accounts.models import Membership
from core.models import AuditEntry
from students import mutations, queries
from students.models import TeamMember, Undo
from tests.factories.students import StudentFactory, TeamMemberFactory


def open_rows(player):
    return TeamMember.objects.filter(person=player.person, ends_on=None)


@pytest.fixture
def second(cast):
    """Another student whom Casey answers for."""
    student = StudentFactory(organization=cast.district, school=cast.school, given_name="Nell")
    TeamMemberFactory(student=student, person=cast.casey.person, part=TeamMember.Part.CASE_MANAGER)
    return student


@pytest.mark.parametrize("way", ["deactivate", "end"])
def test_the_last_role_ends_every_part_on_its_day(cast, second, way):
    if way == "deactivate":
        people.deactivate_person(actor=cast.ada.actor, person_id=cast.casey.person.id)
    else:
        held = Membership.objects.get(person=cast.casey.person, organization=cast.district)
        people.end_membership(actor=cast.ada.actor, membership_id=held.id)

    assert not open_rows(cast.casey).exists()
    left = AuditEntry.objects.filter(verb="students.team.left", student_id=second.id).get()
    assert left.actor_person_id == cast.ada.person.id
    assert open_rows(cast.sam).exists()


def test_a_role_that_remains_keeps_the_parts(cast, second):
    people.add_member(
        actor=cast.ada.actor, person=cast.casey.person, role="viewer", school_ids=(cast.school.id,)
    )
    held = Membership.objects.get(person=cast.casey.person, role="viewer")
    people.end_membership(actor=cast.ada.actor, membership_id=held.id)

    assert open_rows(cast.casey).count() == 2


def test_parts_are_restored_once_there_is_a_role_again(cast, second):
    held = Membership.objects.get(person=cast.casey.person, organization=cast.district)
    people.end_membership(actor=cast.ada.actor, membership_id=held.id)
    undo = Undo.objects.get(record_id=cast.casey.person.id)
    people.add_member(
        actor=cast.ada.actor, person=cast.casey.person, role="teacher", school_ids=(cast.school.id,)
    )
    mutations.take_back(actor=cast.ada.actor, undo_id=undo.id)

    assert open_rows(cast.casey).count() == 2


def test_pages_say_who_will_have_no_case_manager_and_lead_to_handing_over(cast, second):
    client = cast.ada.client()
    held = Membership.objects.get(person=cast.casey.person, organization=cast.district)
    for path in (f"/people/{cast.casey.person.id}/deactivate/", f"/people/roles/{held.id}/end/"):
        page = client.get(cast.ada.url(path)).content.decode()
        assert "2 students will have no case manager." in page, path
        assert f"/caseload/hand-over/?person={cast.casey.person.id}" in page
    assert queries.open_parts_of(actor=cast.ada.actor, person_id=cast.vic.person.id).managed == 0


def test_administrators_find_students_without_a_case_manager(cast, second):
    client = cast.ada.client()
    path = cast.ada.url("/caseload/?standing=unmanaged")
    before = client.get(path).content.decode()
    people.deactivate_person(actor=cast.ada.actor, person_id=cast.casey.person.id)
    after = client.get(path).content.decode()

    assert f"/students/{second.id}/" not in before
    assert f"/students/{second.id}/" in after and f"/students/{cast.student.id}/" in after
    assert "without case manager" in before
    assert "without case manager" not in cast.sam.client().get(cast.sam.url("/caseload/")).content.decode()
