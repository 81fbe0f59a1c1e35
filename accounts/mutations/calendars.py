"""School years: added, changed, copied to schools, carried on into the next year, removed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import calendars
from accounts.calendars import Trouble
from accounts.models import DaysOff, ReportingPeriod, SchoolYear
from accounts.queries import as_year, overlapping, school, school_year, schools_to_keep
from accounts.rules import may_keep_calendar
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged

MOST_DAYS_OFF = 120
MOST_PERIODS = 12
_TROUBLE_WORDS = {
    Trouble.ENDS_BEFORE_IT_BEGINS: ("last_on", _("Choose a last day after the first day of school.")),
    Trouble.TOO_LONG: ("last_on", _("A school year has at most 400 days. Check the dates.")),
    Trouble.NO_WEEKDAY: ("weekdays", _("Choose at least one weekday on which there is school.")),
    Trouble.DAY_OFF_OUTSIDE: (
        "days_off",
        _("Every day without school lies between the first and the last day of school."),
    ),
    Trouble.DAY_OFF_BACKWARDS: ("days_off", _("A break ends on or after the day it begins.")),
    Trouble.PERIOD_OUTSIDE: (
        "periods",
        _("Every reporting period lies between the first and the last day of school."),
    ),
    Trouble.PERIOD_BACKWARDS: ("periods", _("A reporting period ends on or after the day it begins.")),
    Trouble.PERIODS_OVERLAP: ("periods", _("Two reporting periods share a day. Move one of them.")),
    Trouble.REPORT_BEFORE_END: ("periods", _("Reports are due after their period has begun.")),
}


class YearOverlaps(Conflict):
    """Two school years of one school share a day."""

    code = "school_year_overlaps"
    message = _("Another school year here shares days with this one. Change that one instead.")


@mutation
def add_school_year(*, actor: Actor, school_id: UUID | None, year: calendars.SchoolYear) -> SchoolYear:
    """Add a school year to a school, or to the district for all schools that have none of their own.

    Raises NotFound, NotAllowed, Invalid, YearOverlaps.
    """
    if school_id is not None:
        school(actor=actor, school_id=school_id)
    require(actor, may_keep_calendar, school_id)
    row = _insert(actor, school_id, year)
    audit(actor, "accounts.school_year.added", row, school_id=school_id, **_told(year))
    return row


@mutation
def update_school_year(*, actor: Actor, school_year_id: UUID, year: calendars.SchoolYear) -> SchoolYear:
    """Change a school year, all of it at once. Raises NotFound, NotAllowed, Invalid, YearOverlaps."""
    row = school_year(actor=actor, school_year_id=school_year_id, lock=True)
    require(actor, may_keep_calendar, row.school_id)
    if as_year(row) == _ordered(year):
        unchanged(actor)
        return row
    _check(actor, row.school_id, year, but=row.id)
    row.name, row.first_on, row.last_on = year.name, year.first_on, year.last_on
    row.weekdays = sorted(year.weekdays)
    row.version += 1
    row.full_clean(exclude=["organization", "school"])
    row.save(update_fields=["name", "first_on", "last_on", "weekdays", "version"])
    _empty(row)
    _fill(row, year)
    audit(actor, "accounts.school_year.changed", row, school_id=row.school_id, **_told(year))
    return school_year(actor=actor, school_year_id=row.id)


@mutation
def copy_school_year(*, actor: Actor, school_year_id: UUID, school_ids: Sequence[UUID]) -> int:
    """Give schools a year like this one, instead of what they have for those days. Returns how many got it.

    Raises NotFound, NotAllowed.
    """
    source = school_year(actor=actor, school_year_id=school_year_id, lock=True)
    kept = {row.id for row in schools_to_keep(actor=actor)}
    year, copied = as_year(source), 0
    for school_id in dict.fromkeys(school_ids):
        if school_id == source.school_id:
            continue
        require(actor, may_keep_calendar, school_id)
        if school_id not in kept:
            school(actor=actor, school_id=school_id)
        found = list(
            overlapping(
                actor=actor, school_id=school_id, first_on=year.first_on, last_on=year.last_on
            ).prefetch_related("days_off", "periods")
        )
        if len(found) == 1 and _ordered(as_year(found[0])) == _ordered(year):
            continue
        for old in found:
            _remove(old)
        row = _insert(actor, school_id, year)
        copied += 1
        audit(actor, "accounts.school_year.copied", row, school_id=school_id, from_id=source.id)
    if not copied:
        unchanged(actor)
    return copied


@mutation
def add_next_school_year(*, actor: Actor, school_year_id: UUID) -> SchoolYear:
    """Make the year after this one from it, each day on the same weekday. Raises NotFound, NotAllowed, YearOverlaps."""
    source = school_year(actor=actor, school_year_id=school_year_id, lock=True)
    require(actor, may_keep_calendar, source.school_id)
    year = calendars.next_year(as_year(source))
    row = _insert(actor, source.school_id, year)
    audit(
        actor,
        "accounts.school_year.added",
        row,
        school_id=source.school_id,
        from_id=source.id,
        **_told(year),
    )
    return row


@mutation
def remove_school_year(*, actor: Actor, school_year_id: UUID) -> None:
    """Remove a school year; a school without its own follows the district's. Raises NotFound, NotAllowed."""
    row = school_year(actor=actor, school_year_id=school_year_id, lock=True)
    require(actor, may_keep_calendar, row.school_id)
    audit(
        actor,
        "accounts.school_year.removed",
        row,
        school_id=row.school_id,
        **_told(as_year(row)),
    )
    _remove(row)


def _insert(actor: Actor, school_id: UUID | None, year: calendars.SchoolYear) -> SchoolYear:
    _check(actor, school_id, year)
    row = SchoolYear(
        organization_id=actor.organization_id,
        school_id=school_id,
        name=year.name,
        first_on=year.first_on,
        last_on=year.last_on,
        weekdays=sorted(year.weekdays),
    )
    row.full_clean(exclude=["organization", "school"])
    row.save(force_insert=True)
    _fill(row, year)
    return row


def _check(
    actor: Actor, school_id: UUID | None, year: calendars.SchoolYear, *, but: UUID | None = None
) -> None:
    wrong: dict[str, list[str]] = {}
    for trouble in calendars.troubles(year):
        field, words = _TROUBLE_WORDS[trouble]
        wrong.setdefault(field, []).append(str(words))
    if len(year.days_off) > MOST_DAYS_OFF:
        wrong.setdefault("days_off", []).append(str(_("That is too many days for one school year.")))
    if len(year.periods) > MOST_PERIODS:
        wrong.setdefault("periods", []).append(str(_("A school year has at most 12 reporting periods.")))
    names = [period.name for period in year.periods]
    if len(set(names)) != len(names):
        wrong.setdefault("periods", []).append(str(_("Two reporting periods have the same name.")))
    if wrong:
        raise Invalid(fields=wrong)
    if overlapping(
        actor=actor, school_id=school_id, first_on=year.first_on, last_on=year.last_on, but=but
    ).exists():
        raise YearOverlaps
    named = SchoolYear.objects.filter(
        Q(school_id=school_id), organization_id=actor.organization_id, name=year.name
    )
    if (named.exclude(id=but) if but else named).exists():
        raise Invalid(fields={"name": [_("Another school year here has this name.")]})


def _fill(row: SchoolYear, year: calendars.SchoolYear) -> None:
    spans = [
        DaysOff(
            organization_id=row.organization_id,
            school_year=row,
            first_on=span.first_on,
            last_on=span.last_on,
            label=span.label,
        )
        for span in year.days_off
    ]
    periods = [
        ReportingPeriod(
            organization_id=row.organization_id,
            school_year=row,
            name=period.name,
            first_on=period.first_on,
            last_on=period.last_on,
            reports_due_on=period.reports_due_on,
        )
        for period in year.periods
    ]
    for part in (*spans, *periods):
        part.clean_fields(exclude=["organization", "school_year"])
    DaysOff.objects.bulk_create(spans)
    ReportingPeriod.objects.bulk_create(periods)


def _empty(row: SchoolYear) -> None:
    own = {"organization_id": row.organization_id, "school_year": row}
    DaysOff.objects.filter(**own).delete()
    ReportingPeriod.objects.filter(**own).delete()


def _remove(row: SchoolYear) -> None:
    _empty(row)
    SchoolYear.objects.filter(organization_id=row.organization_id, id=row.id).delete()


def _ordered(year: calendars.SchoolYear) -> calendars.SchoolYear:
    return calendars.SchoolYear(
        name=year.name,
        first_on=year.first_on,
        last_on=year.last_on,
        weekdays=year.weekdays,
        days_off=tuple(sorted(year.days_off, key=lambda span: (span.first_on, span.last_on, span.label))),
        periods=tuple(sorted(year.periods, key=lambda period: (period.first_on, period.name))),
    )


def _told(year: calendars.SchoolYear) -> dict[str, Any]:
    return {
        "name": year.name,
        "first_on": year.first_on,
        "last_on": year.last_on,
        "days_off": len(year.days_off),
        "periods": len(year.periods),
    }
