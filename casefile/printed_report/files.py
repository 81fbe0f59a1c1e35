"""The PDF of a progress report: what stands in it, in the language of its labels around words in their own."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.queries import organization_of
from casefile.printed_iep import LANGUAGES
from casefile.printed_iep.charts import inked
from casefile.printed_iep.document import unprintable_note
from casefile.printed_iep.files import PaperFile
from casefile.printed_iep.languages import fonts_for, language_of
from core.actor import Actor
from core.dates import day_in_record
from core.errors import NotFound
from core.typeset import typeset
from progress.queries import NoteView, ReportPage, report_page
from progress.report_words import statement_words

TEMPLATE = Path(__file__).with_name("report.typ")
Block = dict[str, Any]


def pdf_of_report(
    *, actor: Actor, student_id: UUID, report_id: UUID, language: str, today: date
) -> PaperFile:
    """One report with labels in a language; a draft says on each page that it is one. Raises NotFound."""
    if language not in LANGUAGES:
        raise NotFound
    with translation.override(language):
        page = report_page(actor=actor, report_id=report_id, today=today, student_id=student_id)
        content = _content(page, organization_of(actor=actor).name, language)
        found = typeset(TEMPLATE, content, made_at=page.sent_at)
        if found.unprintable:
            told = {**content, "lines": [*content["lines"], unprintable_note(found.unprintable)]}
            found = type(found)(typeset(TEMPLATE, told, made_at=page.sent_at).data, found.unprintable)
    return PaperFile(
        name=f"progress-report-{page.first_on.isoformat()}-{page.revision}-{language}.pdf",
        content_type="application/pdf",
        data=found.data,
        student_id=student_id,
        digest=sha256(found.data).hexdigest(),
        unprintable=found.unprintable,
    )


def _content(page: ReportPage, district: str, language: str) -> Block:
    """Everything, as `report.typ` takes it."""
    title = _("Progress report")
    status = page.status_label if page.is_sent else _("Draft, not sent")
    return {
        "title": title,
        "heading": _("Progress of {name}: {period}").format(name=page.short_name, period=page.period_name),
        "district": district,
        "student": page.student_name,
        "lang": language,
        "text_lang": page.language,
        "fonts": fonts_for(page.language),
        "status": status,
        "watermark": "" if page.is_sent else _("DRAFT, NOT SENT"),
        "page_word": _("Page"),
        "footer": _("Confidential: an education record (34 CFR 99 and 300.610 to 300.627)."),
        "lines": _lines(page),
        "revision": _("This report corrects an earlier one.") if page.revision_reason else "",
        "revision_reason": _said(page.revision_reason, page),
        "intro": _(
            "It tells how far each goal of the individualized education program (IEP) has come, by what was measured "
            "up to {day}."
        ).format(day=day_in_record(page.data_until)),
        "notes": [_note(note, page, language) for note in page.notes],
        "digest": page.digest,
        "digest_word": _("Locked when it was sent. Fingerprint (SHA-256) of its content:"),
        "is_intact": page.is_intact,
        "broken": _("The fingerprint does not match: this is not what was sent. Tell an administrator."),
    }


def _lines(page: ReportPage) -> list[str]:
    days = f"{day_in_record(page.first_on)} – {day_in_record(page.last_on)}"
    lines = [f"{page.student_name} · {page.school_name} · {days}"]
    if page.sent_on:
        lines.append(_("Sent {day} by {who}").format(day=day_in_record(page.sent_on), who=page.sent_by))
    return lines


def _said(words: str, page: ReportPage) -> dict[str, str]:
    """Words of people, in their language."""
    return {"t": words, "lang": language_of(words, page.language)}


def _note(note: NoteView, page: ReportPage, language: str) -> Block:
    """One goal. What a sent report froze is in the language in which it was sent."""
    spoken = page.language if page.is_sent else language
    shown = note.evidence

    def frozen(words: str) -> dict[str, str]:
        return {"t": words, "lang": spoken}

    chart = inked(shown.chart_wide, shown.title) if shown.chart_wide else None
    return {
        "title": frozen(shown.title),
        "goal": _said(shown.goal, page),
        "statement": statement_words(note.statement) or _("No statement yet"),
        "paragraphs": [_said(line, page) for line in note.narrative.splitlines() if line.strip()],
        "level": frozen(shown.level),
        "verdict": frozen(shown.verdict),
        "facts": [{"label": frozen(label), "value": frozen(value)} for label, value in shown.facts],
        "chart": chart or {"svg": "", "alt": ""},
    }
