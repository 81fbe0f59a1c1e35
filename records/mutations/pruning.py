"""What is removed by the clock once its term has passed: roster entries, messages, reports of imports."""

from datetime import datetime, timedelta

from accounts.queries import organization_of
from core.actor import Actor
from core.mutation import audit, mutation, require, unchanged
from integrations.models import ImportFinding, ImportRow, RosterImport
from notifications.models import Message
from records.classes import RecordClass
from records.queries import earlier, policy_of
from records.rules import may_keep_retention
from students.models import RosterEntry

AT_ONCE = 20_000
WEEK = timedelta(days=7)


@mutation
def prune(*, actor: Actor, now: datetime) -> dict[str, int]:
    """Remove what the district keeps no longer, at most 20,000 rows a table; the next run takes the rest.

    A report's rows and findings go, the run itself with its counts stays. Raises NotAllowed.
    """
    require(actor, may_keep_retention, None)
    years = policy_of(actor=actor).years
    own = {"organization_id": actor.organization_id}

    def before(name: RecordClass) -> datetime:
        day = earlier(actor.today, years[name])
        return now.replace(year=day.year, month=day.month, day=day.day)

    runs = RosterImport.objects.filter(  # for all: the clock reads no names
        **own, finished_at__lt=before(RecordClass.IMPORTS)
    )
    left = RosterEntry.objects.filter(  # for all: the clock reads no names
        **own, is_current=False, student=None, changed_at__lt=before(RecordClass.ROSTER)
    )
    old = {
        "integrations.importfinding": ImportFinding.objects.filter(**own, roster_import__in=runs),
        "integrations.importrow": ImportRow.objects.filter(**own, roster_import__in=runs),
        "students.rosterentry": left,
        "notifications.message": Message.objects.filter(**own, created_at__lt=before(RecordClass.MESSAGES)),
    }
    gone = {}
    for name, rows in old.items():
        ids = list(rows.order_by("id").values_list("id", flat=True)[:AT_ONCE])
        number = rows.model._default_manager.filter(**own, id__in=ids).delete()[0] if ids else 0
        if number:
            gone[name] = number
    if not gone:
        unchanged(actor)
        return gone
    audit(actor, "records.expired.pruned", organization_of(actor=actor), topics=(), rows=gone)
    return gone
