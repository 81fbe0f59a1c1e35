"""Scores that do not count, in words: a number for each reason, which a note under the chart explains.

Reasons are written among staff; who does not read them is told only that scores were left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext, pgettext

from core.dates import short_day
from progress.charts import LeftOut

if TYPE_CHECKING:
    from progress.queries import GoalProgress, PointRow

MOST_REASONS = 9
"""Further ones share one number and stand in the table."""
_MOST_DAYS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutNote:
    """One reason, its number in the chart, and the days it is about."""

    number: int
    reason: str
    days: str


def for_families(page: GoalProgress) -> GoalProgress:
    """A goal as documents show it that families get too: that scores were left out, not why."""
    return replace(page, rows=tuple(replace(row, exclude_reason="") for row in page.rows))


def notes_of(page: GoalProgress) -> tuple[LeftOutNote, ...]:
    """Why scores of the shown time do not count, in the order of their first days; nothing where nobody may read it."""
    return tuple(
        LeftOutNote(
            number=number,
            reason=reason or gettext("other reasons, see the table"),
            days=_days([row.measured_on for row in rows]),
        )
        for number, (reason, rows) in enumerate(_by_reason(page).items(), start=1)
    )


def marks_of(page: GoalProgress) -> tuple[LeftOut, ...]:
    """What the chart writes beside each score that does not count."""
    told = [
        LeftOut(
            id=row.id, mark=str(number), words=f"{short_day(row.measured_on)}: {reason or row.exclude_reason}"
        )
        for number, (reason, rows) in enumerate(_by_reason(page).items(), start=1)
        for row in rows
    ]
    untold = [
        LeftOut(id=row.id, mark=pgettext("chart", "left out"), words=short_day(row.measured_on))
        for row in _shown(page)
        if not row.exclude_reason
    ]
    return (*told, *untold)


def sentences_of(page: GoalProgress) -> list[str]:
    """The same for who does not see the picture."""
    found = [
        gettext("Left out, {days}: {reason}.").format(days=note.days, reason=note.reason.rstrip("."))
        for note in notes_of(page)
    ]
    untold = sum(not row.exclude_reason for row in _shown(page))
    if untold:
        found.append(
            ngettext(
                "{n} score was left out and does not count.",
                "{n} scores were left out and do not count.",
                untold,
            ).format(n=untold)
        )
    return found


def _shown(page: GoalProgress) -> list[PointRow]:
    """The scores left out in the time that the chart shows, oldest first."""
    since = page.since or date.min
    return [row for row in reversed(page.rows) if row.is_excluded and row.measured_on >= since]


def _by_reason(page: GoalProgress) -> dict[str, list[PointRow]]:
    """Scores left out by their reasons; those beyond the ninth reason together under none."""
    found: dict[str, list[PointRow]] = {}
    for row in _shown(page):
        if row.exclude_reason:
            is_known = row.exclude_reason in found or len(found) < MOST_REASONS
            found.setdefault(row.exclude_reason if is_known else "", []).append(row)
    return found


def _days(days: list[date]) -> str:
    written = [short_day(day) for day in days[:_MOST_DAYS]]
    if len(days) > _MOST_DAYS:
        written.append(gettext("{n} more").format(n=len(days) - _MOST_DAYS))
    return ", ".join(written)
