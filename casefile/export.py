"""A list of students as lines of a file for spreadsheets, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from casefile.queries import ListedStudent, exported
from core.actor import Actor
from core.dates import ISO, dates_written
from core.tenant import organization
from progress.templatetags.progress import status_words
from progress.views import cell
from students.queries import custom_columns

ROWS_AT_ONCE = 500


def csv_lines(*, actor: Actor, ids: Sequence[UUID], today: date) -> Iterator[str]:
    """The file in parts, each read with the actor's rights in a transaction of its own."""
    with organization(actor.organization_id):
        columns = custom_columns(actor=actor)
    yield "\ufeff" + _line(
        (*_heads(), *(field.name for field in columns))
    )  # so that spreadsheets read accents
    for start in range(0, len(ids), ROWS_AT_ONCE):
        with organization(actor.organization_id), dates_written(ISO):
            some = ids[start : start + ROWS_AT_ONCE]
            rows = exported(actor=actor, ids=some, today=today, columns=columns)
        yield "".join(_line(_cells(row)) for row in rows)


def _heads() -> tuple[str, ...]:
    return (
        _("Student"),
        _("Grade"),
        _("School"),
        _("Enrollment"),
        _("Case manager"),
        _("Disability"),
        _("Eligibility"),
        _("Annual review"),
        _("Reevaluation due"),
        _("Tags"),
        _("Goals"),
        _("Status"),
    )


def _cells(row: ListedStudent) -> tuple[Any, ...]:
    return (
        row.name,
        row.grade,
        row.school_name,
        row.enrollment,
        row.case_manager,
        row.disability,
        row.eligibility,
        row.annual_review_on.isoformat() if row.annual_review_on else "",
        row.reevaluation_due_on.isoformat() if row.reevaluation_due_on else "",
        ", ".join(row.tags),
        "" if row.goals is None else row.goals,
        status_words(row.status) if row.status else "",
        *row.custom,
    )


def _line(values: Sequence[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([cell(str(value)) if not isinstance(value, int) else value for value in values])
    return text.getvalue()
