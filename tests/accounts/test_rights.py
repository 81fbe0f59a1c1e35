"""The table of rights: what it says, that the page says the same, and that queries and rules obey it (R11, R16)."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from accounts.rights import (
    DISTRICT_RIGHTS,
    Action,
    DistrictAction,
    Group,
    Relation,
    Role,
    allows,
    may_in_district,
)
from accounts.rights_page import rights_page
from core.actor import Hat
from core.errors import NotFound
from core.tenant import organization
from students.models import Guardian, Student, TeamMember, visible_students
from students.queries import visible_student
from students.rules import access, may_add_students
from tests.factories.accounts import MembershipFactory, SchoolFactory
from tests.factories.students import GuardianFactory, StudentFactory, TeamMemberFactory

ALL = set(Group)
READ = ALL - {Group.MONEY}
SENSITIVE = {Group.HEALTH, Group.SAFETY, Group.COURT}
WRITTEN = (
    {Group.IDENTITY, Group.RECORD, Group.TEAM, Group.GUARDIANS, Group.IEP, Group.GOALS}
    | {
        Group.PROFILE,
        Group.SCHOOLING,
        Group.ACCESS,
    }
    | SENSITIVE
)
GLANCE = {Group.IDENTITY, Group.TEAM, Group.GLANCE, Group.PROFILE}
PARA = GLANCE | {Group.GOALS, Group.PROGRESS, Group.SAFETY}
PARENT = {Group.IDENTITY, Group.TEAM, Group.SHARED_IEP, Group.GOALS, Group.PROGRESS, Group.MINUTES} | {
    Group.ACCESS,
    Group.PROFILE,
    Group.SCHOOLING,
    Group.ASSESSMENTS,
    Group.SAFETY,
}
VIEWER = READ - {Group.GUARDIANS, Group.TIMELINE, Group.ACCESS} - SENSITIVE
FINANCE = {Group.IDENTITY, Group.MINUTES, Group.MONEY}
MANAGER = {
    Action.SEE: READ,
    Action.WRITE: WRITTEN,
    Action.CONTRIBUTE: {Group.IEP},
    Action.APPROVE: {Group.IEP},
    Action.RECORD: {Group.PROGRESS},
    Action.CHOOSE: {Group.PROGRESS},
    Action.MANAGE: {Group.TEAM},
}
ON_TEAM = {
    Action.SEE: READ,
    Action.CONTRIBUTE: {Group.IEP},
    Action.RECORD: {Group.PROGRESS},
    Action.CHOOSE: {Group.PROGRESS},
}
# Written by hand from the issue, not from the code: whatever is not here is refused.
EXPECTED = {
    (Role.ADMINISTRATOR, Relation.DISTRICT): {
        Action.SEE: ALL,
        Action.WRITE: WRITTEN,
        Action.CONTRIBUTE: {Group.IEP},
        Action.APPROVE: {Group.IEP},
        Action.MANAGE: {Group.RECORD, Group.TEAM},
    },
    (Role.TEACHER, Relation.CASE_MANAGER): MANAGER,
    (Role.SPECIALIST, Relation.CASE_MANAGER): MANAGER,
    (Role.TEACHER, Relation.TEAM): ON_TEAM,
    (Role.SPECIALIST, Relation.TEAM): ON_TEAM,
    (Role.TEACHER, Relation.GENERAL_EDUCATION): {Action.SEE: GLANCE, Action.CONFIRM: {Group.GLANCE}},
    (Role.PARAPROFESSIONAL, Relation.TEAM): {Action.SEE: GLANCE | {Group.SAFETY}},
    (Role.PARAPROFESSIONAL, Relation.TASK): {
        Action.SEE: {Group.GOALS, Group.PROGRESS},
        Action.RECORD: {Group.PROGRESS},
    },
    (Role.PARENT, Relation.CHILD): {Action.SEE: PARENT},
    **{
        (Role.COORDINATOR, relation): {Action.SEE: READ}
        for relation in (Relation.SCHOOL, Relation.DISTRICT, Relation.TEAM)
    },
    **{
        (Role.VIEWER, relation): {Action.SEE: VIEWER}
        for relation in (Relation.SCHOOL, Relation.DISTRICT, Relation.TEAM)
    },
    **{(Role.FINANCE, relation): {Action.SEE: FINANCE} for relation in (Relation.SCHOOL, Relation.DISTRICT)},
}


@pytest.mark.parametrize(("role", "relation"), list(product(Role, Relation)))
def test_table_says_what_the_issue_says(role, relation):
    """R16: every role x relation x action x group, the refusals too."""
    said = {
        (action, group)
        for action, group in product(Action, Group)
        if allows({(role.value, relation)}, action, group)
    }

    wanted = EXPECTED.get((role, relation), {})
    assert said == {(action, group) for action, groups in wanted.items() for group in groups}


ALSO = {
    DistrictAction.ADD_STUDENTS: {Role.TEACHER, Role.SPECIALIST},
    DistrictAction.HAND_OVER: {Role.TEACHER, Role.SPECIALIST},
    DistrictAction.EXPORT_LISTS: {Role.TEACHER, Role.SPECIALIST, Role.COORDINATOR, Role.FINANCE},
    DistrictAction.KEEP_CALENDAR: {Role.COORDINATOR},
    DistrictAction.SEE_MONEY: {Role.FINANCE},
}


@pytest.mark.parametrize("action", DistrictAction)
@pytest.mark.parametrize("role", Role)
def test_administrators_act_on_the_district_and_few_others_do(role, action):
    wanted = {Role.ADMINISTRATOR} | ALSO.get(action, set())

    assert may_in_district([role], action) is (role in wanted)
    assert set(DISTRICT_RIGHTS) == set(DistrictAction)


def test_page_of_rights_agrees_with_the_table():
    page = (Path(settings.BASE_DIR) / "docs" / "rights.md").read_text()

    assert page == rights_page(), "run manage.py write_rights"


SEEN_BY = {
    "casey": READ,
    "sam": READ,
    "paula": PARA,
    "gina": GLANCE,
    "ada": ALL,
    "cory": READ,
    "vic": VIEWER,
    "fin": FINANCE,
    "mina": PARENT,
    "pat": set(),
    "omar": set(),
}


@pytest.mark.parametrize("name", SEEN_BY)
def test_everybody_sees_the_groups_of_their_relation(cast, name):
    """R11, R16: the rule about one student and the filter over all students give the same answer."""
    actor = getattr(cast, name).actor
    tied = access(actor, cast.student)

    for group in Group:
        listed = Student.objects.filter(visible_students(actor, group=group), id=cast.student.id).exists()
        assert listed is (group in SEEN_BY[name]), (name, group)
        assert tied.sees(group) is (group in SEEN_BY[name]), (name, group)


def test_staff_who_are_parents_keep_the_two_apart(cast):
    """Pat teaches another student and is this one's parent: each hat sees its own, never both."""
    staff, family = cast.pat.acting(), cast.pat.acting(Hat.FAMILY)

    assert set(Student.objects.visible_to(staff)) == {cast.other_student}
    assert set(Student.objects.visible_to(family)) == {cast.student}
    assert access(family, cast.student).ties == {("parent", Relation.CHILD)}
    assert access(family, cast.other_student).ties == frozenset()
    assert access(staff, cast.student).ties == frozenset()


def test_parent_without_a_staff_role_has_one_hat(cast):
    assert cast.mina.acting(Hat.STAFF).hat is Hat.FAMILY
    assert set(Student.objects.visible_to(cast.mina.acting(Hat.STAFF))) == {cast.student}


def test_staff_who_are_no_parents_have_no_family_hat(cast):
    with pytest.raises(NotFound):
        cast.casey.acting(Hat.FAMILY)


def test_two_roles_never_lend_each_other_their_schools(cast):
    """A coordinator of one school who is finance for the whole district reads narratives in that school only."""
    MembershipFactory(
        organization=cast.district, person=cast.cory.person, role=Role.FINANCE, is_district_wide=True
    )
    actor = cast.cory.acting()

    assert access(actor, cast.student).sees(Group.IEP)
    assert access(actor, cast.other_student).sees(Group.MONEY)
    assert not access(actor, cast.other_student).sees(Group.IEP)
    seen = Student.objects.filter(visible_students(actor, group=Group.IEP))
    assert set(seen) == {cast.student}


@pytest.mark.parametrize(
    ("first", "last", "sees"),
    [(-1, None, True), (0, None, True), (1, None, False), (-9, 1, True), (-9, 0, False), (-9, -1, False)],
)
@pytest.mark.parametrize("relation", ["team", "guardian", "role"])
def test_sight_begins_and_ends_with_its_days(cast, relation, first, last, sees):
    """R10: from the first day, until the last day begins, as days are counted where the district is."""
    today = cast.casey.actor.today
    days = {
        "starts_on": today + timedelta(days=first),
        "ends_on": None if last is None else today + timedelta(days=last),
    }
    if relation == "team":
        player = cast.casey
        TeamMember.objects.filter(person=player.person).update(**days)
    elif relation == "guardian":
        player = cast.mina
        Guardian.objects.filter(person=player.person).update(**days)
    else:
        player = cast.casey
        player.person.memberships.update(**days)

    if relation == "role" and not sees:
        with pytest.raises(NotFound):
            player.acting()
        return
    assert set(Student.objects.visible_to(player.acting())) == ({cast.student} if sees else set())
    assert access(player.acting(), cast.student).sees(Group.IDENTITY) is sees


@pytest.mark.parametrize(("hour", "sees"), [("2026-03-02T07:59Z", True), ("2026-03-02T08:01Z", False)])
def test_days_are_those_of_the_district(cast, hour, sees, monkeypatch):
    """A day ends at midnight in Los Angeles, eight hours after it ended in UTC."""
    from datetime import datetime

    TeamMember.objects.filter(person=cast.casey.person).update(ends_on="2026-03-02")
    monkeypatch.setattr("accounts.models.now", lambda: datetime.fromisoformat(hour))

    assert Student.objects.visible_to(cast.casey.acting()).exists() is sees


def test_guardian_without_educational_rights_sees_nothing(cast):
    """R10: a court's restriction cuts access at once."""
    Guardian.objects.filter(person=cast.mina.person).update(has_educational_rights=False)

    assert not Student.objects.visible_to(cast.mina.acting()).exists()
    with pytest.raises(NotFound):
        visible_student(actor=cast.mina.acting(), student_id=cast.student.id)


def test_archived_case_files_are_seen_by_administrators_only(cast):
    Student.objects.filter(id=cast.student.id).update(archived_at="2026-01-01T00:00Z")

    seeing = {
        name for name in SEEN_BY if cast.student in Student.objects.visible_to(getattr(cast, name).actor)
    }
    assert seeing == {"ada"}


def test_whoever_opens_case_files_is_a_teacher_a_specialist_or_an_administrator(cast):
    may = {name for name in SEEN_BY if may_add_students(getattr(cast, name).actor)}

    assert may == {"casey", "sam", "gina", "ada", "pat", "omar"}


def test_part_on_a_team_is_worth_nothing_without_the_role_for_it(cast):
    """A paraprofessional written down as case manager, by a wrong import say, does not write the record."""
    TeamMember.objects.filter(person__in=[cast.casey.person, cast.paula.person]).delete()
    TeamMemberFactory(student=cast.student, person=cast.paula.person, part="case_manager")

    assert not Student.objects.visible_to(cast.paula.acting()).exists()


def test_administrator_of_another_district_sees_nothing(cast):
    with organization(cast.elsewhere.id):
        MembershipFactory(organization=cast.elsewhere, person=cast.otto.person, role=Role.ADMINISTRATOR)
        actor = cast.otto.acting()
        assert set(Student.objects.visible_to(actor)) == {cast.stranger}
    assert not Student.objects.visible_to(actor).exists()


def test_district_role_of_a_coordinator_sees_every_school(cast):
    school = SchoolFactory(organization=cast.district)
    child = StudentFactory(organization=cast.district, school=school)
    cast.cory.person.memberships.update(is_district_wide=True)

    assert set(Student.objects.visible_to(cast.cory.acting())) == {cast.student, cast.other_student, child}


def test_child_of_two_parents_is_each_ones(cast):
    GuardianFactory(student=cast.other_student, person=cast.mina.person)

    assert set(Student.objects.visible_to(cast.mina.acting())) == {cast.student, cast.other_student}
