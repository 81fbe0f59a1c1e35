"""The fields that a district adds to the record, and what they say of a student."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.rights import Action, Group
from core.actor import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.mutation import audit, mutation, require, unchanged
from students.field_values import canonical
from students.models import CustomField, CustomValue
from students.models.custom import MOST_CHOICES
from students.queries import Archived, visible_student
from students.rules import access, may_keep_fields
from students.versions import check_version, touch

Kind = CustomField.Kind
DEFINITION = ("name", "viewers", "is_required", "hint", "choices", "position")
MOST_FIELDS = 60


class HasValues(Conflict):
    """A field is put away instead."""

    code = "has_values"
    message = _("Students have values in this field. Put it away instead: it can be taken out again.")


@mutation
def add_custom_field(*, actor: Actor, name: str, kind: str, **details: Any) -> CustomField:
    """Add a field to the record of every student. `details` are others of `DEFINITION`. Raises NotAllowed, Invalid."""
    require(actor, may_keep_fields, None)
    fields = CustomField.objects.filter(organization_id=actor.organization_id)
    if fields.count() >= MOST_FIELDS:
        raise Invalid(_("A district has at most 60 fields of its own."))
    last = fields.aggregate(last=Max("position"))["last"] or 0
    given = {word: value for word, value in details.items() if word in DEFINITION}
    given["position"] = given.get("position") or last + 1
    field = CustomField(
        organization_id=actor.organization_id, name=" ".join(name.split()), kind=kind, **given
    )
    _check_definition(field)
    field.save(force_insert=True)
    audit(actor, "students.custom_field.added", field, kind=kind, viewers=field.viewers)
    return field


@mutation
def update_custom_field(*, actor: Actor, field_id: UUID, changes: Mapping[str, Any]) -> CustomField:
    """Change a field's name, viewers, order or list. Its kind stays, and values of before stay readable.

    Raises NotFound, NotAllowed, Invalid.
    """
    field = _field(actor, field_id)
    wanted = {name: changes[name] for name in DEFINITION if name in changes}
    changed = [name for name, value in wanted.items() if getattr(field, name) != value]
    if not changed:
        unchanged(actor)
        return field
    for name in changed:
        setattr(field, name, wanted[name])
    _check_definition(field)
    field.save(update_fields=changed)
    audit(actor, "students.custom_field.changed", field, fields=sorted(changed))
    return field


@mutation
def archive_custom_field(*, actor: Actor, field_id: UUID, is_archived: bool = True) -> CustomField:
    """Put a field away with its values, or take it out again. Raises NotFound, NotAllowed, Invalid."""
    field = _field(actor, field_id)
    if (field.archived_at is not None) == is_archived:
        unchanged(actor)
        return field
    field.archived_at = now() if is_archived else None
    _check_definition(field)
    field.save(update_fields=["archived_at"])
    verb = "students.custom_field.archived" if is_archived else "students.custom_field.restored"
    audit(actor, verb, field)
    return field


@mutation
def remove_custom_field(*, actor: Actor, field_id: UUID) -> None:
    """Delete a field that nobody has used. Raises NotFound, NotAllowed, HasValues."""
    field = _field(actor, field_id)
    if CustomValue.objects.filter(organization_id=actor.organization_id, field=field).exists():
        raise HasValues
    audit(actor, "students.custom_field.removed", field)
    field.delete()


@mutation
def set_custom_values(
    *, actor: Actor, student_id: UUID, values: Mapping[str, Any], expected_version: int | None = None
) -> None:
    """Set what the district's own fields say of a student, by the ids of the fields; nothing empties one.

    Raises NotFound, NotAllowed, Invalid, Archived, ChangedMeanwhile.
    """
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    tied = access(actor, student)
    known = {
        str(field.id): field
        for field in CustomField.objects.filter(organization_id=actor.organization_id, archived_at=None)
        if tied.sees(Group(field.viewers))
    }
    if not all(key in known for key in values):
        raise NotFound
    if not known or not all(tied.may(Action.WRITE, Group(known[key].viewers)) for key in values):
        raise NotAllowed
    if student.archived_at is not None:
        raise Archived
    held = {str(row.field_id): row for row in CustomValue.objects.filter(student=student).select_for_update()}
    wrong: dict[str, list[Any]] = {}
    before: dict[str, str] = {}
    changed: dict[str, str] = {}
    for key, given in values.items():
        row = held.get(key)
        before[key] = row.value if row else ""
        try:
            after = canonical(known[key], given, before=before[key])
        except ValueError as error:
            wrong[key] = [error.args[0]]
            continue
        if after != before[key]:
            changed[key] = after
    if wrong:
        raise Invalid(fields=wrong)
    if not changed:
        unchanged(actor)
        return
    check_version(student=student, expected=expected_version, before=before, wanted=changed, changed=changed)
    for key, after in changed.items():
        _put(actor, student.id, known[key], held.get(key), after)
    touch(actor=actor, student=student)
    audit(actor, "students.custom_values.changed", student, field_ids=sorted(changed)[:40])


def _put(actor: Actor, student_id: UUID, field: CustomField, row: CustomValue | None, value: str) -> None:
    if row is None:
        CustomValue.objects.create(
            organization_id=actor.organization_id, student_id=student_id, field=field, value=value
        )
    elif value:
        row.value = value
        row.save(update_fields=["value"])
    else:
        row.delete()


def _field(actor: Actor, field_id: UUID) -> CustomField:
    require(actor, may_keep_fields, None)
    rows = CustomField.objects.filter(organization_id=actor.organization_id)
    found = rows.select_for_update(of=("self",)).filter(id=field_id).first()
    if found is None:
        raise NotFound
    return found


def _check_definition(field: CustomField) -> None:
    """Refuse a field that could not be filled in. Raises Invalid."""
    if field.kind == Kind.CHOICE and len(field.choices) < 2:  # noqa: PLR2004
        raise Invalid(fields={"choices": [_("Enter at least two choices, one in each line.")]})
    if len(field.choices) > MOST_CHOICES or len(set(field.choices)) != len(field.choices):
        raise Invalid(fields={"choices": [_("Enter each choice once, and at most 60.")]})
    if field.kind != Kind.CHOICE and field.choices:
        raise Invalid(fields={"choices": [_("Only a list has choices.")]})
    field.clean_fields(exclude=["organization"])
    same = CustomField.objects.filter(
        organization_id=field.organization_id, name=field.name, archived_at=None
    )
    if field.archived_at is None and same.exclude(id=field.id).exists():
        raise Invalid(fields={"name": [_("There is a field of this name.")]})
