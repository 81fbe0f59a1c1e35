"""What every change of a draft shares: the lock, the two people who wrote at once, what the audit keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from accounts.rights import STAFF_ROLES
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import require
from ieps.models import Iep
from ieps.queries import visible_iep
from ieps.rules import may_write_iep
from ieps.sections import a_year_after
from students.queries import Archived

LONGEST_NARRATIVE = 20_000  # characters; some ten printed pages
EARLIEST, LATEST = (
    date(1990, 1, 1),
    date(2100, 12, 31),
)  # a school date outside of these is a slip of the hand


class EditConflict(Conflict):
    """Somebody changed the same words meanwhile. `details["both"]` has theirs and yours, field by field."""

    code = "edit_conflict"
    message = gettext_lazy(
        "Somebody changed this while you were writing. Both versions are shown; choose what stays."
    )


class NotADraft(Conflict):
    """Only a draft is edited."""

    code = "not_a_draft"
    message = gettext_lazy("Only a draft can be changed. Make it a draft again first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a change did to a record: columns by name, and what the audit may keep of their values."""

    fields: tuple[str, ...]
    values: Mapping[str, Any]


def locked_draft(*, actor: Actor, iep_id: UUID) -> Iep:
    """A draft that the actor may write, locked until the transaction ends. Raises NotFound, NotAllowed, NotADraft."""
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    require(actor, may_write_iep, iep)
    if iep.status != Iep.Status.DRAFT:
        raise NotADraft
    return iep


def open_draft(*, actor: Actor, iep_id: UUID) -> Iep:
    """A draft that the actor may write, not locked yet. As `locked_draft` otherwise."""
    iep = visible_iep(actor=actor, iep_id=iep_id)
    require(actor, may_write_iep, iep)
    if iep.student.archived_at is not None:
        raise Archived
    if iep.status != Iep.Status.DRAFT:
        raise NotADraft
    return iep


def only_known(*, values: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse columns that may not be set here. Raises Invalid."""
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise Invalid(fields={name[:80]: [_("There is no such field.")] for name in unknown})


def check_nobody_was_first(
    *,
    record: models.Model,
    values: Mapping[str, Any],
    expected_version: int | None,
    changed_at_version: int,
    by: str,
    read: Mapping[str, Any] | None = None,
) -> None:
    """Refuse values written on top of what somebody else wrote meanwhile, showing both. Raises EditConflict.

    Nothing is lost where both wrote the same, where the value still is what was `read`, or where the caller does not
    say which version was read.
    """
    if expected_version is None or changed_at_version <= expected_version:
        return
    both = {
        name: {"theirs": plain_value(getattr(record, name)), "yours": plain_value(value)}
        for name, value in values.items()
        if getattr(record, name) != value and not _is_as_read(record, name, read)
    }
    if both:
        raise EditConflict(details={"both": both, "by": by, "version": getattr(record, "version", 0)})


def check_section_is_as_read(
    *,
    iep: Iep,
    section: str,
    values: Mapping[str, Any],
    expected_version: int | None,
    read: Mapping[str, Any] | None,
) -> None:
    """Refuse values of a section that somebody else changed since they were read. Raises EditConflict."""
    check_nobody_was_first(
        record=iep,
        values=values,
        expected_version=expected_version,
        changed_at_version=int(iep.section_versions.get(section, 0)),
        by=iep.changed_by_name,
        read=read,
    )


def _is_as_read(record: models.Model, name: str, read: Mapping[str, Any] | None) -> bool:
    return read is not None and name in read and plain_value(getattr(record, name)) == read[name]


def put(*, record: models.Model, values: Mapping[str, Any]) -> Change:
    """Set columns and say which of them differ from before; narratives are named, other values kept."""
    changed: list[str] = []
    kept: dict[str, Any] = {}
    for name, value in values.items():
        before = getattr(record, name)
        if before == value:
            continue
        changed.append(name)
        setattr(record, name, value)
        if not is_narrative(record=record, name=name):
            kept[name] = [before, value]
    return Change(fields=tuple(changed), values=kept)


def is_narrative(*, record: models.Model, name: str) -> bool:
    """Whether a column holds free words, which never enter the audit."""
    field = record._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    return isinstance(field, models.TextField) or (isinstance(field, models.CharField) and not field.choices)


def check_shape(*, record: models.Model, values: Mapping[str, Any]) -> None:
    """Refuse what a column cannot hold: its type, its length, its choices, and dates of another century."""
    check_length(values=values)
    given = {name.removesuffix("_id") for name in values}
    exclude = {field.name for field in record._meta.fields} - given
    exclude |= {field.name for field in record._meta.fields if field.is_relation}
    record.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)


def check_length(*, values: Mapping[str, Any]) -> None:
    """Refuse dates of another century, and more words than any section needs. Raises Invalid."""
    found: dict[str, list[str]] = {}
    for name, value in values.items():
        if isinstance(value, date) and not EARLIEST <= value <= LATEST:
            found[name] = [_("Enter a date between 1990 and 2100.")]
        if isinstance(value, str) and len(value) > LONGEST_NARRATIVE:
            found[name] = [_("This is too long: at most 20,000 characters.")]
    if found:
        raise Invalid(fields=found)


def check_person(*, actor: Actor, name: str, person_id: UUID | None) -> None:
    """Refuse a person who works and worked nowhere in the district. Raises Invalid."""
    if person_id is None:
        return
    held = Membership.objects.filter(organization_id=actor.organization_id, person_id=person_id)
    if not held.filter(role__in=STAFF_ROLES).exists():
        raise Invalid(fields={name: [_("Choose somebody who works in this district.")]})


def touch(*, actor: Actor, iep: Iep, fields: Iterable[str] = (), section: str = "") -> None:
    """Save named columns of an IEP, count its version and note who changed it last."""
    iep.version += 1
    iep.changed_at = now()
    iep.changed_by_name = actor.name[:120]
    saved = ["version", "changed_at", "changed_by_name", *fields]
    if section:
        iep.section_versions = {**iep.section_versions, section: iep.version}
        saved.append("section_versions")
    iep.save(update_fields=saved)


def plain_value(value: Any) -> Any:
    """A value as JSON holds it, in a conflict and in a form that says what was read."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def next_review(*, iep: Iep) -> date | None:
    """A year after the last review; a year after the meeting where no review has been yet.

    Source: 34 CFR 300.324(b)(1)(i).
    """
    last = iep.last_review_on or iep.meeting_on
    return a_year_after(last) if last else None


def check_dates(*, iep: Iep, today: date) -> None:
    """Refuse dates in an impossible order, each beside its field. Raises Invalid."""
    found: dict[str, list[str]] = {}
    if iep.effective_on and iep.expires_on and iep.expires_on <= iep.effective_on:
        found["expires_on"] = [_("The last day must be after the day on which the IEP takes effect.")]
    if iep.meeting_on and iep.effective_on and iep.meeting_on > iep.effective_on:
        found["meeting_on"] = [_("The meeting cannot be after the day on which the IEP takes effect.")]
    if iep.last_review_on and iep.last_review_on > max(today, iep.meeting_on or today):
        found["last_review_on"] = [_("The last review cannot be in the future.")]
    if found:
        raise Invalid(fields=found)
