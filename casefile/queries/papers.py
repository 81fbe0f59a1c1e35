"""The page on which an IEP is printed or downloaded; and its files that are made anew each time."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise

from casefile.printed_iep.files import PaperFile, html_of_iep, json_of_iep
from casefile.printed_iep.signatures import signatures_of_iep
from casefile.printed_report.files import pdf_of_report
from casefile.rules import may_take_iep
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.outbox import topic_version
from documents.models import GeneratedFile
from ieps.models import Iep
from ieps.queries import visible_iep
from ieps.rules import may_write_iep
from ieps.signed import subject_of

FORMATS = ("html", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPaper:
    """A PDF that is kept: its language, its SHA-256, when it was made, what it could not print."""

    language: str
    digest: str
    size: int
    made_at: datetime
    unprintable: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IepPapers:
    """What may be taken along of an IEP, and what is kept already."""

    iep_id: UUID
    student_id: UUID
    student_name: str
    number: int
    kind_label: str | Promise
    status: str
    is_final: bool
    language: str
    languages: tuple[tuple[str, str | Promise], ...]
    may_take: bool
    may_set_language: bool
    digest: str
    kept: tuple[KeptPaper, ...]
    topic: str
    version: str


def iep_papers(*, actor: Actor, iep_id: UUID) -> IepPapers:
    """The page of an IEP's files. Raises NotFound."""
    iep = visible_iep(actor=actor, iep_id=iep_id)
    version = topic_version(iep.topic)
    digest = subject_of(actor=actor, iep=iep).digest
    rows = GeneratedFile.objects.defer("content").filter(
        organization_id=actor.organization_id,
        subject_id=iep.id,
        kind=GeneratedFile.Kind.PDF,
        shows=digest,
    )
    return IepPapers(
        iep_id=iep.id,
        student_id=iep.student_id,
        student_name=iep.student.name,
        number=iep.number,
        kind_label=Iep.Kind(iep.kind).label,
        status=iep.status,
        is_final=iep.status in Iep.SHARED,
        language=iep.language,
        languages=tuple(Iep.Language.choices),
        may_take=may_take_iep(actor, iep),
        may_set_language=iep.status == Iep.Status.DRAFT and may_write_iep(actor, iep),
        digest=digest,
        kept=tuple(
            KeptPaper(
                language=row.language,
                digest=row.digest,
                size=row.size,
                made_at=row.created_at,
                unprintable=tuple(row.notes.get("unprintable", [])),
            )
            for row in rows.order_by("language")
        ),
        topic=iep.topic,
        version=version,
    )


def iep_file(*, actor: Actor, iep_id: UUID, ending: str, language: str) -> PaperFile:
    """An IEP as HTML or JSON. Raises NotFound, also for another format; NotAllowed."""
    if not may_take_iep(actor, visible_iep(actor=actor, iep_id=iep_id)):
        raise NotAllowed
    if ending == "html":
        return html_of_iep(actor=actor, iep_id=iep_id, language=language)
    if ending == "json":
        return json_of_iep(actor=actor, iep_id=iep_id)
    raise NotFound


def iep_signatures(*, actor: Actor, iep_id: UUID, language: str) -> PaperFile:
    """Every signature under an IEP as a PDF of its own. Raises NotFound, also for another language; NotAllowed."""
    if not may_take_iep(actor, visible_iep(actor=actor, iep_id=iep_id)):
        raise NotAllowed
    return signatures_of_iep(actor=actor, iep_id=iep_id, language=language)


def report_file(*, actor: Actor, student_id: UUID, report_id: UUID, language: str, today: date) -> PaperFile:
    """A progress report as a PDF: as it was sent, or as it stands while it is written. Raises NotFound."""
    return pdf_of_report(
        actor=actor, student_id=student_id, report_id=report_id, language=language, today=today
    )
