"""What a district that has no student yet still needs, for whoever keeps it."""

from dataclasses import dataclass

from accounts.queries import calendar_of
from accounts.rights import DistrictAction, may_in_district
from casefile.queries.dates import DistrictCounts
from core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The first steps of a district, and which of them are done."""

    has_schools: bool
    has_calendar: bool
    has_colleagues: bool


def beginning(*, actor: Actor, counts: DistrictCounts | None) -> Beginning | None:
    """The first steps; None once there is a student, and for who does not keep the district."""
    if counts is None or counts.students or not may_in_district(actor, DistrictAction.KEEP_DISTRICT):
        return None
    return Beginning(
        has_schools=counts.schools > 0,
        has_calendar=bool(calendar_of(actor=actor, school_id=None)),
        has_colleagues=(counts.people or 0) > 1,
    )
