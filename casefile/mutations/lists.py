"""What people arrange for themselves: named views, students at hand; and lists that they take along."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.queries import organization_of
from casefile.models import MOST_PINS, DefaultView, PinnedStudent, SavedView
from casefile.printed_iep import LANGUAGES
from casefile.printed_iep.document import document_of
from casefile.printed_iep.files import PaperFile, file_name, print_iep
from casefile.queries import Filters, listed_ids, saved_view
from casefile.rules import may_export_lists, may_keep_view, may_share_views, may_take_iep
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.mutation import audit, mutation, require, unchanged
from documents.files import keep_file, kept_file
from documents.models import GeneratedFile
from ieps.models import Iep
from ieps.queries import visible_iep
from ieps.signed import subject_of
from students.mutations import log_list_export
from students.queries import visible_student

MOST_VIEWS = 30
MOST_EXPORTED = 10_000


class TooMany(Conflict):
    """There is room for a few only."""

    code = "too_many"


@mutation
def save_view(
    *, actor: Actor, name: str, words: Mapping[str, str], is_shared: bool = False, is_default: bool = False
) -> SavedView:
    """Name filters, an order and columns. Raises Invalid, NotAllowed, TooMany."""
    if is_shared:
        require(actor, may_share_views, actor)
    mine = SavedView.objects.visible_to(actor).filter(person_id=actor.person_id)
    if mine.count() >= MOST_VIEWS:
        raise TooMany(_("You have 30 views already. Delete one first."))
    view = SavedView(
        organization_id=actor.organization_id,
        person_id=actor.person_id,
        name=_name(actor, name),
        words=dict(words),
        is_shared=is_shared,
    )
    view.clean_fields(exclude=["organization", "person", "words"])
    view.save(force_insert=True)
    audit(actor, "casefile.view.saved", view, is_shared=is_shared, fields=sorted(words))
    if is_default:
        set_default_view(actor=actor, view_id=view.id)
    return view


@mutation
def rename_view(*, actor: Actor, view_id: UUID, name: str) -> SavedView:
    """Call a view something else. Raises NotFound, NotAllowed, Invalid."""
    view = saved_view(actor=actor, view_id=view_id, lock=True)
    require(actor, may_keep_view, view)
    if view.name == " ".join(name.split()):
        unchanged(actor)
        return view
    view.name = _name(actor, name)
    view.clean_fields(exclude=["organization", "person", "words"])
    view.save(update_fields=["name"])
    audit(actor, "casefile.view.renamed", view)
    return view


@mutation
def delete_view(*, actor: Actor, view_id: UUID) -> SavedView:
    """Put a view away; `restore_view` brings it back. Raises NotFound, NotAllowed."""
    view = saved_view(actor=actor, view_id=view_id, lock=True)
    require(actor, may_keep_view, view)
    view.deleted_at = now()
    view.save(update_fields=["deleted_at"])
    audit(actor, "casefile.view.deleted", view)
    return view


@mutation
def restore_view(*, actor: Actor, view_id: UUID) -> SavedView:
    """Bring a view back that the actor might delete. Raises NotFound, NotAllowed, Invalid."""
    rows = SavedView.objects.select_for_update(of=("self",))  # for all: deleted ones exist for nobody else
    view = rows.filter(organization_id=actor.organization_id, id=view_id).first()
    if view is None or not may_keep_view(actor, view):
        raise NotFound
    if view.deleted_at is None:
        unchanged(actor)
        return view
    view.name = _name(actor, view.name)
    view.deleted_at = None
    view.save(update_fields=["deleted_at"])
    audit(actor, "casefile.view.restored", view)
    return view


@mutation
def set_default_view(*, actor: Actor, view_id: UUID | None) -> None:
    """Say with which view the actor's list opens; None for the whole list. Raises NotFound."""
    view = saved_view(actor=actor, view_id=view_id) if view_id else None
    held = DefaultView.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id)
    if (held.values_list("view_id", flat=True).first()) == view_id:
        unchanged(actor)
        return
    held.delete()
    if view is not None:
        DefaultView.objects.create(
            organization_id=actor.organization_id, person_id=actor.person_id, view=view
        )
        audit(actor, "casefile.default.set", view)
    else:
        unchanged(actor)  # how one's own list opens is no act upon a record


@mutation
def pin_student(*, actor: Actor, student_id: UUID) -> None:
    """Keep a student at hand in the navigation. Raises NotFound, TooMany."""
    student = visible_student(actor=actor, student_id=student_id)
    mine = PinnedStudent.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id)
    if mine.filter(student=student).exists():
        unchanged(actor)
        return
    if mine.select_for_update().count() >= MOST_PINS:
        raise TooMany(_("Eight students are pinned already. Unpin one first."))
    pin = PinnedStudent.objects.create(
        organization_id=actor.organization_id, person_id=actor.person_id, student=student
    )
    audit(actor, "casefile.pin.added", pin)


@mutation
def unpin_student(*, actor: Actor, student_id: UUID) -> None:
    """Take a student out of the navigation, whether or not the actor still sees them."""
    rows = PinnedStudent.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id)
    pin = rows.filter(student_id=student_id).first()
    if pin is None:
        unchanged(actor)
        return
    audit(actor, "casefile.pin.removed", pin)
    pin.delete()


@mutation
def export_list(*, actor: Actor, filters: Filters, today: date) -> tuple[UUID, ...]:
    """Account for a list that is taken along: once with its filters and length, and on each student in it.

    Source: 34 CFR 99.32. Returns whom it holds, in order. Raises NotAllowed, TooMany.
    """
    require(actor, may_export_lists, actor)
    ids = listed_ids(actor=actor, filters=filters, today=today, most=MOST_EXPORTED + 1)
    if len(ids) > MOST_EXPORTED:
        raise TooMany(_("This list is too long to export. Narrow it to 10,000 students or fewer."))
    log_list_export(actor=actor, student_ids=ids, what="caseload", file_format="csv")
    audit(
        actor,
        "casefile.list.exported",
        organization_of(actor=actor),
        topics=(),
        count=len(ids),
        has_words=bool(filters.words),
        **filters.plain(),
    )
    return ids


def _name(actor: Actor, name: str) -> str:
    words = " ".join(name.split())
    same = SavedView.objects.visible_to(actor).filter(person_id=actor.person_id, name=words)
    if words and same.exists():
        raise Invalid(fields={"name": [_("You have a view of this name already.")]})
    return words


@mutation
def take_iep_pdf(*, actor: Actor, iep_id: UUID, language: str) -> PaperFile:
    """The PDF of an IEP. That of an approved version is made once and then kept; a draft's is made anew each time.

    Raises NotFound, NotAllowed.
    """
    if language not in LANGUAGES:
        raise NotFound
    unchanged(actor)  # keeping a file accounts for itself
    iep = visible_iep(actor=actor, iep_id=iep_id)
    require(actor, may_take_iep, iep)
    subject = subject_of(actor=actor, iep=iep)
    kind = GeneratedFile.Kind.PDF
    row = None
    if iep.status in Iep.SHARED:
        row = kept_file(actor=actor, subject_id=iep.id, kind=kind, shows=subject.digest, language=language)
    if row is None:
        written = document_of(actor=actor, iep_id=iep_id, language=language, subject=subject)
        made = print_iep(written)
        signs = list(made.unprintable)
        if not written.is_final:
            return _paper(iep, language, made.data, "", signs)
        row = keep_file(
            actor=actor,
            subject=subject,
            kind=kind,
            content=made.data,
            language=language,
            notes={"unprintable": signs},
        )
    return _paper(iep, language, row.content, row.digest, row.notes.get("unprintable", []))


def _paper(iep: Iep, language: str, data: bytes, digest: str, signs: list[str]) -> PaperFile:
    return PaperFile(
        name=file_name(iep, language, "pdf"),
        content_type="application/pdf",
        data=data,
        student_id=iep.student_id,
        digest=digest,
        unprintable=tuple(signs),
    )
