"""What a version of an IEP changes of the one before, with the words that people read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Person
from core.actor import Actor
from core.dates import day_in_record
from core.errors import NotFound
from core.models import topic
from core.outbox import topic_version
from ieps.differences import Differences, FieldChange, PartChange, Piece, compare
from ieps.models import Accommodation, Amendment, Goal, Iep, Service
from ieps.queries.programs import visible_iep
from ieps.sections import SECTIONS
from ieps.signed import content_of

Label = str | Promise
MODELS: Mapping[str, type[models.Model]] = {
    "goals": Goal,
    "services": Service,
    "accommodations": Accommodation,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedField:
    """One field in words: before and after, or the text with what was added and removed."""

    name: str
    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPart:
    """A goal, service or accommodation that was added, removed or changed."""

    id: str
    kind: str
    kind_label: str
    title: str
    fields: tuple[ChangedField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSection:
    """One section with everything in it that differs."""

    id: str
    label: Label
    fields: tuple[ChangedField, ...]
    parts: tuple[ChangedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencesPage:
    """Two versions of a student's IEP, section by section."""

    iep_id: UUID
    student_id: UUID
    student_name: str
    number: int
    kind: str
    base_id: UUID
    base_number: int
    reason: str
    way: str
    sections: tuple[ChangedSection, ...]
    count: int
    language: str
    topic: str
    version: str


def iep_differences(*, actor: Actor, iep_id: UUID) -> DifferencesPage:
    """What an IEP changes of the one before it: for an amendment the IEP that it amends. Raises NotFound."""
    version = topic_version(topic("iep", iep_id))
    iep = visible_iep(actor=actor, iep_id=iep_id)
    amendment = Amendment.objects.filter(organization_id=iep.organization_id, iep_id=iep.id).first()
    base = _before(actor, iep, amendment)
    found = compare(content_of(actor=actor, iep=base), content_of(actor=actor, iep=iep))
    return DifferencesPage(
        iep_id=iep.id,
        student_id=iep.student_id,
        student_name=iep.student.name,
        number=iep.number,
        kind=iep.kind,
        base_id=base.id,
        base_number=base.number,
        reason=amendment.reason if amendment else "",
        way=str(Amendment.Way(amendment.way).label) if amendment else "",
        sections=_sections(found),
        count=found.count,
        language=iep.language,
        topic=iep.topic,
        version=version,
    )


def _before(actor: Actor, iep: Iep, amendment: Amendment | None) -> Iep:
    if amendment is not None:
        return visible_iep(actor=actor, iep_id=amendment.base_id)
    rows = Iep.objects.visible_to(actor).select_related("student")
    found = rows.filter(student_id=iep.student_id, number__lt=iep.number, status__in=Iep.SHARED)
    last = found.order_by("-number").first()
    if last is None:
        raise NotFound
    return last


def _sections(found: Differences) -> tuple[ChangedSection, ...]:
    names = _names(found)
    sections = []
    for section in SECTIONS:
        fields = [change for change in found.fields if change.name in section.fields]
        parts = [part for part in found.parts if section.lists and part.part == f"{section.lists}s"]
        if fields or parts:
            sections.append(
                ChangedSection(
                    id=section.id,
                    label=section.label,
                    fields=tuple(_changed(Iep, change, names) for change in fields),
                    parts=tuple(_part(part, names) for part in parts),
                )
            )
    return tuple(sections)


def _names(found: Differences) -> dict[str, str]:
    """The names of the people in changed rows, in one statement."""
    ids = {
        str(value)
        for part in found.parts
        for change in part.fields
        if change.name.endswith("_id")
        for value in (change.before, change.after)
        if value
    }
    rows: Iterable[Person] = Person.objects.filter(id__in=ids) if ids else ()
    return {str(person.id): person.name for person in rows}


def _part(part: PartChange, names: Mapping[str, str]) -> ChangedPart:
    model, row = MODELS[part.part], part.row
    words = {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed")}
    if part.part == "goals":
        title = _("Goal %(number)s: %(title)s") % {"number": row["number"], "title": row["title"]}
    elif part.part == "services":
        kind = _value(model, "kind", row["kind"], names)
        title = f"{kind}: {row['focus']}" if row.get("focus") else kind
    else:
        title = str(row["text"])
    return ChangedPart(
        id=str(row["id"]),
        kind=part.kind,
        kind_label=words[part.kind],
        title=title,
        fields=tuple(_changed(model, change, names) for change in part.fields),
    )


def _changed(model: type[models.Model], change: FieldChange, names: Mapping[str, str]) -> ChangedField:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    label = getattr(fields.get(change.name), "verbose_name", change.name.replace("_", " "))
    return ChangedField(
        name=change.name,
        label=capfirst(str(label)),
        before=_value(model, change.name, change.before, names),
        after=_value(model, change.name, change.after, names),
        pieces=change.pieces,
    )


def _value(model: type[models.Model], name: str, value: Any, names: Mapping[str, str]) -> str:
    """A value as people read it; "nothing" for none."""
    field = {one.attname: one for one in model._meta.concrete_fields}.get(name)
    if value in (None, "", [], {}):
        return _("nothing")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if name.endswith("_id"):
        return names.get(str(value), str(value))
    day = parse_date(str(value)) if isinstance(field, models.DateField) else None
    return day_in_record(day) if day else str(value)
