"""The case file of the student, and who works with them."""

from datetime import date, timedelta
from typing import Any

from accounts import mutations as people
from students import mutations as students
from students.models import Guardian, Tag, TeamMember, Undo
from students.mutations import Many, files, guardians, team
from tests.live.changes.table import change
from tests.live.changes.world import World

INSIDE = {
    "accounts.mutations.invitations.invite_guardian_of": "students.mutations.guardians.invite_guardian",
    "students.mutations.team.first_case_manager": "students.mutations.files.add_student",
    "students.mutations.team.take_over": "students.mutations.bulk.assign_case_manager",
    "students.mutations.team.join_as_substitute": "students.mutations.bulk.name_substitute",
    "students.mutations.team.check_person": "students.mutations.team.add_team_member",
    "students.mutations.undo.keep_undo": "students.mutations.team.end_team_member",
    "notifications.mutations.people.tell_of_hand_over": "students.mutations.bulk.assign_case_manager",
}


@change("students.mutations.access.set_annual_review")
def set_annual_review(world: World) -> None:
    day = world.today + timedelta(days=world.dice.randrange(20, 300))
    students.set_annual_review(actor=world.system, student=world.student, on=day)


@change("students.mutations.files.update_identity")
def update_identity(world: World) -> None:
    options: list[dict[str, Any]] = [
        {"preferred_name": world.word().title()},
        {"grade": world.dice.choice(["03", "04", "05", "06"])},
        {"family_name": f"Núñez-{world.word()}"},
    ]
    if world.student.school_id == world.cast.school.id:
        options.append({"school_id": world.cast.other_school.id})
    else:
        options = [{"school_id": world.cast.school.id}]
    files.update_identity(
        actor=world.actor("ada"), student_id=world.student.id, changes=world.dice.choice(options)
    )


@change("students.mutations.files.update_student")
def update_student(world: World) -> None:
    changes = {"middle_name": world.word(), "last_evaluation_on": date(2024, 9, world.dice.randrange(1, 29))}
    files.update_student(actor=world.actor("ada"), student_id=world.student.id, changes=changes)


@change("students.mutations.files.update_record")
def update_record(world: World) -> None:
    others = sorted({"AUT", "OHI", "SLI", "SLD"} - {world.student.disability})
    options = [
        {"disability": world.dice.choice(others)},
        {"reevaluation_due_on": date(2027, world.dice.randrange(1, 13), world.dice.randrange(1, 29))},
        {"birth_on": date(2015, world.dice.randrange(1, 13), 3)},
    ]
    files.update_record(
        actor=world.actor("ada"), student_id=world.student.id, changes=world.dice.choice(options)
    )


@change("students.mutations.files.set_external_id")
def set_external_id(world: World) -> None:
    world.count += 1
    files.set_external_id(
        actor=world.actor("ada"), student_id=world.student.id, kind="state", value=f"ST-{world.count}"
    )


@change("students.mutations.files.add_tag")
def add_tag(world: World) -> None:
    files.add_tag(actor=world.actor("ada"), student_id=world.student.id, label=world.word())


@change("students.mutations.files.remove_tag")
def remove_tag(world: World) -> None:
    tag = world.one(Tag.objects.filter(student=world.student))
    files.remove_tag(actor=world.actor("ada"), student_id=world.student.id, label=tag.label)


@change("students.mutations.files.add_student")
def add_student(world: World) -> None:
    files.add_student(
        actor=world.actor("ada"),
        given_name="Quentin",
        family_name=world.word(),
        school_id=world.cast.school.id,
        case_manager_id=world.cast.casey.person.id,
        grade="02",
    )


@change("students.mutations.team.add_team_member")
def add_team_member(world: World) -> None:
    person = world.newcomer()
    people.add_member(
        actor=world.actor("ada"), person=person, role="paraprofessional", school_ids=(world.cast.school.id,)
    )
    team.add_team_member(
        actor=world.actor("ada"), student_id=world.student.id, person_id=person.id, part="paraprofessional"
    )


@change("students.mutations.team.end_team_member")
def end_team_member(world: World) -> None:
    rows = TeamMember.objects.filter(student=world.student, ends_on=None, person__in=world.newcomers)
    member = world.one(rows)
    team.end_team_member(actor=world.actor("ada"), member_id=member.id, student_id=world.student.id)


@change("students.mutations.guardians.add_guardian")
def add_guardian(world: World) -> None:
    world.count += 1
    guardians.add_guardian(
        actor=world.actor("ada"),
        student_id=world.student.id,
        given_name="Ines",
        family_name=world.word(),
        relationship="mother",
        email=f"family{world.count}@example.org",
    )


def _added_guardian(world: World, **more: Any) -> Guardian:
    known = [world.cast.mina.person.id, world.cast.pat.person.id]
    rows = Guardian.objects.filter(student=world.student, ends_on=None, **more)
    return world.one(rows.exclude(person_id__in=known))


@change("students.mutations.guardians.update_guardian")
def update_guardian(world: World) -> None:
    chosen = _added_guardian(world)
    guardians.update_guardian(
        actor=world.actor("ada"),
        student_id=world.student.id,
        guardian_id=chosen.id,
        changes={"phone": "555 0199"} | {"given_name": world.word()},
    )


@change("students.mutations.guardians.invite_guardian")
def invite_guardian(world: World) -> None:
    chosen = _added_guardian(world, person=None)
    guardians.invite_guardian(actor=world.actor("ada"), student_id=world.student.id, guardian_id=chosen.id)


def many_of(world: World) -> Many:
    return Many(ids=[world.student.id])


@change("students.mutations.bulk.assign_case_manager")
def assign_case_manager(world: World) -> None:
    person = getattr(world.cast, world.dice.choice(["casey", "sam"])).person
    students.assign_case_manager(actor=world.actor("ada"), many=many_of(world), person_id=person.id)


@change("students.mutations.bulk.name_substitute")
def name_substitute(world: World) -> None:
    students.name_substitute(
        actor=world.actor("ada"),
        many=many_of(world),
        person_id=world.cast.sam.person.id,
        starts_on=world.today,
        ends_on=world.today + timedelta(days=world.dice.randint(1, 30)),
    )


@change("students.mutations.bulk.tag_students")
def tag_students(world: World) -> None:
    students.tag_students(actor=world.actor("ada"), many=many_of(world), label=world.word())


@change("students.mutations.bulk.untag_students")
def untag_students(world: World) -> None:
    tag = world.one(Tag.objects.filter(student=world.student))
    students.untag_students(actor=world.actor("ada"), many=many_of(world), label=tag.label)


@change("students.mutations.undo.take_back")
def take_back(world: World) -> None:
    undo = world.one(Undo.objects.filter(person=world.cast.ada.person, taken_back_at=None))
    students.take_back(actor=world.actor("ada"), undo_id=undo.id)


@change("students.mutations.guardians.end_guardian")
def end_guardian(world: World) -> None:
    chosen = _added_guardian(world)
    guardians.end_guardian(actor=world.actor("ada"), student_id=world.student.id, guardian_id=chosen.id)
