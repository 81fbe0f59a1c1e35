"""How long ago a score may be: the one place where the district's rule meets the calendar of each school."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.calendar_models import measuring
from accounts.queries import calendars_of, schools_of
from core.actor import Actor, everybody
from core.kept import kept_until_news
from core.once import once
from progress.arithmetic import quiet_on
from progress.queries.district import decision_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """For each school the latest day whose score is too long ago to count."""

    otherwise: date
    """By the district's own calendar."""
    by_school: Mapping[UUID, date]

    def at(self, school_id: UUID | None) -> date:
        """The day for one school."""
        return self.by_school.get(school_id, self.otherwise) if school_id else self.otherwise

    def recent(self, *, school: str, last_on: str) -> Q:
        """A condition: the last score is recent enough, by the names of both columns."""
        by_day: dict[date, list[UUID]] = {}
        for school_id, day in self.by_school.items():
            if day != self.otherwise:
                by_day.setdefault(day, []).append(school_id)
        others = [school_id for schools in by_day.values() for school_id in schools]
        found = Q(**{f"{last_on}__gt": self.otherwise})
        if others:  # else nobody asks for the school, nor joins the students for it
            found &= ~Q(**{f"{school}__in": others})
        for day, schools in by_day.items():
            found |= Q(**{f"{school}__in": schools, f"{last_on}__gt": day})
        return found


def quiet_days(*, actor: Actor, today: date, school_ids: Collection[UUID] | None = None) -> Quiet:
    """The days for these schools, or all of the district, in a number of statements that does not depend on them."""
    wanted = None if school_ids is None else frozenset(school_ids)
    return once(
        ("quiet", actor.organization_id, today, wanted),
        lambda: kept_until_news(
            actor=everybody(actor),
            topics=(measuring(actor.organization_id),),
            key=("quiet", today, wanted),
            read=lambda _versions: _quiet(actor, today, wanted),
        ),
    )


def _quiet(actor: Actor, today: date, wanted: frozenset[UUID] | None) -> Quiet:
    rule = decision_rule(actor=actor)
    schools = wanted if wanted is not None else {school.id for school in schools_of(actor=actor)}
    calendars = calendars_of(actor=actor, school_ids=[None, *schools])
    days = {calendar: quiet_on(today, rule, calendar) for calendar in set(calendars.values())}
    return Quiet(
        otherwise=days[calendars[None]],
        by_school={school: days[calendars[school]] for school in schools},
    )
