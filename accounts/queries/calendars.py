"""Reading school years: as the keepers of a calendar see them, and as the calendar that counts in a school."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet

from accounts import calendars
from accounts.calendar_models import measuring
from accounts.calendars import Calendar
from accounts.models import DaysOff, ReportingPeriod, School, SchoolYear
from accounts.queries.people import schools_of
from accounts.rules import may_keep_calendar, may_keep_some_calendar
from core.actor import Actor
from core.errors import NotFound
from core.models import topic
from core.mutation import require
from core.outbox import topic_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """One school year on the page of calendars."""

    id: UUID
    school_id: UUID | None
    school_name: str
    version: int
    year: calendars.SchoolYear
    days: int
    """School days in it."""
    may_keep: bool
    has_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPage:
    """The school years of the district, newest first, and for which schools the reader may keep one."""

    topics: str
    versions: str
    years: tuple[YearRow, ...]
    schools: tuple[School, ...]
    may_keep_district: bool


def calendar_page(*, actor: Actor) -> CalendarPage:
    """Every school year, the district's before those of single schools. Raises NotAllowed."""
    require(actor, may_keep_some_calendar, actor)
    may_keep_district = may_keep_calendar(actor, None)
    # The names of schools are news of the district, which not every keeper of a school's calendar may watch.
    district = (topic("organization", actor.organization_id),) if may_keep_district else ()
    topics = (measuring(actor.organization_id), *district)
    versions = topic_versions(topics)
    rows = list(_whole(actor).order_by("-first_on", F("school__name").asc(nulls_first=True), "id"))
    names = {(row.school_id, row.name) for row in rows}
    return CalendarPage(
        topics=" ".join(topics),
        versions=" ".join(versions[name] for name in topics),
        years=tuple(_row(actor, row, names) for row in rows),
        schools=schools_to_keep(actor=actor),
        may_keep_district=may_keep_district,
    )


def schools_to_keep(*, actor: Actor) -> tuple[School, ...]:
    """The open schools whose calendar the actor may keep, by name."""
    return tuple(row for row in schools_of(actor=actor) if may_keep_calendar(actor, row.id))


def school_year(*, actor: Actor, school_year_id: UUID, lock: bool = False) -> SchoolYear:
    """One school year with its days off and periods. Everybody of the district may read it. Raises NotFound."""
    rows = _whole(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(id=school_year_id).first()
    if found is None:
        raise NotFound
    return found


def school_year_row(*, actor: Actor, school_year_id: UUID, lock: bool = False) -> YearRow:
    """One school year with what the reader may do with it. Raises NotFound."""
    return _row(actor, school_year(actor=actor, school_year_id=school_year_id, lock=lock), set())


def school_year_to_keep(*, actor: Actor, school_year_id: UUID) -> YearRow:
    """One school year for its keepers. Raises NotFound, NotAllowed for who reads it only."""
    row = school_year_row(actor=actor, school_year_id=school_year_id)
    require(actor, may_keep_calendar, row.school_id)
    return row


def school_years(*, actor: Actor) -> tuple[YearRow, ...]:
    """Every school year for a program that reads calendars, oldest first. Everybody of the district may read them."""
    return tuple(_row(actor, row, set()) for row in _whole(actor).order_by("first_on", "id"))


def overlapping(
    *, actor: Actor, school_id: UUID | None, first_on: date, last_on: date, but: UUID | None = None
) -> QuerySet[SchoolYear]:
    """The years of the same school, or of the district, that share a day with these."""
    rows = SchoolYear.objects.filter(
        Q(school_id=school_id),  # None is the district
        organization_id=actor.organization_id,
        first_on__lte=last_on,
        last_on__gte=first_on,
    )
    return rows.exclude(id=but) if but else rows


def calendar_of(*, actor: Actor, school_id: UUID | None) -> Calendar:
    """The calendar that counts in a school; without a school the district's."""
    return calendars_of(actor=actor, school_ids=[school_id])[school_id]


def calendars_of(*, actor: Actor, school_ids: Iterable[UUID | None]) -> Mapping[UUID | None, Calendar]:
    """The calendar of each school: its own years, and the district's where it has none. Three statements."""
    wanted = set(school_ids)
    own = Q(school_id=None) | Q(school_id__in=[school for school in wanted if school])
    by_school: dict[UUID | None, list[calendars.SchoolYear]] = defaultdict(list)
    for row in _whole(actor).filter(own):
        by_school[row.school_id].append(as_year(row))
    return {school: _effective(by_school.get(school, []), by_school[None]) for school in wanted}


def as_year(row: SchoolYear) -> calendars.SchoolYear:
    """A school year as the pure functions take it."""
    return calendars.SchoolYear(
        name=row.name,
        first_on=row.first_on,
        last_on=row.last_on,
        weekdays=frozenset(row.weekdays),
        days_off=tuple(
            calendars.DaysOff(first_on=span.first_on, last_on=span.last_on, label=span.label)
            for span in row.days_off.all()
        ),
        periods=tuple(
            calendars.Period(
                name=period.name,
                first_on=period.first_on,
                last_on=period.last_on,
                reports_due_on=period.reports_due_on,
            )
            for period in row.periods.all()
        ),
    )


def _whole(actor: Actor) -> QuerySet[SchoolYear]:
    """School years of the district with what is in them."""
    own = {"organization_id": actor.organization_id}
    return (
        SchoolYear.objects.filter(**own)
        .select_related("school")
        .prefetch_related(
            Prefetch("days_off", DaysOff.objects.filter(**own).order_by("first_on", "id")),
            Prefetch("periods", ReportingPeriod.objects.filter(**own).order_by("first_on", "id")),
        )
    )


def _effective(own: list[calendars.SchoolYear], district: list[calendars.SchoolYear]) -> Calendar:
    rest = [
        year
        for year in district
        if not any(year.first_on <= mine.last_on and mine.first_on <= year.last_on for mine in own)
    ]
    return tuple(sorted((*own, *rest), key=lambda year: year.first_on))


def _row(actor: Actor, row: SchoolYear, names: set[tuple[UUID | None, str]]) -> YearRow:
    year = as_year(row)
    return YearRow(
        id=row.id,
        school_id=row.school_id,
        school_name=row.school.name if row.school else "",
        version=row.version,
        year=year,
        days=calendars.school_days((year,), year.first_on - timedelta(days=1), year.last_on),
        may_keep=may_keep_calendar(actor, row.school_id),
        has_next=(row.school_id, calendars.next_year(year).name) in names,
    )
