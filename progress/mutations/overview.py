"""A list of goals taken along, accounted for on each student in it."""

from datetime import date

from accounts.queries import organization_of
from core.actor import Actor
from core.mutation import audit, mutation, require
from progress.queries import OverviewFilters, OverviewRow, goals_overview
from progress.rules import may_take_lists
from students.mutations import log_list_export


@mutation
def export_overview(
    *, actor: Actor, today: date, filters: OverviewFilters, most: int
) -> tuple[OverviewRow, ...]:
    """The rows of a list of goals, at most so many; on each student it is written down (34 CFR 99.32).

    Raises NotAllowed.
    """
    require(actor, may_take_lists, actor)
    found = goals_overview(actor=actor, today=today, filters=filters, limit=most)
    ids = list(dict.fromkeys(row.student_id for row in found.rows))
    log_list_export(actor=actor, student_ids=ids, what="goals", file_format="csv")
    audit(
        actor,
        "progress.list.exported",
        organization_of(actor=actor),
        topics=(),
        count=len(found.rows),
        show=filters.looked.value,
        days=filters.days,
    )
    return found.rows
