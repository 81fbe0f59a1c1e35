"""Case files, teams, guardians and ids: what changes, what is written down, who is refused."""

from datetime import timedelta

import pytest

from accounts.actors import software_actor, token_digest
from accounts.models import Invitation, Membership
from accounts.mutations import accept_invitation, make_invitation_link
from accounts.rights import Role
from core.actor import system_actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from students import mutations
from students.models import ExternalId, Guardian, RosterEntry, SearchWord, Student, Tag, TeamMember
from students.mutations.files import HasCaseFile
from students.queries import Archived
from students.versions import ChangedMeanwhile
from tests.factories.accounts import PersonFactory
from tests.factories.students import ExternalIdFactory, RosterEntryFactory, TeamMemberFactory

OUTSIDERS = ["omar", "otto", "pat"]
WATCHERS = ["paula", "sam", "gina", "cory", "vic", "fin", "mina"]


def add(cast, name="casey", **changes):
    given = {
        "given_name": "Noor",
        "family_name": "Haddad",
        "school_id": cast.school.id,
        "grade": "02",
    } | changes
    return mutations.add_student(actor=getattr(cast, name).actor, **given)


def last_audit():
    return AuditEntry.objects.order_by("-id").first()


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
        "change_case_manager": {"student_id": student, "person_id": cast.sam.person.id},
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
    "change_case_manager",
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


def test_update_identity_keeps_order_words_and_version(cast):
    student = mutations.update_identity(
        actor=cast.casey.actor, student_id=cast.student.id, changes={"family_name": "O'Brien", "grade": "05"}
    )

    assert (student.version, student.sort_name, student.changed_by_name) == (2, "o'brien zoe", "Casey Cast")
    words = set(SearchWord.objects.filter(student=student).values_list("word", flat=True))
    assert words == {"zoe", "zo", "obrien"}
    entry = last_audit()
    assert entry.values == {"fields": ["family_name", "grade"], "grade_before": "04", "grade_after": "05"}


def test_update_identity_that_changes_nothing_writes_nothing(cast):
    before = AuditEntry.objects.count()

    mutations.update_identity(actor=cast.casey.actor, student_id=cast.student.id, changes={"grade": "04"})

    assert AuditEntry.objects.count() == before


def test_second_writer_gets_both_values(cast):
    """R68: nothing is overwritten silently."""
    mutations.update_identity(
        actor=cast.ada.actor, student_id=cast.student.id, changes={"grade": "05"}, expected_version=1
    )

    with pytest.raises(ChangedMeanwhile) as refused:
        mutations.update_identity(
            actor=cast.casey.actor, student_id=cast.student.id, changes={"grade": "03"}, expected_version=1
        )

    assert refused.value.details == {
        "version": 2,
        "changed_by": "Ada Cast",
        "differences": {"grade": {"theirs": "05", "yours": "03"}},
    }
    cast.student.refresh_from_db()
    assert cast.student.grade == "05"


def test_second_writer_of_the_same_is_no_conflict(cast):
    mutations.update_identity(actor=cast.ada.actor, student_id=cast.student.id, changes={"grade": "05"})

    again = mutations.update_identity(
        actor=cast.casey.actor, student_id=cast.student.id, changes={"grade": "05"}, expected_version=1
    )

    assert again.version == 2


def test_move_to_another_school_wakes_both(cast):
    mutations.update_identity(
        actor=cast.ada.actor, student_id=cast.student.id, changes={"school_id": cast.other_school.id}
    )

    topics = OutboxEvent.objects.get().topics
    assert {f"school.{cast.school.id}", f"school.{cast.other_school.id}"} <= set(topics)


def test_case_manager_moves_nobody_to_a_school_of_others(cast):
    with pytest.raises(Invalid):
        mutations.update_identity(
            actor=cast.casey.actor, student_id=cast.student.id, changes={"school_id": cast.other_school.id}
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reevaluation_due_on": "same"}, "reevaluation_due_on"),
        ({"last_evaluation_on": "tomorrow"}, "last_evaluation_on"),
        ({"disability": ""}, "disability"),
    ],
)
def test_update_record_refuses_dates_that_cannot_be(cast, changes, field):
    words = {"same": cast.student.last_evaluation_on, "tomorrow": cast.casey.actor.today + timedelta(days=1)}

    with pytest.raises(Invalid) as refused:
        mutations.update_record(
            actor=cast.casey.actor,
            student_id=cast.student.id,
            changes={name: words.get(value, value) for name, value in changes.items()},
        )

    assert field in refused.value.fields


def test_external_id_is_unique_in_the_district_and_says_no_more(cast):
    """R17: the refusal is the same whether or not the other student is visible, and other districts do not matter."""
    with pytest.raises(Invalid) as refused:
        mutations.set_external_id(
            actor=cast.casey.actor, student_id=cast.student.id, kind="sis", value="100300"
        )
    assert "Tariq" not in str(refused.value.fields)
    with cast.within(cast.otto):
        ExternalIdFactory(student=cast.stranger, kind="state", value="S-77")

    mutations.set_external_id(actor=cast.casey.actor, student_id=cast.student.id, kind="state", value="S-77")
    mutations.set_external_id(actor=cast.casey.actor, student_id=cast.student.id, kind="sis", value="")

    assert list(ExternalId.objects.filter(student=cast.student).values_list("kind", "value")) == [
        ("state", "S-77")
    ]
    assert "S-77" not in str(AuditEntry.objects.values_list("values", flat=True))


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


def test_change_case_manager_leaves_exactly_one(cast):
    mutations.change_case_manager(
        actor=cast.casey.actor, student_id=cast.student.id, person_id=cast.sam.person.id
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


def test_invited_guardian_sees_the_child_once_the_account_is_theirs(cast):
    guardian = mutations.add_guardian(
        actor=cast.casey.actor,
        student_id=cast.student.id,
        given_name="Ana",
        family_name="Abbott",
        relationship="grandparent",
        email="ana@example.org",
    )
    assert guardian.person is None

    mutations.invite_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)
    guardian.refresh_from_db()
    assert guardian.person is None
    accept(cast, "ana@example.org")

    guardian.refresh_from_db()
    assert guardian.person.email == "ana@example.org"
    assert Membership.objects.get(person=guardian.person).role == Role.PARENT
    assert "students.guardian.connected" in AuditEntry.objects.values_list("verb", flat=True)


def accept(cast, email):
    """Whoever reads the mail of an address accepts what it is invited to."""
    system = software_actor(organization=cast.district, name="Invitation")
    found = Invitation.objects.get(email=email)
    secret = make_invitation_link(actor=system, invitation_id=found.id)
    accept_invitation(
        actor=system,
        digest=token_digest(secret),
        given_name="Ana",
        family_name="Abbott",
        password="plums and apricots",
    )


def test_invitation_takes_the_password_of_an_account_nobody_has_proved(cast):
    """Somebody signs up with a parent's address before the school invites the parent: the account is worth nothing."""
    squatter = PersonFactory(email="ana@example.org", given_name="Not", family_name="Ana")
    guardian = mutations.add_guardian(
        actor=cast.casey.actor,
        student_id=cast.student.id,
        given_name="Ana",
        family_name="Abbott",
        relationship="mother",
        email="ANA@example.org",
    )

    mutations.invite_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)

    accept(cast, "ana@example.org")

    squatter.refresh_from_db()
    assert squatter.check_password("plums and apricots")
    assert squatter.name == "Ana Abbott"


def test_guardian_with_a_new_address_is_invited_again(cast):
    guardian = Guardian.objects.get(person=cast.mina.person)

    mutations.update_guardian(
        actor=cast.casey.actor,
        student_id=cast.student.id,
        guardian_id=guardian.id,
        changes={"email": "new@example.org"},
    )

    assert cast.student not in Student.objects.visible_to(cast.mina.acting())
    assert f"person.{cast.mina.person.id}" in OutboxEvent.objects.latest("id").topics


def test_guardian_of_ended_rights_is_not_invited(cast):
    guardian = Guardian.objects.get(person=cast.mina.person)
    mutations.end_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)

    with pytest.raises(Invalid):
        mutations.invite_guardian(actor=cast.casey.actor, student_id=cast.student.id, guardian_id=guardian.id)
    assert cast.student not in Student.objects.visible_to(cast.mina.acting())


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


def test_two_open_parts_of_one_person_are_refused_by_the_database(cast):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMemberFactory(student=cast.student, person=cast.sam.person, part="psychologist")
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMemberFactory(student=cast.student, person=cast.omar.person, part="case_manager")
