"""The fields that a district adds to the record: their definitions, and what they say of students."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.rights import Action, Group, relations_that_see
from core.actor import Actor, Kind
from core.errors import NotFound
from core.models import topic
from core.mutation import require
from core.outbox import topic_versions
from students.field_values import in_words
from students.models import CustomField, CustomValue, Student, visible_students
from students.queries.files import opened_student
from students.queries.record import Doors, doors_of
from students.rules import Access, may_keep_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One field and how many students have a value in it."""

    field: CustomField
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """What one field says of a student: the kept text, and as people read it."""

    field: CustomField
    value: str
    words: str
    may_write: bool
    is_old: bool  # a choice that the list offers no more


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsPage:
    """The district's own fields of one student, as far as the reader sees them."""

    student: Student
    doors: Doors
    rows: tuple[ValueRow, ...]
    may_write: bool
    topic: str
    version: str
    keeps_fields: bool


def fields_page(*, actor: Actor, student_id: UUID) -> FieldsPage:
    """What the district's own fields say of a student. Raises NotFound."""
    news = topic("fields", actor.organization_id)
    versions = topic_versions([news])
    student, tied = opened_student(actor=actor, student_id=student_id)
    rows = values_of(actor=actor, student=student, tied=tied)
    return FieldsPage(
        student=student,
        doors=doors_of(tied),
        rows=rows,
        may_write=student.archived_at is None and any(row.may_write for row in rows),
        topic=news,
        version=str(versions[news]),
        keeps_fields=may_keep_fields(actor),
    )


def values_of(*, actor: Actor, student: Student, tied: Access) -> tuple[ValueRow, ...]:
    """What each field that the actor sees says of a student already seen, in the district's order."""
    fields = [field for field in _fields(actor).filter(archived_at=None) if tied.sees(Group(field.viewers))]
    rows = CustomValue.objects.filter(organization_id=actor.organization_id, student=student)
    held = dict(rows.values_list("field_id", "value"))
    return tuple(
        ValueRow(
            field=field,
            value=held.get(field.id, ""),
            words=in_words(field, held.get(field.id, "")),
            may_write=tied.may(Action.WRITE, Group(field.viewers)),
            is_old=bool(held.get(field.id)) and bool(field.choices) and held[field.id] not in field.choices,
        )
        for field in fields
    )


def custom_fields(*, actor: Actor, is_archived: bool = False) -> tuple[FieldRow, ...]:
    """The district's own fields in order, with how often each is used. Raises NotAllowed."""
    require(actor, may_keep_fields, None)
    rows = _fields(actor).filter(archived_at__isnull=not is_archived).annotate(used=Count("values"))
    return tuple(FieldRow(field=row, count=row.used) for row in rows)


def custom_field(*, actor: Actor, field_id: UUID, lock: bool = False) -> CustomField:
    """One of the district's own fields. Raises NotAllowed, NotFound."""
    require(actor, may_keep_fields, None)
    rows = _fields(actor).filter(id=field_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound
    return found


def custom_columns(*, actor: Actor) -> tuple[CustomField, ...]:
    """The fields of which the actor may see values of some student at all, in order: the columns of a list."""
    rows = _fields(actor).filter(archived_at=None)
    if actor.kind is not Kind.PERSON:
        return tuple(rows)
    return tuple(row for row in rows if relations_that_see(actor.roles, Group(row.viewers)))


def custom_values(
    *, actor: Actor, student_ids: Collection[UUID], columns: Iterable[CustomField]
) -> dict[UUID, dict[UUID, str]]:
    """What fields say of many students, by student and field, in words, as far as the actor sees each of them.

    One statement for each group of viewers, four at the most.
    """
    fields = {field.id: field for field in columns}
    found: dict[UUID, dict[UUID, str]] = {student_id: {} for student_id in student_ids}
    for viewers in sorted({field.viewers for field in fields.values()}):
        rows = CustomValue.objects.filter(
            visible_students(actor, prefix="student__", group=Group(viewers)),
            organization_id=actor.organization_id,
            student_id__in=list(student_ids),
            field_id__in=[field.id for field in fields.values() if field.viewers == viewers],
        )
        for student_id, field_id, value in rows.values_list("student_id", "field_id", "value"):
            found[student_id][field_id] = in_words(fields[field_id], value)
    return found


def _fields(actor: Actor) -> QuerySet[CustomField]:
    return CustomField.objects.filter(organization_id=actor.organization_id).order_by(
        "position", "name", "id"
    )
