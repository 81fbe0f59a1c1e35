"""The pages of the whole record: details, contacts, About me, school history. Constant numbers of statements."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from accounts.models import School
from accounts.queries import schools_of
from accounts.rights import Action, Group
from core.actor import Actor
from core.errors import NotFound
from students.models import (
    WORDS,
    Address,
    EmergencyContact,
    ExternalId,
    Guardian,
    Mode,
    Move,
    Profile,
    RecordsRequest,
    SchoolEnrollment,
    Student,
    may_be_shared,
)
from students.photos import PHOTOS
from students.queries.files import ids_of, opened_student, require_sight, tags_of
from students.rules import Access

MODES = tuple(Mode.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Which pages of the record a reader may open, and which parts they keep."""

    sees_record: bool
    sees_contacts: bool
    sees_about: bool
    sees_schooling: bool
    sees_safety: bool
    may_write_identity: bool
    may_write_record: bool
    may_write_contacts: bool
    may_write_about: bool
    may_write_schooling: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsPage:
    """Names, languages, eligibility, numbers, tags. What the reader may not see is empty."""

    student: Student
    doors: Doors
    ids: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsPage:
    """How the student and the family are reached."""

    student: Student
    doors: Doors
    addresses: tuple[Address, ...]
    past_addresses: tuple[Address, ...]
    guardians: tuple[Guardian, ...]
    past_guardians: tuple[Guardian, ...]
    emergency: tuple[EmergencyContact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPage:
    """The page "About me": ways of communicating, then each text that is written, by its heading."""

    student: Student
    doors: Doors
    profile: Profile
    modes: tuple[str, ...]
    words: tuple[tuple[str, str | Promise, str], ...]
    has_words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolingRow:
    """A school where the student is or was. `id` is None for what the file says without a row of its own."""

    id: UUID | None
    school: str
    grade: str
    starts_on: date | None
    ends_on: date | None
    entry: str
    ending: str
    is_earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request for records."""

    id: UUID
    direction: str
    direction_label: str
    party: str
    contact: str
    asked_on: date
    sent_on: date | None
    days: int
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolingPage:
    """School history, moves planned and done, requests for records."""

    student: Student
    doors: Doors
    rows: tuple[SchoolingRow, ...]
    planned: Move | None
    exit: Move | None
    is_here: bool
    requests: tuple[RequestRow, ...]


def doors_of(tied: Access) -> Doors:
    """Which parts of the record somebody tied to a student sees and keeps."""
    return Doors(
        sees_record=tied.sees(Group.RECORD),
        sees_contacts=tied.sees(Group.GUARDIANS),
        sees_about=tied.sees(Group.PROFILE),
        sees_schooling=tied.sees(Group.SCHOOLING),
        sees_safety=tied.sees(Group.SAFETY),
        may_write_identity=tied.may(Action.WRITE, Group.IDENTITY),
        may_write_record=tied.may(Action.WRITE, Group.RECORD),
        may_write_contacts=tied.may(Action.WRITE, Group.GUARDIANS),
        may_write_about=tied.may(Action.WRITE, Group.PROFILE),
        may_write_schooling=tied.may(Action.WRITE, Group.SCHOOLING),
    )


def details_page(*, actor: Actor, student_id: UUID) -> DetailsPage:
    """Names, languages, numbers and dates of a student. Raises NotFound."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    sees = tied.sees(Group.RECORD)
    return DetailsPage(
        student=student,
        doors=doors_of(tied),
        ids=_ids(actor, student) if sees else (),
        tags=tags_of(actor=actor, student=student) if sees else (),
    )


def contacts_page(*, actor: Actor, student_id: UUID) -> ContactsPage:
    """How a student and the family are reached. Raises NotFound."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    require_sight(tied, Group.GUARDIANS)
    today = actor.today
    addresses = addresses_of(actor=actor, student=student)
    guardians = tuple(student.guardians.order_by("starts_on", "id"))
    return ContactsPage(
        student=student,
        doors=doors_of(tied),
        addresses=tuple(row for row in addresses if not _is_over(row, today)),
        past_addresses=tuple(row for row in addresses if _is_over(row, today)),
        guardians=tuple(row for row in guardians if not _is_over(row, today)),
        past_guardians=tuple(row for row in guardians if _is_over(row, today)),
        emergency=emergency_of(actor=actor, student=student),
    )


def about_page(*, actor: Actor, student_id: UUID) -> AboutPage:
    """The page "About me". Raises NotFound."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    require_sight(tied, Group.PROFILE)
    profile = profile_of(actor=actor, student=student)
    return AboutPage(
        has_words=any(getattr(profile, name) for name in WORDS),
        student=student,
        doors=doors_of(tied),
        profile=profile,
        modes=tuple(str(Mode(mode).label) for mode in profile.modes),
        words=tuple(
            (name, getattr(Profile, name).field.verbose_name, getattr(profile, name)) for name in WORDS
        ),
    )


def schooling_page(*, actor: Actor, student_id: UUID) -> SchoolingPage:
    """Where a student went to school, what is planned, who asked for records. Raises NotFound."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    require_sight(tied, Group.SCHOOLING)
    moves = tuple(
        student.moves.filter(state__in=[Move.State.PENDING, Move.State.DONE])
        .select_related("to_school")
        .order_by("-on", "-created_at")
    )
    done = [move for move in moves if move.state == Move.State.DONE]
    gone = (
        student.eligibility == Student.Eligibility.EXITED or student.enrollment != Student.Enrollment.ACTIVE
    )
    requests = records_requests_of(actor=actor, student=student)
    return SchoolingPage(
        student=student,
        doors=doors_of(tied),
        rows=schooling_of(actor=actor, student=student),
        planned=next((move for move in moves if move.state == Move.State.PENDING), None),
        exit=done[0] if done and gone and done[0].kind == Move.Kind.EXIT else None,
        is_here=not gone,
        requests=tuple(_request_row(row, actor.today) for row in requests),
    )


def addresses_of(*, actor: Actor, student: Student) -> tuple[Address, ...]:
    """Every address of a student already seen, the newest first."""
    rows = Address.objects.filter(organization_id=actor.organization_id, student=student)
    return tuple(rows.order_by("kind", "-starts_on", "id"))


def guardians_told(*, actor: Actor, student: Student) -> tuple[Guardian, ...]:
    """The parents of a student already seen with whom the record is shared today, with their accounts."""
    rows = Guardian.objects.filter(
        may_be_shared(actor.today), organization_id=actor.organization_id, student=student
    )
    return tuple(rows.select_related("person").order_by("starts_on", "id"))


def emergency_of(*, actor: Actor, student: Student) -> tuple[EmergencyContact, ...]:
    """Who is called in an emergency, in order, for a student already seen."""
    rows = EmergencyContact.objects.filter(organization_id=actor.organization_id, student=student)
    return tuple(rows.order_by("position", "id"))


def profile_of(*, actor: Actor, student: Student) -> Profile:
    """What is written of a student already seen; an empty page when nothing is."""
    found = Profile.objects.filter(organization_id=actor.organization_id, student=student).first()
    return found or Profile(organization_id=actor.organization_id, student=student)


def records_requests_of(*, actor: Actor, student: Student) -> tuple[RecordsRequest, ...]:
    """The requests for the records of a student already seen, those that wait first."""
    rows = RecordsRequest.objects.filter(organization_id=actor.organization_id, student=student)
    return tuple(sorted(rows.order_by("-asked_on", "id"), key=lambda row: row.sent_on is not None))


def schooling_of(*, actor: Actor, student: Student) -> tuple[SchoolingRow, ...]:
    """The school history of a student already seen, the newest first; the school of today is always in it."""
    rows = SchoolEnrollment.objects.filter(organization_id=actor.organization_id, student=student)
    found = [_schooling_row(row) for row in rows.select_related("school").order_by("-starts_on", "-id")]
    is_known = any(row.ends_on is None or not row.is_earlier for row in found)
    if not is_known:
        found.insert(
            0,
            SchoolingRow(
                id=None,
                school=student.school.name,
                grade=student.get_grade_display(),
                starts_on=student.enrolled_on,
                ends_on=None,
                entry="",
                ending="",
                is_earlier=False,
            ),
        )
    return tuple(found)


def open_schools(*, actor: Actor, student: Student) -> tuple[School, ...]:
    """The schools of the district that a student already seen may be moved to."""
    return tuple(one for one in schools_of(actor=actor) if one.id != student.school_id)


def photo(*, actor: Actor, student_id: UUID) -> bytes:
    """The photograph of a student. Raises NotFound when there is none, or it is not shared with the actor."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    require_sight(tied, Group.PROFILE)
    if not student.photo_key:
        raise NotFound
    return PHOTOS.kept(student.photo_key)


def _ids(actor: Actor, student: Student) -> tuple[tuple[str, str], ...]:
    found = ids_of(actor=actor, student=student)
    return tuple((str(ExternalId.Kind(kind).label), value) for kind, value in found.items())


def _is_over(row: Any, today: date) -> bool:
    return row.ends_on is not None and row.ends_on <= today


def _schooling_row(row: SchoolEnrollment) -> SchoolingRow:
    return SchoolingRow(
        id=row.id,
        school=row.school.name if row.school else row.school_name,
        grade=row.get_grade_display(),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        entry=str(row.get_entry_reason_display()),
        ending=str(row.get_ending_display()) if row.ending else "",
        is_earlier=row.school_id is None,
    )


def _request_row(row: RecordsRequest, today: date) -> RequestRow:
    return RequestRow(
        id=row.id,
        direction=row.direction,
        direction_label=str(row.get_direction_display()),
        party=row.party,
        contact=row.contact,
        asked_on=row.asked_on,
        sent_on=row.sent_on,
        days=(today - row.asked_on).days,
        is_late=row.is_late(today),
    )


def moves_due(*, actor: Actor) -> tuple[tuple[UUID, UUID], ...]:
    """Student and move of each planned transfer or exit whose day has come, in the order of their days."""
    rows = Move.objects.filter(
        organization_id=actor.organization_id, state=Move.State.PENDING, on__lte=actor.today
    )
    return tuple(rows.order_by("on", "id").values_list("student_id", "id"))
