"""Starting a draft, writing its sections, giving it up."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict, NotFound
from core.mutation import audit, mutation, require, unchanged
from ieps.copying import take_over_parts, take_over_words
from ieps.editing import (
    check_dates,
    check_length,
    check_section_is_as_read,
    check_shape,
    locked_draft,
    next_review,
    only_known,
    open_draft,
    put,
    touch,
)
from ieps.models import Iep
from ieps.queries import has_been_served, visible_iep
from ieps.rules import may_contribute, may_start_iep, may_write_iep
from ieps.sections import BY_ID, KEPT_BY_AMENDMENTS, NARRATIVES, SECTIONS
from ieps.texts import ensure_texts, make_texts, write_words
from students.queries import editable_student


class DraftExists(Conflict):
    """A student has one open IEP at a time. `details["iep_id"]` names it."""

    code = "draft_exists"
    message = gettext_lazy(
        "There is an open IEP for this student already. Go on with it, or discard it first."
    )


class DatesStay(Conflict):
    """An amendment changes neither when the IEP is reviewed nor how long it holds."""

    code = "dates_stay"
    message = gettext_lazy("An amendment keeps the dates of the IEP that it changes, and its review.")


class NotOpen(Conflict):
    """What was active stays in the record."""

    code = "not_open"
    message = gettext_lazy("Only an IEP that was never in effect can be discarded.")


@mutation
def create_iep(*, actor: Actor, student_id: UUID, today: date, copy: bool = False) -> Iep:
    """Start a draft: the initial one when no IEP of the student was ever active, else an annual one.

    With `copy`, goals, services, accommodations and narratives of the IEP in force go along; goals keep their lineage,
    so that progress goes on. `today` is the district's. Raises NotFound, NotAllowed, DraftExists, Archived.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_start_iep)
    mine = student.ieps
    opened = mine.filter(status__in=Iep.OPEN).first()
    if opened is not None:
        raise DraftExists(details={"iep_id": str(opened.id)})
    served = has_been_served(actor=actor, student=student)
    iep = Iep(
        organization_id=actor.organization_id,
        student=student,
        number=(mine.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=Iep.Kind.ANNUAL if served else Iep.Kind.INITIAL,
        changed_by_name=actor.name[:120],
    )
    source = mine.filter(status=Iep.Status.ACTIVE).first() if copy else None
    if source is not None:
        take_over_words(actor=actor, source=source, iep=iep)
    iep.save()
    make_texts(actor=actor, iep=iep, source=source)
    if source is not None:
        take_over_parts(actor=actor, source=source, iep=iep)
    audit(
        actor,
        "ieps.iep.created",
        iep,
        number=iep.number,
        kind=iep.kind,
        on=today,
        copied_from=source.id if source is not None else None,
    )
    return iep


@mutation
def prepare_texts(*, actor: Actor, iep_id: UUID) -> None:
    """Make the shared texts of an older draft that has none yet, when somebody opens it to write. Raises NotFound."""
    unchanged(actor)
    iep = visible_iep(actor=actor, iep_id=iep_id)
    if iep.status == Iep.Status.DRAFT and iep.student.archived_at is None and may_contribute(actor, iep):
        ensure_texts(iep=iep)


@mutation
def update_section(
    *,
    actor: Actor,
    iep_id: UUID,
    section: str,
    values: Mapping[str, Any],
    today: date,
    expected_version: int | None = None,
    read: Mapping[str, Any] | None = None,
) -> Iep:
    """Write columns of one section of a draft (`ieps.sections`). The next review is a year after the last one.

    `expected_version` is the IEP's version when the writer read it, `read` the values that stood there then: a value
    that somebody else changed since is a conflict that carries both. Narratives are written as changes of their shared
    texts. Raises NotFound, NotAllowed, NotADraft, DatesStay, EditConflict, Invalid.
    """
    if section not in BY_ID:
        raise NotFound
    iep = open_draft(actor=actor, iep_id=iep_id)
    only_known(values=values, known=BY_ID[section].fields)
    check_length(values=values)
    check_section_is_as_read(
        iep=iep, section=section, values=values, expected_version=expected_version, read=read
    )
    words = {name: str(value) for name, value in values.items() if name in NARRATIVES}
    written = write_words(actor=actor, iep=iep, values=words)
    iep = locked_draft(actor=actor, iep_id=iep_id)
    rest = {name: value for name, value in values.items() if name not in NARRATIVES}
    check_section_is_as_read(
        iep=iep, section=section, values=rest, expected_version=expected_version, read=read
    )
    change = put(record=iep, values=rest)
    if not (change.fields or written):
        unchanged(actor)
        return iep
    if iep.kind == Iep.Kind.AMENDMENT and not set(change.fields).isdisjoint(KEPT_BY_AMENDMENTS):
        raise DatesStay
    check_shape(record=iep, values=rest)
    if section == "dates":
        check_dates(iep=iep, today=today)
        iep.next_review_on = next_review(iep=iep)
    if change.fields:
        touch(actor=actor, iep=iep, fields=(*change.fields, "next_review_on"), section=section)
    audit(
        actor,
        "ieps.section.changed",
        iep,
        section=section,
        fields=(*written, *change.fields),
        changes=change.values,
        version=iep.version,
    )
    return iep


@mutation
def update_iep(
    *, actor: Actor, iep_id: UUID, values: Mapping[str, Any], today: date, expected_version: int | None = None
) -> Iep:
    """Write columns of any sections of a draft at once, as a program does; all of them or none.

    Raises NotFound, NotAllowed, NotADraft, EditConflict, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    known = {name: section.id for section in SECTIONS for name in section.fields}
    only_known(values=values, known=known)
    unchanged(actor)  # each section accounts for itself
    for section in SECTIONS:
        given = {name: value for name, value in values.items() if known[name] == section.id}
        if given:
            iep = update_section(
                actor=actor,
                iep_id=iep_id,
                section=section.id,
                values=given,
                today=today,
                expected_version=expected_version,
            )
    return iep


@mutation
def discard_draft(*, actor: Actor, iep_id: UUID) -> Iep:
    """Give up an open IEP. It stays in the record as discarded. Raises NotFound, NotAllowed, NotOpen."""
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    require(actor, may_write_iep, iep)
    if iep.status == Iep.Status.DISCARDED:
        unchanged(actor)
        return iep
    if not iep.is_open:
        raise NotOpen
    before = iep.status
    iep.status = Iep.Status.DISCARDED
    touch(actor=actor, iep=iep, fields=("status",))
    audit(actor, "ieps.iep.discarded", iep, number=iep.number, was=before)
    return iep
