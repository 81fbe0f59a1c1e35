"""A whole record as a document for people: letterhead, headings, goals with their charts, tables."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import organization_of
from casefile.printed_iep.charts import chart_of
from core.actor import Actor
from records.queries import DestructionRow, ExportRow, WholeRecord
from students.whole import Row

MOST_ROWS = 300  # of one table on paper; the others have every row
MOST_COLUMNS = 6
QUIET = {"id", "version", "created_at", "changed_at", "fingerprint", "lineage_id"}
FIRST = ("students.student", "ieps.iep", "ieps.goal", "ieps.service", "ieps.accommodation")
INSIDE = {"progress.progresspoint", "progress.goalsummary"}  # told with their goal
Section = dict[str, Any]


def pages_of(*, actor: Actor, record: WholeRecord, export: ExportRow) -> dict[str, Any]:
    """The document of a record, and what `record.json` says of itself."""
    district = organization_of(actor=actor)
    now = timezone.now()
    with translation.override(export.language or None):
        name = record.student.name
        part = (
            _("The part that is shared with the family") if record.is_shared_part else _("The whole record")
        )
        document = {
            "title": _("Special-education record of %(name)s") % {"name": name},
            "author": district.name,
            "district": district.name,
            "lang": translation.get_language() or "en",
            "footer": _("%(district)s. Confidential: an education record (34 CFR 99 and 300.610 to 300.627).")
            % {"district": district.name},
            "lines": [
                part,
                _("Written on %(day)s for %(who)s") % {"day": date_format(now), "who": actor.name},
                _("Reason: %(reason)s") % {"reason": export.reason},
            ],
            "sections": list(_sections(actor, record)),
        }
    about = {
        "exported_at": now.isoformat(),
        "exported_by": actor.name,
        "district": {"id": str(district.id), "name": district.name},
        "reason": export.reason,
    }
    return {"document": document, "about": about}


def certificate_document(*, actor: Actor, row: DestructionRow) -> dict[str, Any]:
    """The certificate of a destruction as a document. It names nobody but who acted."""
    district = organization_of(actor=actor)
    rule = _("%(n)s years after the exit") % {"n": row.rule_years} if row.rule_years else ""
    facts = [
        [_("Certificate"), str(row.id)],
        [_("Student's number here"), str(row.student_id)],
        [_("Destroyed"), date_format(row.destroyed_at, "DATETIME_FORMAT") if row.destroyed_at else ""],
        [_("Under"), str(row.basis_label)],
        [_("The district's rule"), rule],
        [_("Asked for by"), row.asked_by],
        [_("Parents were given notice"), f"{date_format(row.noticed_on)} ({row.notices})"],
        [_("Rows removed"), str(row.rows)],
        [_("Files removed"), str(row.files_removed)],
        [_("Times"), str(row.times)],
    ]
    return {
        "title": _("Certificate of destruction"),
        "author": district.name,
        "district": district.name,
        "lang": translation.get_language() or "en",
        "footer": district.name,
        "lines": [_("A special-education record was destroyed under 34 CFR 300.624.")],
        "sections": [
            {"level": 1, "heading": _("What was done"), "blocks": [{"kind": "facts", "items": facts}]},
            _table(_("What was removed"), [_("Table"), _("Rows")], [[n, str(c)] for n, c in row.counts]),
            _table(_("What was kept"), [_("Table"), _("Why")], [[n, why] for n, why in row.kept]),
        ],
    }


def _table(heading: str, head: list[str], rows: list[list[str]]) -> Section:
    blocks = [{"kind": "table", "head": head, "rows": rows}] if rows else [_text(_("Nothing."))]
    return {"level": 1, "heading": heading, "blocks": blocks}


def _sections(actor: Actor, record: WholeRecord) -> Iterator[Section]:
    names = sorted(record.tables, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    for name in names:
        rows = record.tables[name]
        if name in INSIDE or not rows:
            continue
        yield {"level": 1, "heading": _heading(name), "blocks": []}
        if name == "ieps.goal":
            yield from _goals(actor, record, rows)
        else:
            yield from _rows(name, rows)
    empty = [_heading(name) for name, rows in record.tables.items() if not rows and name not in INSIDE]
    if empty:
        yield {"level": 1, "heading": _("Nothing is recorded of"), "blocks": [_text(", ".join(empty))]}


def _goals(actor: Actor, record: WholeRecord, rows: Iterable[Row]) -> Iterator[Section]:
    points: dict[str, list[Row]] = {}
    for point in record.tables.get("progress.progresspoint", ()):
        points.setdefault(point["goal_id"], []).append(point)
    for row in rows:
        title = _("Goal %(number)s: %(title)s") % {"number": row["number"], "title": row["title"]}
        yield {"level": 2, "heading": title, "blocks": [_facts("ieps.goal", row)]}
        chart = _chart(actor, row["id"])
        if chart:
            yield {"level": 3, "heading": _("Progress"), "blocks": [chart]}
        scores = sorted(points.get(row["id"], []), key=lambda point: point["measured_on"])
        if scores:
            yield {"level": 3, "heading": _("Scores"), "blocks": [_grid("progress.progresspoint", scores)]}


def _chart(actor: Actor, goal_id: str) -> Section | None:
    """The chart of a goal in ink; none for a goal whose progress this reader does not see."""
    chart = chart_of(actor=actor, goal_id=UUID(goal_id))
    return {"kind": "chart", **chart} if chart else None


def _rows(name: str, rows: list[Row]) -> Iterator[Section]:
    """Small rows as one table, rows with many words one below the other."""
    if len(_columns(name, rows)) <= MOST_COLUMNS:
        yield {"level": 2, "heading": _count(rows), "blocks": [_grid(name, rows)]}
        return
    for number, row in enumerate(rows[:MOST_ROWS], 1):
        heading = _("Entry %(n)s") % {"n": number} if len(rows) > 1 else _("Details")
        if name == "ieps.iep":
            heading = _("IEP %(n)s") % {"n": row["number"]}
        yield {"level": 2, "heading": heading, "blocks": [_facts(name, row)]}


def _count(rows: list[Row]) -> str:
    if len(rows) > MOST_ROWS:
        return _("The newest %(shown)s of %(all)s; the others are in record.json") % {
            "shown": MOST_ROWS,
            "all": len(rows),
        }
    return _("%(n)s entries") % {"n": len(rows)} if len(rows) > 1 else _("1 entry")


def _grid(name: str, rows: list[Row]) -> Section:
    columns = _columns(name, rows)
    return {
        "kind": "table",
        "head": [_label(name, column) for column in columns] or [_heading(name)],
        "rows": [[_words(name, column, row.get(column)) for column in columns] for row in rows[-MOST_ROWS:]],
    }


def _facts(name: str, row: Row) -> Section:
    items = [[_label(name, column), _words(name, column, row[column])] for column in _columns(name, [row])]
    return {"kind": "facts", "items": items}


def _text(words: str) -> Section:
    return {"kind": "text", "text": words}


def _columns(name: str, rows: list[Row]) -> list[str]:
    """The columns that say something to people, in the order of the table."""
    return [
        column
        for column in rows[0]
        if column not in QUIET
        and not column.endswith("_id")
        and not column.endswith("_versions")
        and any(row.get(column) not in (None, "", [], {}) for row in rows)
        and (len(rows) == 1 or any(row.get(column) is not False for row in rows))
    ]


def _model(name: str) -> type[models.Model] | None:
    try:
        return apps.get_model(name)
    except LookupError:
        return None


def _heading(name: str) -> str:
    model = _model(name)
    if name == "audit.record_of_access" or model is None:
        return _("Record of access")
    return str(HEADINGS.get(name) or capfirst(model._meta.verbose_name))


def _field(name: str, column: str) -> "models.Field[Any, Any] | None":
    model = _model(name)
    fields = {field.attname: field for field in model._meta.local_fields} if model else {}
    return fields.get(column)


def _label(name: str, column: str) -> str:
    field = _field(name, column)
    if field is None:
        return capfirst(column.removesuffix("_name").replace("_", " "))
    return capfirst(str(field.verbose_name).replace("_", " "))


def _words(name: str, column: str, value: Any) -> str:
    """A value as people read it."""
    field = _field(name, column)
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_words(name, '', item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_words(name, "", item) for item in value)
    return _day(str(value))


def _day(text: str) -> str:
    """A date or an instant in the reader's words; any other text as it is."""
    try:
        if len(text) == 10 and (day := parse_date(text)):  # noqa: PLR2004  # YYYY-MM-DD
            return date_format(day)
        if re.match(r"\d{4}-\d\d-\d\dT", text) and (instant := parse_datetime(text)):
            return date_format(timezone.localtime(instant), "SHORT_DATETIME_FORMAT")
    except ValueError:
        pass
    return text


HEADINGS = {
    "students.student": gettext_lazy("Student"),
    "students.externalid": gettext_lazy("Numbers"),
    "students.tag": gettext_lazy("Tags"),
    "students.teammember": gettext_lazy("Team"),
    "students.guardian": gettext_lazy("Parents and guardians"),
    "students.address": gettext_lazy("Addresses"),
    "students.emergencycontact": gettext_lazy("Emergency contacts"),
    "students.profile": gettext_lazy("About the student"),
    "students.condition": gettext_lazy("Health conditions"),
    "students.medication": gettext_lazy("Medications"),
    "students.allergy": gettext_lazy("Allergies"),
    "students.healthplan": gettext_lazy("Health plan"),
    "students.customvalue": gettext_lazy("Fields of the district"),
    "students.schoolenrollment": gettext_lazy("Schools attended"),
    "students.move": gettext_lazy("Transfers and exits"),
    "students.recordsrequest": gettext_lazy("Requests for records"),
    "students.programenrollment": gettext_lazy("Program enrollments"),
    "students.rosterentry": gettext_lazy("Entry in the roster"),
    "ieps.iep": gettext_lazy("IEPs"),
    "ieps.goal": gettext_lazy("Goals and progress"),
    "ieps.service": gettext_lazy("Services"),
    "ieps.accommodation": gettext_lazy("Accommodations"),
    "ieps.removedpart": gettext_lazy("Parts taken out of drafts"),
    "ieps.approval": gettext_lazy("Approvals"),
    "ieps.glancereading": gettext_lazy("Who has read the IEP at a glance"),
    "documents.consent": gettext_lazy("Consents"),
    "assessments.assessmentresult": gettext_lazy("Assessment results"),
    "audit.disclosure": gettext_lazy("Disclosures to parties outside the district"),
    "records.legalhold": gettext_lazy("Legal holds"),
}
