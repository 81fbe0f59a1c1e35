"""Every public mutation as a change that a test can make, with arguments of its own choice.

The order tells a story: each change finds what it needs among what those before it left. A new mutation must be added
here, or `test_every_public_mutation_is_tried` fails.
"""

import hashlib
import importlib
import io
import pkgutil
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.utils.timezone import now

from accounts import calendars
from accounts import mutations as people
from accounts.actors import token_digest
from accounts.models import (
    ApiToken,
    Grant,
    IdentityProvider,
    Invitation,
    Membership,
    Person,
    School,
    SchoolYear,
)
from accounts.queries import as_year
from assessments import mutations as results
from audit import mutations as auditing
from audit.models import ChainCheck
from casefile import mutations as lists
from casefile.models import DataGroup, SavedView
from casefile.queries import Filters
from core.actor import Actor, system_actor
from core.chain import Verdict
from documents import mutations as papers
from documents.models import Consent, Signature
from ieps import mutations as ieps
from ieps.models import Accommodation, Comment, Goal, Iep, RemovedPart, Service
from integrations import mutations as rosters
from integrations.models import RosterImport
from integrations.tasks import advance, look_at
from notifications import mutations as messages
from notifications.models import Message
from progress import mutations as progress
from progress.models import (
    AttainmentScale,
    DataTask,
    GoalState,
    GoalSummary,
    Phase,
    ProgressPoint,
    ProgressReport,
)
from progress.queries import Looked, OverviewFilters
from records import mutations as whole
from records.models import Destruction, LegalHold, RecordExport
from students import mutations as students
from students.models import Guardian, RosterEntry, Student, Tag, TeamMember, Undo, on_team
from students.mutations import Many, files, guardians, team
from tests.ieps.conftest import ACCOMMODATION, GOAL, SECTIONS, SERVICE, hand
from tests.integrations.districts import program_row, result_row
from tests.integrations.rosters import small_1_1, zipped

APPS = (
    "accounts",
    "students",
    "documents",
    "assessments",
    "coediting",
    "ieps",
    "progress",
    "notifications",
    "casefile",
    "integrations",
    "audit",
    "records",
)
CANARY = "quokka"  # in every text about the student: no outsider ever reads it

Change = Callable[["World"], Any]
CHANGES: dict[str, Change] = {}
# Parts of others here, or what follows from them: the change that leads to each.
INSIDE = {
    "casefile.mutations.lists.take_iep_pdf": "ieps.mutations.lifecycle.approve_iep",
    "records.mutations.notices.tell_guardians": "records.mutations.destruction.start_destruction",
    "students.mutations.schools.tell_of_school": "accounts.mutations.district.update_school",
    "ieps.mutations.drafts.prepare_texts": "ieps.mutations.drafts.update_section",
    "coediting.mutations.texts.create_texts": "ieps.mutations.drafts.create_iep",
    "coediting.mutations.locks.lock_texts": "ieps.mutations.lifecycle.send_to_review",
    "coediting.mutations.locks.unlock_texts": "ieps.mutations.lifecycle.return_to_draft",
    "coediting.mutations.commits.commit_batches": "coediting.mutations.commits.catch_up",
    "notifications.mutations.tell_of_activation": "ieps.mutations.lifecycle.activate_iep",
    "accounts.mutations.invitations.make_invitation_link": "notifications.mutations.send_invitation",
    "accounts.mutations.invitations.invite_guardian_of": "students.mutations.guardians.invite_guardian",
    "students.mutations.guardians.connect_guardian": "accounts.mutations.invitations.accept_invitation",
    "students.mutations.team.first_case_manager": "students.mutations.files.add_student",
    "students.mutations.leaving.end_parts_of": "accounts.mutations.people.deactivate_person",
    "students.mutations.team.take_over": "students.mutations.bulk.assign_case_manager",
    "students.mutations.team.join_as_substitute": "students.mutations.bulk.name_substitute",
    "students.mutations.team.check_person": "students.mutations.team.add_team_member",
    "students.mutations.undo.keep_undo": "students.mutations.team.end_team_member",
    "students.mutations.access.log_list_export": "casefile.mutations.lists.export_list",
    "notifications.mutations.tell_of_hand_over": "students.mutations.bulk.assign_case_manager",
    "students.mutations.roster.keep_roster_entries": "integrations.mutations.apply.apply_batch",
    "students.mutations.programs.open_for_program": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.edfi.keep_district": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.edfi.attach_records": "students.mutations.files.refer_from_roster",
    "integrations.mutations.schools.keep_schools": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.people.keep_people": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.runs.claim_import": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.runs.finish_import": "integrations.mutations.apply.apply_batch",
}


class Nothing(Exception):
    """There is nothing here that this change could be made to."""


@dataclass
class World:
    """The cast, whose student everything is about, and the dice."""

    cast: Any
    dice: random.Random
    count: int = 0
    newcomers: list[Person] = field(default_factory=list)

    @property
    def student(self) -> Student:
        return Student.objects.get(id=self.cast.student.id)

    @property
    def system(self) -> Actor:
        return system_actor(organization_id=self.cast.district.id, name="clock")

    def actor(self, name: str) -> Actor:
        """Somebody of the cast with the rights of now. Raises NotFound for who is nobody any more."""
        return getattr(self.cast, name).acting()

    def teammate(self, name: str) -> Actor:
        """Somebody of the special education team, whom a caseload handed over may have taken off it."""
        person = getattr(self.cast, name).person
        if not TeamMember.objects.filter(on_team(self.today), student=self.student, person=person).exists():
            team.add_team_member(
                actor=self.actor("ada"), student_id=self.student.id, person_id=person.id, part="other"
            )
        return self.actor(name)

    @property
    def today(self) -> date:
        return self.cast.casey.actor.today

    def one(self, rows: Any) -> Any:
        """One of the rows."""
        found = list(rows.order_by("id"))
        if not found:
            raise Nothing
        return self.dice.choice(found)

    def word(self) -> str:
        """A word that nobody used before."""
        self.count += 1
        return f"{CANARY} {self.count}"

    def name(self) -> str:
        """A name that nobody used before and anybody may read."""
        self.count += 1
        return f"Larch {self.count}"

    def newcomer(self) -> Person:
        """Somebody who has an account and is nothing yet."""
        self.count += 1
        person = Person.objects.create_user(
            f"new{self.count}@example.org", given_name="New", family_name="Comer"
        )
        self.newcomers.append(person)
        return person

    @property
    def draft(self) -> Iep:
        return self.one(Iep.objects.filter(student=self.student, status=Iep.Status.DRAFT))

    @property
    def active(self) -> Iep:
        return self.one(Iep.objects.filter(student=self.student, status=Iep.Status.ACTIVE))

    def of_draft(self, model: Any) -> Any:
        return self.one(model.objects.filter(iep=self.draft))

    def extra_membership(self) -> Membership:
        """A role of somebody who came in during the test."""
        held = Membership.objects.filter(ends_on=None, person__in=self.newcomers)
        return self.one(held)

    def somebody_new(self) -> Membership:
        """A role of somebody who comes in now."""
        add_member(self)
        return self.extra_membership()


def change(name: str) -> Callable[[Change], Change]:
    """Make a function the change of a mutation, named by where it stands."""

    def keep(function: Change) -> Change:
        CHANGES[name] = function
        return function

    return keep


def all_mutations() -> set[str]:
    """Where every public mutation of the apps stands."""
    found = set()
    for app in APPS:
        for module in _rooms(f"{app}.mutations"):
            for name, value in vars(module).items():
                if (
                    not name.startswith("_")
                    and getattr(value, "is_mutation", False)
                    and value.__module__ == module.__name__
                ):
                    found.add(f"{module.__name__}.{name}")
    return found


def _rooms(name: str) -> list[Any]:
    module = importlib.import_module(name)
    inside = pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}.")
    return [module, *(importlib.import_module(found.name) for found in inside)]


# --- The district and its people


@change("accounts.mutations.district.add_school")
def add_school(world: World) -> None:
    people.add_school(actor=world.actor("ada"), name=world.name(), code=world.name())


@change("accounts.mutations.district.update_school")
def update_school(world: World) -> None:
    chosen = world.one(School.objects.filter(organization=world.cast.district))
    people.update_school(
        actor=world.actor("ada"),
        school_id=chosen.id,
        name=world.name(),
        code=chosen.code,
        is_active=True,
    )


def _year(world: World) -> calendars.SchoolYear:
    """A school year that nobody has yet."""
    world.count += 1
    first = date(2030, 8, 20) + timedelta(days=800 * world.count)
    last = first + timedelta(days=280)
    off = calendars.DaysOff(first_on=first + timedelta(days=30), last_on=first + timedelta(days=32))
    part = calendars.Period(name="All", first_on=first, last_on=last, reports_due_on=last)
    return calendars.SchoolYear(
        name=f"Y{world.count}", first_on=first, last_on=last, days_off=(off,), periods=(part,)
    )


@change("accounts.mutations.calendars.add_school_year")
def add_school_year(world: World) -> SchoolYear:
    return people.add_school_year(actor=world.actor("ada"), school_id=None, year=_year(world))


@change("accounts.mutations.calendars.update_school_year")
def update_school_year(world: World) -> None:
    found = add_school_year(world)
    year = replace(as_year(found), name=world.name(), days_off=())
    people.update_school_year(actor=world.actor("ada"), school_year_id=found.id, year=year)


@change("accounts.mutations.calendars.copy_school_year")
def copy_school_year(world: World) -> None:
    found = add_school_year(world)
    people.copy_school_year(
        actor=world.actor("ada"), school_year_id=found.id, school_ids=[world.cast.school.id]
    )


@change("accounts.mutations.calendars.add_next_school_year")
def add_next_school_year(world: World) -> None:
    people.add_next_school_year(actor=world.actor("ada"), school_year_id=add_school_year(world).id)


@change("accounts.mutations.calendars.remove_school_year")
def remove_school_year(world: World) -> None:
    people.remove_school_year(actor=world.actor("ada"), school_year_id=add_school_year(world).id)


@change("accounts.mutations.district.update_settings")
def update_settings(world: World) -> None:
    people.update_settings(actor=world.actor("ada"), changes={"contact_name": world.name()})


@change("accounts.mutations.district.set_preferences")
def set_preferences(world: World) -> None:
    name = world.dice.choice(["casey", "mina", "ada", "omar"])
    theme = "night" if getattr(world.cast, name).person.theme != "night" else "day"
    people.set_preferences(actor=world.actor(name), changes={"theme": theme})
    getattr(world.cast, name).person.refresh_from_db()


@change("accounts.mutations.people.add_member")
def add_member(world: World) -> None:
    role = world.dice.choice(["paraprofessional", "viewer", "coordinator", "teacher"])
    people.add_member(
        actor=world.actor("ada"), person=world.newcomer(), role=role, school_ids=(world.cast.school.id,)
    )


@change("accounts.mutations.people.add_person")
def add_person(world: World) -> None:
    world.count += 1
    email = f"invited{world.count}@example.org"
    held = people.add_person(
        actor=world.actor("ada"),
        email=email,
        role="viewer",
        given_name="In",
        family_name="Vited",
        school_ids=(world.cast.other_school.id,),
    )
    world.newcomers.append(held.person)


@change("accounts.mutations.people.end_membership")
def end_membership(world: World) -> None:
    people.end_membership(actor=world.actor("ada"), membership_id=world.extra_membership().id)


@change("accounts.mutations.people.deactivate_person")
def deactivate_person(world: World) -> None:
    people.deactivate_person(actor=world.actor("ada"), person_id=world.extra_membership().person_id)


@change("accounts.mutations.tokens.issue_token")
def issue_token(world: World) -> None:
    people.issue_token(actor=world.actor("ada"), person_id=world.cast.casey.person.id, days=30)


@change("accounts.mutations.tokens.issue_program_token")
def issue_program_token(world: World) -> None:
    people.issue_program_token(actor=world.actor("ada"), name=world.name(), role="viewer", days=30)


@change("accounts.mutations.tokens.revoke_token")
def revoke_token(world: World) -> None:
    token = world.one(ApiToken.objects.filter(organization=world.cast.district, revoked_at=None))
    people.revoke_token(actor=world.actor("ada"), token_id=token.id)


@change("accounts.mutations.district.set_features")
def set_features(world: World) -> None:
    """Off and on again, so that the story goes on."""
    for is_on in (False, True):
        people.set_features(actor=world.actor("ada"), changes={"command_palette": is_on})


@change("accounts.mutations.grants.add_grant")
def add_grant(world: World) -> None:
    people.add_grant(
        actor=world.actor("ada"),
        person_id=world.somebody_new().person_id,
        right=world.dice.choice(["import_rosters", "read_audit", "keep_tags"]),
        effect=world.dice.choice(["add", "take"]),
        reason=world.name(),
    )


@change("accounts.mutations.grants.end_grant")
def end_grant(world: World) -> None:
    people.end_grant(actor=world.actor("ada"), grant_id=world.one(Grant.objects.filter(ends_on=None)).id)


@change("accounts.mutations.sessions.sign_out_everywhere")
def sign_out_everywhere(world: World) -> None:
    people.sign_out_everywhere(actor=world.actor("ada"), person_id=world.somebody_new().person_id)


def _invitation(world: World) -> Invitation:
    return world.one(Invitation.objects.filter(accepted_at=None, revoked_at=None))


@change("accounts.mutations.invitations.invite_person")
def invite_person(world: World) -> None:
    world.count += 1
    people.invite_person(
        actor=world.actor("ada"),
        email=f"asked{world.count}@example.org",
        role="viewer",
        given_name="As",
        family_name="Ked",
        school_ids=(world.cast.other_school.id,),
    )


@change("notifications.mutations.send_invitation")
def send_invitation(world: World) -> None:
    invite_person(world)
    messages.send_invitation(
        actor=world.actor("ada"), invitation_id=Invitation.objects.latest("created_at").id
    )


@change("accounts.mutations.invitations.accept_invitation")
def accept_invitation(world: World) -> None:
    invite_person(world)
    found = Invitation.objects.latest("created_at")
    secret = people.make_invitation_link(actor=world.system, invitation_id=found.id)
    person = people.accept_invitation(
        actor=world.system,
        digest=token_digest(secret),
        given_name="As",
        family_name="Ked",
        password="plums and apricots",
    )
    world.newcomers.append(person)


@change("accounts.mutations.invitations.resend_invitation")
def resend_invitation(world: World) -> None:
    people.resend_invitation(actor=world.actor("ada"), invitation_id=_invitation(world).id)


@change("accounts.mutations.invitations.revoke_invitation")
def revoke_invitation(world: World) -> None:
    people.revoke_invitation(actor=world.actor("ada"), invitation_id=_invitation(world).id)


@change("accounts.mutations.sign_in.set_identity_provider")
def set_identity_provider(world: World) -> None:
    people.set_identity_provider(
        actor=world.actor("ada"),
        issuer="https://login.example.org",
        client_id=world.name(),
        client_secret="a secret of the provider",
    )


@change("accounts.mutations.sign_in.request_provider_test")
def request_provider_test(world: World) -> None:
    people.request_provider_test(actor=world.actor("ada"))


@change("accounts.mutations.sign_in.note_provider_test")
def note_provider_test(world: World) -> None:
    ada = world.actor("ada")
    found = world.one(IdentityProvider.objects.filter(organization_id=ada.organization_id))
    people.note_provider_test(actor=ada, provider_id=found.id, issuer=found.issuer, outcome="silent")


@change("accounts.mutations.sign_in.remove_identity_provider")
def remove_identity_provider(world: World) -> None:
    people.remove_identity_provider(actor=world.actor("ada"))


# --- The case file


@change("students.mutations.access.log_access")
def log_access(world: World) -> None:
    students.log_access(actor=world.system, student_id=world.student.id, page="student")


@change("students.mutations.access.log_list_access")
def log_list_access(world: World) -> None:
    students.log_list_access(actor=world.actor("ada"), student_ids=[a_leaver(world).id], page="api students")


@change("students.mutations.access.log_export")
def log_export(world: World) -> None:
    students.log_export(
        actor=world.actor("casey"), student_id=world.student.id, what="scores_csv", file_format="csv"
    )


@change("students.mutations.access.log_print")
def log_print(world: World) -> None:
    students.log_print(actor=world.actor("casey"), student_id=world.student.id, page="student")


# --- The audit


@change("audit.mutations.record_disclosure")
def record_disclosure(world: World) -> None:
    auditing.record_disclosure(
        actor=world.actor("ada"),
        student_id=world.student.id,
        party=world.word(),
        asked_on=world.today,
        disclosed_on=world.today,
        what=world.word(),
        purpose=world.word(),
        interest=world.word(),
        basis="consent",
        redisclosure=world.word(),
        today=world.today,
    )


@change("audit.mutations.request_check")
def request_check(world: World) -> None:
    auditing.request_check(actor=world.actor("ada"))


@change("audit.mutations.finish_check")
def finish_check(world: World) -> None:
    request_check(world)  # the worker has finished the one before
    asked = world.one(ChainCheck.objects.filter(finished_at=None))
    auditing.finish_check(actor=world.actor("ada"), check_id=asked.id, verdict=Verdict(), now=now())


@change("audit.mutations.log_list_export")
def log_list_export(world: World) -> None:
    auditing.log_list_export(actor=world.actor("ada"), filters={"did": "opened"}, rows=1)


@change("records.mutations.retention.set_policy")
def set_policy(world: World) -> None:
    whole.set_policy(
        actor=world.actor("ada"),
        years={"record": world.dice.randrange(3, 9)},
        waiting_days=0,
        keeps_minimum=False,
        now=now(),
    )


@change("records.mutations.retention.place_hold")
def place_hold(world: World) -> None:
    whole.place_hold(
        actor=world.actor("ada"),
        student_id=world.student.id,
        reason=world.word(),
        until=None,
        today=world.today,
    )


@change("records.mutations.retention.lift_hold")
def lift_hold(world: World) -> None:
    hold = world.one(LegalHold.objects.filter(lifted_at=None))
    whole.lift_hold(actor=world.actor("ada"), hold_id=hold.id, now=now())


@change("records.mutations.exports.request_export")
def request_export(world: World) -> None:
    whole.request_export(actor=world.actor("ada"), student_id=world.student.id, reason=world.word())


def an_export(world: World, *states: str) -> RecordExport:
    if "waiting" in states:
        request_export(world)  # the worker has finished the one before
    return world.one(RecordExport.objects.filter(state__in=states, person_id=world.cast.ada.person.id))


@change("records.mutations.exports.tell_of_writing")
def tell_of_writing(world: World) -> None:
    found = an_export(world, "waiting", "writing")
    whole.tell_of_writing(actor=world.actor("ada"), export_id=found.id, percent=40)


@change("records.mutations.exports.finish_export")
def finish_export(world: World) -> None:
    found = an_export(world, "waiting", "writing")
    whole.finish_export(
        actor=world.actor("ada"), export_id=found.id, data=b"zip", counts={}, unprintable=(), now=now()
    )


@change("records.mutations.exports.fetch_export")
def fetch_export(world: World) -> None:
    found = an_export(world, "done")
    whole.fetch_export(actor=world.actor("ada"), export_id=found.id, now=now())


@change("records.mutations.exports.expire_export")
def expire_export(world: World) -> None:
    found = an_export(world, "done")
    RecordExport.objects.filter(id=found.id).update(expires_at=now())
    whole.expire_export(actor=world.system, export_id=found.id, now=now())


def a_leaver(world: World) -> Student:
    """Somebody else than the student whom everything is about, who has left."""
    school = world.one(School.objects.filter(is_active=True))
    return Student.objects.create(
        organization_id=world.cast.district.id,
        school=school,
        given_name="Gone",
        family_name=world.name(),
        sort_name="gone",
        eligibility="exited",
        enrollment="inactive",
        archived_at=now() - timedelta(days=4000),
    )


@change("records.mutations.destruction.start_destruction")
def start_destruction(world: World) -> None:
    whole.start_destruction(
        actor=world.actor("ada"),
        student_id=a_leaver(world).id,
        basis="rule",
        reason=world.word(),
        today=world.today,
    )


def a_destruction(world: World) -> Destruction:
    return world.one(Destruction.objects.filter(state="waiting", due_on__lte=world.today))


@change("records.mutations.destruction.cancel_destruction")
def cancel_destruction(world: World) -> None:
    whole.cancel_destruction(actor=world.actor("ada"), destruction_id=a_destruction(world).id, now=now())


@change("records.mutations.destruction.destroy")
def destroy(world: World) -> None:
    start_destruction(world)
    whole.destroy(actor=world.system, destruction_id=a_destruction(world).id, now=now())


@change("records.mutations.destruction.finish_destruction")
def finish_destruction(world: World) -> None:
    row = world.one(Destruction.objects.filter(state="destroyed"))
    Destruction.objects.filter(id=row.id).update(files=[["photos", "gone.jpg"]])
    whole.finish_destruction(actor=world.system, destruction_id=row.id, removed=0)


@change("records.mutations.destruction.destroy_again")
def destroy_again(world: World) -> None:
    whole.destroy_again(actor=world.system, student_id=a_leaver(world).id, now=now())


@change("records.mutations.pruning.prune")
def prune(world: World) -> None:
    Message.objects.create(
        organization_id=world.cast.district.id,
        kind="other",
        key=world.name(),
        created_at=now() - timedelta(days=9000),
    )
    whole.prune(actor=world.system, now=now())


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


@change("students.mutations.team.change_case_manager")
def change_case_manager(world: World) -> None:
    """Away from casey and back, so that the story goes on."""
    now_is = TeamMember.objects.filter(student=world.student, part="case_manager", ends_on=None).first()
    people_ids = [world.cast.casey.person.id, world.cast.sam.person.id]
    chosen = people_ids[1] if now_is is not None and now_is.person_id == people_ids[0] else people_ids[0]
    team.change_case_manager(actor=world.actor("ada"), student_id=world.student.id, person_id=chosen)


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


def _many(world: World) -> Many:
    return Many(ids=[world.student.id])


@change("students.mutations.bulk.assign_case_manager")
def assign_case_manager(world: World) -> None:
    person = getattr(world.cast, world.dice.choice(["casey", "sam"])).person
    students.assign_case_manager(actor=world.actor("ada"), many=_many(world), person_id=person.id)


@change("students.mutations.bulk.name_substitute")
def name_substitute(world: World) -> None:
    students.name_substitute(
        actor=world.actor("ada"),
        many=_many(world),
        person_id=world.cast.sam.person.id,
        starts_on=world.today,
        ends_on=world.today + timedelta(days=world.dice.randint(1, 30)),
    )


@change("students.mutations.bulk.tag_students")
def tag_students(world: World) -> None:
    students.tag_students(actor=world.actor("ada"), many=_many(world), label=world.word())


@change("students.mutations.bulk.untag_students")
def untag_students(world: World) -> None:
    tag = world.one(Tag.objects.filter(student=world.student))
    students.untag_students(actor=world.actor("ada"), many=_many(world), label=tag.label)


@change("students.mutations.undo.take_back")
def take_back(world: World) -> None:
    undo = world.one(Undo.objects.filter(person=world.cast.ada.person, taken_back_at=None))
    students.take_back(actor=world.actor("ada"), undo_id=undo.id)


@change("casefile.mutations.lists.save_view")
def save_view(world: World) -> None:
    lists.save_view(actor=world.actor("ada"), name=world.name(), words={"grade": "04"})


@change("casefile.mutations.lists.rename_view")
def rename_view(world: World) -> None:
    view = world.one(SavedView.objects.filter(deleted_at=None))
    lists.rename_view(actor=world.actor("ada"), view_id=view.id, name=world.name())


@change("casefile.mutations.lists.set_default_view")
def set_default_view(world: World) -> None:
    view = world.one(SavedView.objects.filter(deleted_at=None))
    lists.set_default_view(actor=world.actor("ada"), view_id=view.id)


@change("casefile.mutations.lists.delete_view")
def delete_view(world: World) -> None:
    view = world.one(SavedView.objects.filter(deleted_at=None))
    lists.delete_view(actor=world.actor("ada"), view_id=view.id)


@change("casefile.mutations.lists.restore_view")
def restore_view(world: World) -> None:
    view = world.one(SavedView.objects.exclude(deleted_at=None))
    lists.restore_view(actor=world.actor("ada"), view_id=view.id)


@change("casefile.mutations.lists.pin_student")
def pin_student(world: World) -> None:
    lists.pin_student(actor=world.actor("ada"), student_id=world.student.id)


@change("casefile.mutations.lists.unpin_student")
def unpin_student(world: World) -> None:
    lists.unpin_student(actor=world.actor("ada"), student_id=world.student.id)


@change("casefile.mutations.lists.export_list")
def export_list(world: World) -> None:
    lists.export_list(actor=world.actor("ada"), filters=Filters(), today=world.today)


@change("students.mutations.guardians.end_guardian")
def end_guardian(world: World) -> None:
    chosen = _added_guardian(world)
    guardians.end_guardian(actor=world.actor("ada"), student_id=world.student.id, guardian_id=chosen.id)


# --- The roster


def _begin(world: World) -> RosterImport:
    world.count += 1
    users = small_1_1()["users.csv"]
    assert isinstance(users, str)
    data = zipped(small_1_1(users=users.replace("Kit,Marrow,", f"Kit,Marrow{world.count},")))
    actor = world.actor("ada")
    file = look_at(io.BytesIO(data), name="roster.zip", digest=hashlib.sha256(data).hexdigest(), actor=actor)
    return rosters.start_import(actor=actor, file=file, now=now())


@change("integrations.mutations.runs.start_import")
def start_import(world: World) -> None:
    _begin(world)


@change("integrations.mutations.runs.continue_import")
def continue_import(world: World) -> None:
    run = _unfinished(world)
    worker = UUID(int=world.dice.getrandbits(128))
    rosters.claim_import(actor=world.actor("ada"), run_id=run.id, worker=worker)
    rosters.continue_import(actor=world.actor("ada"), run_id=run.id, worker=worker, now=now())


@change("integrations.mutations.apply.apply_batch")
def apply_batch(world: World) -> None:
    advance(actor=world.actor("ada"), run_id=_unfinished(world).id)


@change("integrations.mutations.runs.repeat_import")
def repeat_import(world: World) -> None:
    done = world.one(RosterImport.objects.filter(state="done"))
    rosters.repeat_import(actor=world.actor("ada"), run_id=done.id, now=now())


@change("integrations.mutations.runs.cancel_import")
def cancel_import(world: World) -> None:
    rosters.cancel_import(actor=world.actor("ada"), run_id=_unfinished(world).id, now=now())


@change("integrations.mutations.runs.fail_import")
def fail_import(world: World) -> None:
    run = _begin(world)
    rosters.fail_import(actor=world.actor("ada"), run_id=run.id, code="unreadable", now=now())


def _unfinished(world: World) -> RosterImport:
    return world.one(RosterImport.objects.filter(state__in=RosterImport.UNFINISHED))


@change("students.mutations.programs.keep_program_enrollments")
def keep_program_enrollments(world: World) -> None:
    row = program_row(name=world.word(), begins_on=world.today)
    students.keep_program_enrollments(
        actor=world.actor("ada"), student_id=world.student.id, rows=[row], source="edfi", now=now()
    )


@change("assessments.mutations.keep_results")
def keep_results(world: World) -> None:
    row = result_row(title=world.word(), administered_on=world.today)
    results.keep_results(
        actor=world.actor("ada"), student_id=world.student.id, rows=[row], source="edfi", now=now()
    )


@change("students.mutations.files.refer_from_roster")
def refer_from_roster(world: World) -> None:
    entry = world.one(RosterEntry.objects.filter(part="student", student=None))
    files.refer_from_roster(
        actor=world.actor("ada"), entry_id=entry.id, case_manager_id=world.cast.casey.person.id
    )


# --- Progress under the IEP in force


@change("progress.mutations.points.record_progress_point")
def record_progress_point(world: World) -> None:
    goal = world.one(Goal.objects.filter(iep=world.active))
    progress.record_progress_point(
        actor=world.teammate(world.dice.choice(["casey", "sam"])),
        goal_id=goal.id,
        measured_on=min(world.today, goal.baseline_on + timedelta(days=world.dice.randrange(1, 60))),
        value=Decimal(world.dice.randrange(0, 120)),
        today=world.today,
        note=world.word(),
        is_another_probe=True,
    )


@change("progress.mutations.overview.export_overview")
def export_overview(world: World) -> None:
    filters = OverviewFilters(looked=Looked.ALL)
    progress.export_overview(actor=world.actor("ada"), today=world.today, filters=filters, most=50)


@change("progress.mutations.decisions.take_back_decision")
def take_back_decision(world: World) -> None:
    goal = world.one(Goal.objects.filter(iep=world.active))
    made = progress.decide(
        actor=world.actor("ada"), goal_id=goal.id, choice="continue", reason=world.word(), today=world.today
    )
    progress.take_back_decision(actor=world.actor("ada"), decision_id=made.id, today=world.today)


def _report(world: World, **where: Any) -> ProgressReport:
    return world.one(ProgressReport.objects.filter(student=world.student, **where))


@change("progress.mutations.reports.start_report")
def start_report(world: World) -> None:
    """The period ends far ahead, so that whatever IEP is in force belongs to it."""
    year = _year(world)
    first, last = world.today - timedelta(days=40), world.today + timedelta(days=40)
    SchoolYear.objects.filter(
        organization=world.cast.district, first_on__lte=last, last_on__gte=first
    ).delete()
    part = calendars.Period(name="All", first_on=first, last_on=last, reports_due_on=last)
    year = replace(year, first_on=first, last_on=last, days_off=(), periods=(part,))
    if not ProgressReport.objects.filter(student=world.student, first_on=first).exists():
        people.add_school_year(actor=world.actor("ada"), school_id=None, year=year)
    progress.start_report(
        actor=world.actor("ada"), student_id=world.student.id, first_on=first, today=world.today
    )


@change("progress.mutations.reports.write_notes")
def write_notes(world: World) -> None:
    report = _report(world, status="draft")
    notes = [
        progress.NoteChange(
            goal_id=note.goal_id,
            version=note.version,
            statement="some",
            narrative=world.word(),
            reason=world.word(),
        )
        for note in report.notes.all()
    ]
    progress.write_notes(
        actor=world.actor("ada"), report_id=report.id, notes=notes, today=world.today, now=now()
    )


@change("progress.mutations.reports.send_report")
def send_report(world: World) -> None:
    write_notes(world)
    report = _report(world, status="draft")
    progress.send_report(actor=world.actor("ada"), report_id=report.id, today=world.today, now=now())


@change("progress.mutations.reports.correct_report")
def correct_report(world: World) -> None:
    report = _report(world, status="issued")
    progress.correct_report(actor=world.actor("ada"), report_id=report.id, reason=world.word())


@change("progress.mutations.reports.discard_report")
def discard_report(world: World) -> None:
    progress.discard_report(actor=world.actor("ada"), report_id=_report(world, status="draft").id)


@change("progress.mutations.points.undo_progress_point")
def undo_progress_point(world: World) -> None:
    point = world.one(ProgressPoint.objects.filter(voided_at=None, student=world.student))
    progress.undo_progress_point(actor=world.system, point_id=point.id, reason=world.word())


@change("progress.mutations.summaries.summarise_iep")
def summarise_iep(world: World) -> None:
    GoalSummary.objects.filter(student=world.student).delete()
    progress.summarise_iep(actor=world.system, iep_id=world.active.id)


@change("progress.mutations.summaries.rebuild_summaries")
def rebuild_summaries(world: World) -> None:
    GoalSummary.objects.filter(student=world.student).delete()
    goals = Goal.objects.filter(iep=world.active).values_list("id", flat=True)
    progress.rebuild_summaries(actor=world.system, goal_ids=list(goals))


def a_goal(world: World) -> Goal:
    """A goal of the IEP in force."""
    return world.one(Goal.objects.filter(iep=world.active))


def a_point(world: World) -> ProgressPoint:
    """A score that counts and no baseline."""
    return world.one(
        ProgressPoint.objects.filter(
            voided_at=None, student=world.student, is_baseline=False, goal__iep=world.active
        )
    )


@change("progress.mutations.sessions.record_session")
def record_session(world: World) -> None:
    goal = a_goal(world)
    day = min(world.today, goal.baseline_on + timedelta(days=world.dice.randrange(1, 60)))
    entries = [
        progress.Entry(
            goal_id=goal.id,
            measured_on=day,
            value=Decimal(world.dice.randrange(0, 9000)) / 100,
            note=world.word(),
        )
        for _ in range(2)
    ]
    answers = progress.record_session(actor=world.teammate("sam"), entries=entries, today=world.today)
    if not any(answer.is_kept and not answer.is_repeat for answer in answers):
        raise Nothing


@change("progress.mutations.points.exclude_point")
def exclude_point(world: World) -> None:
    progress.exclude_point(
        actor=world.actor("ada"), point_id=a_point(world).id, reason=f"Fire drill, {world.word()}"
    )


@change("progress.mutations.points.include_point")
def include_point(world: World) -> None:
    point = world.one(ProgressPoint.objects.filter(student=world.student, excluded_at__isnull=False))
    progress.include_point(actor=world.actor("ada"), point_id=point.id)


@change("progress.mutations.points.record_second_observation")
def record_second_observation(world: World) -> None:
    point = a_point(world)
    is_sams = point.recorded_by_id == world.cast.sam.person.id
    progress.record_second_observation(
        actor=world.teammate("casey" if is_sams else "sam"),
        point_id=point.id,
        value=Decimal(world.dice.randrange(0, 90)),
    )


@change("progress.mutations.course.start_phase")
def start_phase(world: World) -> None:
    goal = a_goal(world)
    progress.start_phase(
        actor=world.actor("ada"),
        goal_id=goal.id,
        starts_on=goal.baseline_on + timedelta(days=world.dice.randrange(1, 200)),
        label=world.word(),
        reason=world.word(),
        today=world.today,
    )


@change("progress.mutations.course.rename_phase")
def rename_phase(world: World) -> None:
    phase = world.one(Phase.objects.filter(student=world.student))
    progress.rename_phase(actor=world.actor("ada"), phase_id=phase.id, label=world.word())


@change("progress.mutations.course.end_phase")
def end_phase(world: World) -> None:
    phase = world.one(Phase.objects.filter(student=world.student))
    progress.end_phase(
        actor=world.actor("ada"),
        phase_id=phase.id,
        ends_on=phase.starts_on + timedelta(days=1),
        today=world.today,
    )


@change("progress.mutations.course.decide")
def decide(world: World) -> None:
    progress.decide(
        actor=world.actor("ada"),
        goal_id=a_goal(world).id,
        choice="continue",
        reason=f"Going on, {world.word()}",
        today=world.today,
    )


@change("progress.mutations.states.close_goal")
def close_goal(world: World) -> None:
    progress.close_goal(
        actor=world.actor("ada"), goal_id=a_goal(world).id, reason=world.word(), today=world.today
    )


@change("progress.mutations.states.move_to_maintenance")
def move_to_maintenance(world: World) -> None:
    progress.move_to_maintenance(
        actor=world.actor("ada"), goal_id=a_goal(world).id, reason=world.word(), today=world.today
    )


@change("progress.mutations.states.reopen_goal")
def reopen_goal(world: World) -> None:
    state = world.one(GoalState.objects.filter(student=world.student).exclude(status="open"))
    progress.reopen_goal(
        actor=world.actor("ada"), goal_id=state.goal_id, reason=world.word(), today=world.today
    )


@change("progress.mutations.attainment.set_attainment_scale")
def set_attainment_scale(world: World) -> None:
    names = ("much_less", "less", "expected", "more", "much_more")
    progress.set_attainment_scale(
        actor=world.actor("ada"), goal_id=a_goal(world).id, levels={name: world.word() for name in names}
    )


@change("progress.mutations.attainment.rate_attainment")
def rate_attainment(world: World) -> None:
    set_attainment_scale(world)
    scale = world.one(AttainmentScale.objects.filter(student=world.student, goal__iep=world.active))
    progress.rate_attainment(
        actor=world.teammate("sam"),
        goal_id=scale.goal_id,
        level=world.dice.randrange(-2, 3),
        rated_on=world.today,
        today=world.today,
        note=world.word(),
    )


@change("progress.mutations.assignments.assign_data_task")
def assign_data_task(world: World) -> None:
    progress.assign_data_task(
        actor=world.actor("ada"),
        goal_id=a_goal(world).id,
        person_id=world.cast.paula.person.id,
        instructions=world.word(),
        starts_on=world.today,
    )


@change("progress.mutations.assignments.end_data_task")
def end_data_task(world: World) -> None:
    task = world.one(DataTask.objects.filter(student=world.student, ends_on=None))
    progress.end_data_task(actor=world.actor("ada"), task_id=task.id, today=world.today)


def _own_goal(world: World) -> Goal:
    return world.one(Goal.objects.filter(student=world.student, iep__status=Iep.Status.ACTIVE))


@change("casefile.mutations.groups.save_data_group")
def save_data_group(world: World) -> DataGroup:
    goal = _own_goal(world)
    return lists.save_data_group(
        actor=world.actor("casey"), name=world.name(), lineage_ids=[goal.lineage_id], today=world.today
    )


@change("casefile.mutations.groups.delete_data_group")
def delete_data_group(world: World) -> None:
    group = world.one(DataGroup.objects.filter(deleted_at=None))
    lists.delete_data_group(actor=world.actor("casey"), group_id=group.id)


@change("casefile.mutations.groups.restore_data_group")
def restore_data_group(world: World) -> None:
    group = world.one(DataGroup.objects.exclude(deleted_at=None))
    lists.restore_data_group(actor=world.actor("casey"), group_id=group.id)


@change("casefile.mutations.groups.save_data_sheet")
def save_data_sheet(world: World) -> None:
    lists.save_data_sheet(
        actor=world.actor("casey"), goal_id=_own_goal(world).id, steps=[world.word()], trials=5
    )


@change("casefile.mutations.captured.save_captured")
def save_captured(world: World) -> None:
    goal = _own_goal(world)
    value = Decimal(world.dice.randrange(1, 90))
    entry = progress.Entry(
        goal_id=goal.id, measured_on=world.today, value=value, client_id=uuid4(), is_another_probe=True
    )
    (answer,) = lists.save_captured(actor=world.actor("casey"), entries=[entry], today=world.today)
    if answer.point is None:
        raise Nothing


def _judged_otherwise(world: World) -> Goal:
    """A goal whose verdict of last time is another than it will be tonight."""
    goal = a_goal(world)
    GoalState.objects.update_or_create(
        organization_id=goal.organization_id,
        lineage_id=goal.lineage_id,
        defaults={"student": world.student, "goal": goal, "verdict": "on_track:run_above:raise"},
    )
    return goal


@change("progress.mutations.evaluation.evaluate_goal")
def evaluate_goal(world: World) -> None:
    goal = _judged_otherwise(world)
    progress.evaluate_goal(actor=world.system, goal_id=goal.id, today=world.today)


@change("progress.mutations.evaluation.evaluate_batch")
def evaluate_batch(world: World) -> None:
    _judged_otherwise(world)
    progress.evaluate_batch(actor=world.system, today=world.today)


@change("progress.mutations.district.set_prompt_levels")
def set_prompt_levels(world: World) -> None:
    levels = [{"name": "Independent"}, {"name": world.name()}, {"name": world.name()}]
    progress.set_prompt_levels(actor=world.actor("ada"), levels=levels)


@change("progress.mutations.district.set_decision_rule")
def set_decision_rule(world: World) -> None:
    progress.set_decision_rule(actor=world.actor("ada"), values={"above": world.dice.randrange(2, 9)})


@change("ieps.mutations.lifecycle.confirm_glance")
def confirm_glance(world: World) -> None:
    ieps.confirm_glance(actor=world.actor("gina"), student_id=world.student.id)


# --- The next IEP, from draft to active


@change("ieps.mutations.drafts.create_iep")
def create_iep(world: World) -> None:
    ieps.create_iep(actor=world.actor("ada"), student_id=world.student.id, today=world.today)


@change("ieps.mutations.drafts.update_section")
def update_section(world: World) -> None:
    values = {"strengths": world.word(), "parent_concerns": world.word()}
    ieps.update_section(
        actor=world.actor("ada"), iep_id=world.draft.id, section="family", values=values, today=world.today
    )


@change("ieps.mutations.drafts.update_iep")
def update_iep(world: World) -> None:
    dates = {
        "meeting_on": world.today - timedelta(days=3),
        "effective_on": world.today,
        "expires_on": world.today + timedelta(days=360),
    }
    values: dict[str, Any] = dict(dates)
    for section in ("levels", "goals", "placement", "assessments", "extended-year"):
        values |= SECTIONS[section]
    values["present_levels"] = world.word()
    ieps.update_iep(actor=world.actor("ada"), iep_id=world.draft.id, values=values, today=world.today)


def a_comment(world: World, **more: Any) -> Comment:
    rows = Comment.objects.filter(iep=world.draft, thread=None, struck_at=None, **more)
    return world.one(rows)


@change("ieps.mutations.comments.add_comment")
def add_comment(world: World) -> None:
    ieps.add_comment(
        actor=world.teammate("sam"),
        iep_id=world.draft.id,
        field="strengths",
        body=world.word(),
        mentioned=[world.teammate("casey").acting_person_id],
    )
    ieps.add_comment(actor=world.teammate("sam"), iep_id=world.draft.id, field="impact", body=world.word())


@change("ieps.mutations.comments.answer_comment")
def answer_comment(world: World) -> None:
    ieps.answer_comment(actor=world.actor("ada"), comment_id=a_comment(world).id, body=world.word())


@change("ieps.mutations.comments.edit_comment")
def edit_comment(world: World) -> None:
    comment = a_comment(world, person_id=world.cast.sam.person.id)
    ieps.edit_comment(actor=world.teammate("sam"), comment_id=comment.id, body=world.word())


@change("ieps.mutations.comments.resolve_comment")
def resolve_comment(world: World) -> None:
    ieps.resolve_comment(actor=world.actor("ada"), comment_id=a_comment(world, resolved_at=None).id)


@change("ieps.mutations.comments.reopen_comment")
def reopen_comment(world: World) -> None:
    comment = a_comment(world, resolved_at__isnull=False)
    ieps.reopen_comment(actor=world.actor("ada"), comment_id=comment.id)


@change("ieps.mutations.comments.strike_comment")
def strike_comment(world: World) -> None:
    own = world.cast.sam.person
    rows = Comment.objects.filter(iep=world.draft, struck_at=None, field="impact", person=own)
    ieps.strike_comment(actor=world.teammate("sam"), comment_id=world.one(rows).id)


@change("ieps.mutations.goals.add_goal")
def add_goal(world: World) -> None:
    day = world.today - timedelta(days=20)
    values = {
        **GOAL,
        "title": world.word(),
        "baseline_on": day,
        "target_on": world.today + timedelta(days=200),
    }
    ieps.add_goal(actor=world.actor("ada"), iep_id=world.draft.id, values=values, today=world.today)
    if Goal.objects.filter(iep=world.draft).count() < 2:
        ieps.add_goal(actor=world.actor("ada"), iep_id=world.draft.id, values=values, today=world.today)


@change("ieps.mutations.goals.update_goal")
def update_goal(world: World) -> None:
    ieps.update_goal(
        actor=world.actor("ada"),
        goal_id=world.of_draft(Goal).id,
        values={"title": world.word()},
        today=world.today,
    )


@change("ieps.mutations.goals.move_goal")
def move_goal(world: World) -> None:
    goal = world.draft.goals.order_by("number").last()
    if goal is None:
        raise Nothing
    ieps.move_goal(actor=world.actor("ada"), goal_id=goal.id, by=-1)


@change("ieps.mutations.goals.reorder_goals")
def reorder_goals(world: World) -> None:
    order = list(world.draft.goals.order_by("-number").values_list("id", flat=True))
    ieps.reorder_goals(actor=world.actor("ada"), iep_id=world.draft.id, goal_ids=order)


@change("ieps.mutations.goals.remove_goal")
def remove_goal(world: World) -> None:
    if world.draft.goals.count() < 2:
        raise Nothing
    ieps.remove_goal(actor=world.actor("ada"), goal_id=world.of_draft(Goal).id)


@change("ieps.mutations.parts.add_service")
def add_service(world: World) -> None:
    dates = {"starts_on": world.today, "ends_on": world.today + timedelta(days=200)}
    values = {**SERVICE, **dates, "location": world.word()}
    ieps.add_service(actor=world.actor("ada"), iep_id=world.draft.id, values=values, today=world.today)


@change("ieps.mutations.parts.update_service")
def update_service(world: World) -> None:
    ieps.update_service(
        actor=world.actor("ada"),
        service_id=world.of_draft(Service).id,
        values={"minutes": world.dice.randrange(5, 90)},
        today=world.today,
    )


@change("ieps.mutations.parts.date_services")
def date_services(world: World) -> None:
    iep = world.draft
    if iep.effective_on is None or iep.expires_on is None:
        raise Nothing
    world.one(Service.objects.filter(iep=iep).exclude(starts_on=iep.effective_on, ends_on=iep.expires_on))
    ieps.date_services(actor=world.actor("ada"), iep_id=iep.id, today=world.today)


@change("ieps.mutations.parts.add_accommodation")
def add_accommodation(world: World) -> None:
    values = {**ACCOMMODATION, "text": world.word()}
    ieps.add_accommodation(actor=world.actor("ada"), iep_id=world.draft.id, values=values)


@change("ieps.mutations.parts.update_accommodation")
def update_accommodation(world: World) -> None:
    ieps.update_accommodation(
        actor=world.actor("ada"),
        accommodation_id=world.of_draft(Accommodation).id,
        values={"text": world.word()},
    )


@change("ieps.mutations.parts.remove_accommodation")
def remove_accommodation(world: World) -> None:
    ieps.remove_accommodation(actor=world.actor("ada"), accommodation_id=world.of_draft(Accommodation).id)


@change("ieps.mutations.parts.restore_part")
def restore_part(world: World) -> None:
    removed = world.one(RemovedPart.objects.filter(iep=world.draft))
    ieps.restore_part(actor=world.actor("ada"), removed_id=removed.id)


@change("ieps.mutations.parts.remove_service")
def remove_service(world: World) -> None:
    rows = Service.objects.filter(iep=world.draft)
    if rows.count() < 2:
        add_service(world)
    ieps.remove_service(actor=world.actor("ada"), service_id=world.one(rows).id)


@change("ieps.mutations.signatures.set_language")
def set_language(world: World) -> None:
    language = "es" if world.draft.language == "en" else "en"
    ieps.set_language(actor=world.actor("ada"), iep_id=world.draft.id, language=language)


@change("ieps.mutations.lifecycle.send_to_review")
def send_to_review(world: World) -> None:
    ieps.send_to_review(actor=world.actor("ada"), iep_id=world.draft.id)


@change("ieps.mutations.lifecycle.record_approval")
def record_approval(world: World) -> None:
    ieps.record_approval(
        actor=world.teammate("sam"), iep_id=_in_review(world).id, decision="changes", comment=world.word()
    )


@change("ieps.mutations.signatures.sign_iep")
def sign_iep(world: World) -> None:
    actor = world.teammate("sam")
    ieps.sign_iep(actor=actor, iep_id=_in_review(world).id, meaning="participated", hand=hand(actor))


@change("ieps.mutations.signatures.record_parent_signature")
def record_parent_signature(world: World) -> None:
    guardian = world.one(Guardian.objects.filter(student=world.student, person=world.cast.mina.person))
    ieps.record_parent_signature(
        actor=world.actor("ada"),
        iep_id=_in_review(world).id,
        guardian_id=guardian.id,
        meaning="agrees",
        signed_on=world.today,
        paper_reference=world.word(),
    )


@change("ieps.mutations.signatures.withdraw_signature")
def withdraw_signature(world: World) -> None:
    row = world.one(
        Signature.objects.filter(
            subject_id=_in_review(world).id, guardian__isnull=False, withdrawn_by=None
        ).exclude(meaning="withdraws")
    )
    ieps.withdraw_signature(actor=world.actor("ada"), signature_id=row.id, comment=world.word())


@change("ieps.mutations.lifecycle.return_to_draft")
def return_to_draft(world: World) -> None:
    ieps.return_to_draft(actor=world.actor("ada"), iep_id=_in_review(world).id)


@change("ieps.mutations.lifecycle.approve_iep")
def approve_iep(world: World) -> None:
    drafts = Iep.objects.filter(student=world.student, status=Iep.Status.DRAFT)
    if drafts.exists():
        update_section(world)
        ieps.send_to_review(actor=world.actor("ada"), iep_id=world.draft.id)
    ieps.approve_iep(actor=world.actor("ada"), iep_id=_in_review(world).id, hand=hand(world.actor("ada")))


def _in_review(world: World) -> Iep:
    return world.one(Iep.objects.filter(student=world.student, status=Iep.Status.IN_REVIEW))


@change("documents.mutations.record_consent")
def record_consent(world: World) -> None:
    guardian = world.one(Guardian.objects.filter(student=world.student, person=world.cast.mina.person))
    papers.record_consent(
        actor=world.actor("ada"),
        student_id=world.student.id,
        kind="services",
        guardian_id=guardian.id,
        given_on=world.today - timedelta(days=world.dice.randrange(1, 90)),
        paper_reference=world.word(),
        today=world.today,
    )


@change("ieps.mutations.lifecycle.activate_iep")
def activate_iep(world: World) -> None:
    waiting = world.one(Iep.objects.filter(student=world.student, status=Iep.Status.APPROVED))
    ieps.activate_iep(actor=world.actor("ada"), iep_id=waiting.id, today=world.today)


@change("ieps.mutations.amendments.propose_amendment")
def propose_amendment(world: World) -> None:
    rows = Iep.objects.filter(student=world.student)
    if rows.filter(status__in=Iep.OPEN).exists():
        discard_draft(world)
    active = world.one(rows.filter(status=Iep.Status.ACTIVE))
    ieps.propose_amendment(actor=world.actor("ada"), iep_id=active.id, reason=world.word(), today=world.today)


@change("ieps.mutations.amendments.plan_amendment")
def plan_amendment(world: World) -> None:
    amended = world.one(
        Iep.objects.filter(student=world.student, kind=Iep.Kind.AMENDMENT, status=Iep.Status.DRAFT)
    )
    ieps.plan_amendment(
        actor=world.actor("ada"),
        iep_id=amended.id,
        reason=world.word(),
        way="meeting",
        met_on=world.today,
        today=world.today,
    )


@change("ieps.mutations.amendments.record_revised_copy")
def record_revised_copy(world: World) -> None:
    rows = Iep.objects.filter(student=world.student, kind=Iep.Kind.AMENDMENT)
    amended = rows.filter(status__in=Iep.SHARED).first()
    if amended is None:
        opened = rows.filter(status=Iep.Status.DRAFT).first()
        if opened is None:
            propose_amendment(world)
        amended = world.one(rows.filter(status=Iep.Status.DRAFT))
        ieps.send_to_review(actor=world.actor("ada"), iep_id=amended.id)
        ieps.approve_iep(actor=world.actor("ada"), iep_id=amended.id, hand=hand(world.actor("ada")))
    asked_on = world.today - timedelta(days=world.dice.randrange(1, 90))
    ieps.record_revised_copy(
        actor=world.actor("ada"), iep_id=amended.id, asked_on=asked_on, given_on=None, today=world.today
    )


@change("documents.mutations.revoke_consent")
def revoke_consent(world: World) -> None:
    consent = world.one(Consent.objects.filter(student=world.student, revoked_on=None))
    papers.revoke_consent(
        actor=world.actor("ada"), consent_id=consent.id, revoked_on=world.today, today=world.today
    )


@change("ieps.mutations.drafts.discard_draft")
def discard_draft(world: World) -> None:
    if not Iep.objects.filter(student=world.student, status__in=Iep.OPEN).exists():
        create_iep(world)
    opened = world.one(Iep.objects.filter(student=world.student, status__in=Iep.OPEN))
    ieps.discard_draft(actor=world.actor("ada"), iep_id=opened.id)


# --- Messages


@change("notifications.mutations.queue_message")
def queue_message(world: World) -> None:
    chosen = world.dice.choice(["casey", "mina", "ada"])
    messages.queue_message(
        actor=world.system,
        kind="other",
        key=world.word(),
        subject="A word",
        body=world.word(),
        person_id=getattr(world.cast, chosen).person.id,
    )


@change("notifications.mutations.mark_read")
def mark_read(world: World) -> None:
    messages.mark_read(actor=world.actor(world.dice.choice(["casey", "mina", "ada"])))


@change("notifications.mutations.invite")
def invite(world: World) -> None:
    add_member(world)
    messages.invite(actor=world.system, membership_id=world.extra_membership().id)


@change("notifications.mutations.tell_new_member")
def tell_new_member(world: World) -> None:
    person = world.somebody_new().person
    member = students.add_team_member(
        actor=world.actor("ada"), student_id=world.student.id, person_id=person.id, part="other"
    )
    messages.tell_new_member(actor=world.actor("ada"), member_id=member.id)


@change("notifications.mutations.tell_of_comment")
def tell_of_comment(world: World) -> None:
    comment = world.one(Comment.objects.filter(iep__student=world.student).exclude(mentioned=[]))
    Message.objects.filter(
        key__startswith=f"comment:{comment.id}"
    ).delete()  # told already when it was written
    messages.tell_of_comment(actor=world.actor("ada"), comment_id=comment.id)


@change("notifications.mutations.tell_of_review")
def tell_of_review(world: World) -> None:
    messages.tell_of_review(actor=world.actor("ada"), iep_id=world.active.id)


@change("notifications.mutations.tell_of_report")
def tell_of_report(world: World) -> None:
    report = _report(world, status="issued")
    Message.objects.filter(key__startswith=f"report:{report.id}:").delete()  # told already when it was sent
    messages.tell_of_report(actor=world.actor("ada"), report_id=report.id)


@change("notifications.mutations.tell_of_mastery")
def tell_of_mastery(world: World) -> None:
    goal = world.one(Goal.objects.filter(iep=world.active))
    messages.tell_of_mastery(actor=world.actor("ada"), goal_id=goal.id)


# --- Away and back: last in the story, since the team sees nothing meanwhile


@change("students.mutations.bulk.archive_students")
def archive_students(world: World) -> None:
    students.archive_students(actor=world.actor("ada"), many=_many(world), reason=world.word())


@change("students.mutations.bulk.restore_students")
def restore_students(world: World) -> None:
    students.restore_students(actor=world.actor("ada"), many=_many(world))


@change("students.mutations.files.archive_student")
def archive_student(world: World) -> None:
    files.archive_student(actor=world.actor("ada"), student_id=world.student.id, reason=world.word())


@change("students.mutations.files.restore_student")
def restore_student(world: World) -> None:
    files.restore_student(actor=world.actor("ada"), student_id=world.student.id)


from tests.live import health_changes, record_changes, text_changes  # noqa: E402, F401  # what they need stands above
