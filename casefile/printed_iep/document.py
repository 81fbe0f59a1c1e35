"""One version of an IEP as a document: what stands in it, in the reader's language around words in their own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.queries import organization_of
from casefile.printed_iep import LANGUAGES
from casefile.printed_iep.charts import charts_of, kept_charts
from casefile.printed_iep.languages import fonts_for, language_of
from casefile.printed_iep.rich import paragraphs
from core.actor import Actor
from core.dates import day_in_record
from documents.handwriting import as_svg
from documents.models import Signature
from documents.signing import Subject
from ieps.models import Accommodation, Amendment, Goal, Iep, Service
from ieps.narrative import TextNow
from ieps.queries import signing_panel, visible_iep
from ieps.sections import SECTIONS, Section
from ieps.signed import subject_of
from students.models import Disability, Grade, TeamMember, on_team

Block = dict[str, Any]
LINES_TO_SIGN = 5
TICKED, UNTICKED = "[x]", "[ ]"
GOAL_FACTS = (
    "domain",
    "baseline_value",
    "target_value",
    "conditions",
    "accuracy",
    "evaluation_method",
    "frequency",
    "responsible",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document, and which version of the IEP it shows."""

    content: dict[str, Any]
    iep: Iep
    digest: str
    is_final: bool


def document_of(*, actor: Actor, iep_id: UUID, language: str, subject: Subject | None = None) -> Written:
    """One IEP as a document with labels in `language`; `subject` is what it says, when that was read already.

    Raises NotFound.
    """
    iep = visible_iep(actor=actor, iep_id=iep_id)
    subject = subject or subject_of(actor=actor, iep=iep)
    with translation.override(language if language in LANGUAGES else "en"):
        return Written(
            content=_Paper(actor, iep, subject.digest, dict(subject.content)).content(),
            iep=iep,
            digest=subject.digest,
            is_final=iep.status in Iep.SHARED,
        )


class _Paper:
    """Composes one document."""

    def __init__(self, actor: Actor, iep: Iep, digest: str, signed: Mapping[str, Any]) -> None:
        self.actor, self.iep, self.digest = actor, iep, digest
        self.language = iep.language
        self.is_final = iep.status in Iep.SHARED
        self.texts = {name: TextNow.of_signed(text) for name, text in signed["texts"].items()}
        self.goals = list(iep.goals.select_related("responsible").order_by("number"))
        goal_ids = [goal["id"] for goal in signed["goals"]]
        kept = kept_charts(actor=actor, iep_id=iep.id, digest=digest) if self.is_final else None
        self.charts = charts_of(actor=actor, student=iep.student, goal_ids=goal_ids) if kept is None else kept

    def content(self) -> dict[str, Any]:
        """Everything, as `casefile/printed_iep/iep.typ` and the page in HTML take it."""
        iep, student = self.iep, self.iep.student
        district = organization_of(actor=self.actor)
        status = _("Draft, not approved") if not self.is_final else _approved(iep)
        return {
            "title": _("Individualized Education Program"),
            "district": district.name,
            "student": student.name,
            "lang": translation.get_language() or "en",
            "text_lang": self.language,
            "fonts": fonts_for(self.language),
            "status": status,
            "watermark": "" if self.is_final else _("DRAFT, NOT APPROVED"),
            "notice": "" if self.is_final else _("This is a draft. It is not approved and not in effect."),
            "page_word": _("Page"),
            "footer": _("Confidential: an education record (34 CFR 99 and 300.610 to 300.627)."),
            "lines": self._lines(),
            "facts": list(self._facts()),
            "sections": [block for section in SECTIONS if (block := self._section(section))],
            "signing": self._signing(),
        }

    def said(self, words: Any) -> dict[str, str]:
        """Words of people, in their language."""
        text = "" if words is None else str(words)
        return {"t": text, "lang": language_of(text, self.language)}

    def own(self, words: Any) -> dict[str, str]:
        """Words of the form, in the language of the form."""
        return {"t": str(words), "lang": translation.get_language() or "en"}

    def _lines(self) -> list[str]:
        kind = str(Iep.Kind(self.iep.kind).label)
        lines = [_("%(kind)s IEP, number %(number)s") % {"kind": kind, "number": self.iep.number}]
        amendment = (
            Amendment.objects.filter(organization_id=self.iep.organization_id, iep_id=self.iep.id)
            .select_related("base")
            .first()
        )
        if amendment is not None:
            words = {"number": amendment.base.number, "way": Amendment.Way(amendment.way).label}
            lines.append(_("It amends IEP number %(number)s. %(way)s.") % words)
        if not self.is_final:
            lines.append(_("Printed on %(day)s") % {"day": date_format(timezone.localdate())})
        return lines

    def _facts(self) -> Iterator[Block]:
        iep, student = self.iep, self.iep.student
        manager = (
            TeamMember.objects.filter(
                on_team(self.actor.today),
                organization_id=iep.organization_id,
                student=student,
                part=TeamMember.Part.CASE_MANAGER,
            )
            .select_related("person")
            .first()
        )
        rows: tuple[tuple[str, Any], ...] = (
            (_("Student"), self.said(student.name)),
            (_("Date of birth"), self.own(_day(student.birth_on))),
            (_("Grade"), self.own(Grade(student.grade).label if student.grade else "")),
            (_("School"), self.said(student.school.name)),
            (_("Disability"), self.own(Disability(student.disability).label if student.disability else "")),
            (_("Case manager"), self.said(manager.person.name if manager else "")),
            (_("Day of the IEP meeting"), self.own(_day(iep.meeting_on))),
            (_("In effect"), self.own(_from_until(iep.effective_on, iep.expires_on))),
            (_("Next review"), self.own(_day(iep.next_review_on))),
        )
        for label, value in rows:
            if value["t"]:
                yield {"label": label, "value": value}

    def _section(self, section: Section) -> Block | None:
        if section.id == "dates":
            return None
        blocks = [*self._parts(section.lists), *self._fields(section)]
        if not blocks:
            return None
        return {"heading": str(section.label), "citation": section.citation, "blocks": blocks}

    def _fields(self, section: Section) -> Iterator[Block]:
        ticks, facts, rich = [], [], []
        for name in section.fields:
            field = Iep._meta.get_field(name)
            label = capfirst(str(getattr(field, "verbose_name", name)))
            if name in self.texts:
                if self.texts[name].words.strip():
                    written = paragraphs(self.texts[name].ops, self.language)
                    rich.append({"kind": "rich", "level": 2, "label": label, "paragraphs": written})
                continue
            value = getattr(self.iep, name)
            if isinstance(field, models.BooleanField) and not field.null:
                mark = _("Yes") if value else _("No")
                ticks.append({"label": label, "value": self.own(mark)})
            elif value not in (None, ""):
                facts.append({"label": label, "value": self.own(_value(self.iep, name, value))})
        if ticks or facts:
            yield {"kind": "facts", "items": [*facts, *ticks]}
        yield from rich

    def _parts(self, lists: str) -> Iterator[Block]:
        if lists == "goal":
            yield from self._goals()
        elif lists == "service":
            yield from self._services()
        elif lists == "accommodation":
            yield from self._accommodations()

    def _goals(self) -> Iterator[Block]:
        for goal in self.goals:
            title = _("Goal %(number)s: %(title)s") % {"number": goal.number, "title": goal.title}
            yield {"kind": "heading", "level": 2, **self.said(title)}
            yield {"kind": "text", **self.said(goal.statement)}
            yield {"kind": "facts", "items": list(self._goal_facts(goal))}
            if goal.benchmarks:
                label = _("Benchmarks or short-term objectives")
                yield {"kind": "heading", "level": 3, **self.own(label)}
                for line in goal.benchmarks.splitlines():
                    if line.strip():
                        yield {"kind": "text", **self.said(line)}
            chart = self.charts.get(str(goal.id))
            if chart:
                yield {"kind": "heading", "level": 3, **self.own(_("Progress"))}
                yield {"kind": "chart", **chart}

    def _goal_facts(self, goal: Goal) -> Iterator[Block]:
        for name in GOAL_FACTS:
            label = capfirst(str(goal._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # a column
            if name == "baseline_value":
                yield {"label": label, "value": self.said(_baseline(goal))}
            elif name == "target_value":
                words = {"value": _score(goal, goal.target_value), "day": day_in_record(goal.target_on)}
                yield {"label": label, "value": self.said(_("%(value)s, by %(day)s") % words)}
            elif value := getattr(goal, name):
                shown = value.name if name == "responsible" else _value(goal, name, value)
                yield {"label": label, "value": self.said(shown)}
        if goal.mastery_by == Goal.MasteryBy.SCORES:
            criterion = goal.target_value if goal.mastery_value is None else goal.mastery_value
            text = _("%(hits)s of %(all)s scores at %(value)s") % {
                "hits": goal.mastery_hits,
                "all": goal.mastery_of,
                "value": _score(goal, criterion),
            }
            yield {"label": _("Mastered when"), "value": self.said(text)}

    def _services(self) -> Iterator[Block]:
        rows = self.iep.services.select_related("provider").order_by("created_at", "id")
        cells = [
            [
                self.said(_joined(Service.Kind(row.kind).label, row.focus)),
                self.own(_minutes(row)),
                self.own(Service.Delivery(row.delivery).label),
                self.said(row.location),
                self.own(_from_until(row.starts_on, row.ends_on)),
                self.said(row.provider_role or (row.provider.name if row.provider else "")),
            ]
            for row in rows
        ]
        head = [_("Service"), _("Minutes"), _("How"), _("Where"), _("From and until"), _("Provider")]
        if cells:
            yield {"kind": "table", "head": head, "rows": cells, "widths": [1.6, 1.3, 0.9, 1.1, 1.3, 1.2]}

    def _accommodations(self) -> Iterator[Block]:
        rows = self.iep.accommodations.order_by("created_at", "id")
        cells = [
            [
                self.own(Accommodation.Kind(row.kind).label),
                self.said(row.text),
                self.said(row.setting),
            ]
            for row in rows
        ]
        if cells:
            head = [_("Kind"), _("What"), _("Where")]
            yield {"kind": "table", "head": head, "rows": cells, "widths": [1, 2.4, 1.4]}

    def _signing(self) -> Block:
        panel = signing_panel(actor=self.actor, iep_id=self.iep.id, digest=self.digest)
        rows = [
            {
                "name": self.said(row.name),
                "role": _(row.role) if row.role else "",
                "meaning": str(row.meaning_label),
                "comment": self.said(row.comment),
                "day": day_in_record(row.signed_on),
                "how": capfirst(_joined(row.method_label, row.paper_reference)),
                "svg": self._drawn(row.signature_id) if row.method == Signature.Method.DRAWN else "",
                "alt": _("Drawn signature of %(name)s") % {"name": row.name},
            }
            for row in panel.holding
        ]
        return {
            "heading": _("Signatures"),
            "head": [_("Name"), _("Meaning"), _("Signed on"), _("Signature")],
            "rows": rows,
            "none": _("Nobody has signed this text."),
            "digest_word": _("Fingerprint (SHA-256) of the text that was signed:"),
            "digest": self.digest if rows else "",
            "lines_heading": _("To sign on paper"),
            "lines_head": [_("Name and part"), _("Signature"), _("Date")],
            "lines": [] if self.is_final else self._to_sign(),
        }

    def _drawn(self, signature_id: UUID) -> str:
        row = Signature.objects.get(organization_id=self.iep.organization_id, id=signature_id)
        return as_svg(row.strokes)

    def _to_sign(self) -> list[str]:
        parent = _("Parent")
        team = TeamMember.objects.filter(
            on_team(self.actor.today),
            organization_id=self.iep.organization_id,
            student=self.iep.student,
        ).select_related("person")
        rows = [
            f"{member.person.name}, {TeamMember.Part(member.part).label}"
            for member in team.order_by("part", "starts_on", "id")[:LINES_TO_SIGN]
        ]
        return [*rows, parent, parent]


def _approved(iep: Iep) -> str:
    """Since when the text stands: what became of it later is not part of it."""
    if iep.approved_at is None:
        return _("Approved")
    return _("Approved on %(day)s") % {"day": day_in_record(timezone.localtime(iep.approved_at).date())}


def _day(day: date | None) -> str:
    return day_in_record(day) if day else ""


def _from_until(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return _day(first or last)
    return _("%(first)s to %(last)s") % {"first": day_in_record(first), "last": day_in_record(last)}


def _minutes(row: Service) -> str:
    words = {
        "minutes": row.minutes,
        "times": row.times,
        "period": Service.Period(row.period).label,
    }
    return _("%(minutes)s minutes, %(times)s times %(period)s") % words


def _score(goal: Goal, value: Decimal) -> str:
    return f"{_number(value)} {goal.unit}".strip()


def _baseline(goal: Goal) -> str:
    if goal.baseline_value is None:
        return _("the median of the first three scores")
    words = {"value": _score(goal, goal.baseline_value), "day": day_in_record(goal.baseline_on)}
    return _("%(value)s, on %(day)s") % words


def _number(value: Decimal) -> str:
    return number_format(value.normalize() if value else Decimal(0), use_l10n=True)


def _joined(*words: Any) -> str:
    return ": ".join(str(word) for word in words if word)


def _value(row: models.Model, name: str, value: Any) -> str:
    """A value as people read it."""
    field = row._meta.get_field(name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if getattr(field, "choices", None):
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, Decimal):
        return f"{_number(value)}%" if name.startswith("percent") else _number(value)
    return str(value)


def unprintable_note(signs: Iterable[str]) -> str:
    """What a reader is told of characters that no font has."""
    points = ", ".join(f"U+{ord(sign):04X}" for sign in signs)
    return _("An empty box stands for a character that this program has no letters for: %(points)s.") % {
        "points": points
    }
