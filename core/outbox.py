"""From a commit to every open page and every listener.

PostgreSQL is the truth: an event stays until it was delivered. Redis and Celery only wake. A trigger notifies the relay
on commit (`core/migrations`), which also sweeps, so a lost notification costs a second and nothing else.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.models import Job, OutboxEvent, TopicVersion
from core.once import once
from core.registry import listeners

BATCH = 500
CLAIM_SECONDS = 5  # an event claimed by a relay that died is delivered by another after this long
KEEP_DELIVERED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one pass of the relay did."""

    events: int
    topics: dict[str, str]


def topic_version(topic: str) -> str:
    """The version of a topic now; opaque, only compared for equality. Read it before the content it stands for."""
    return topic_versions([topic])[topic]


def topic_versions(topics: Iterable[str]) -> dict[str, str]:
    """The versions of several topics in one statement."""
    wanted = tuple(dict.fromkeys(topics))
    return once(("topics", wanted), lambda: _versions(wanted))


def _versions(wanted: tuple[str, ...]) -> dict[str, str]:
    known = dict(TopicVersion.objects.filter(topic__in=wanted).values_list("topic", "version"))
    return {topic: str(known.get(topic, 0)) for topic in wanted}


@dataclass(frozen=True, slots=True)
class Stamp:
    """How far the news of some topics has come. Of two equal ones without waiting news: nothing happened in between.

    A commit shows at once, as waiting news, and by the version from its delivery on; the relay raises that first.
    """

    versions: tuple[str, ...]
    has_waiting: bool


def stamp(topics: Iterable[str]) -> Stamp:
    """The stamp of some topics, versions in their order, in one statement. Read it before what it stands for.

    While one page is read, a topic without news is not asked for again: it stands as when it was first asked for.
    """
    wanted = tuple(topics)
    quiet: dict[str, str] = once("topics without news", dict)
    if all(topic in quiet for topic in wanted):
        return Stamp(tuple(quiet[topic] for topic in wanted), has_waiting=False)
    found = once(("stamp", wanted), lambda: _stamp(wanted))
    if not found.has_waiting:
        for topic, version in zip(wanted, found.versions, strict=True):
            quiet.setdefault(topic, version)
    return found


def _stamp(wanted: tuple[str, ...]) -> Stamp:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT topic, version FROM core_topicversion WHERE topic = ANY(%(topics)s) UNION ALL
            SELECT '', count(*) FROM (
                SELECT FROM core_outboxevent
                WHERE delivered_at IS NULL AND topics && %(topics)s::varchar[] LIMIT 1
            ) waiting""",
            {"topics": list(wanted)},
        )
        known = dict(cursor.fetchall())
    return Stamp(tuple(str(known.get(topic, 0)) for topic in wanted), bool(known[""]))


def live_channel() -> str:
    """The Redis channel on which processes hear of changed topics."""
    return f"{settings.LIVE_PREFIX}live"


def deliver(bus: "redis.Redis", *, limit: int = BATCH) -> Delivery:
    """Deliver up to `limit` waiting events: new versions first, then the frame, then the mark.

    A relay killed between any two of these leaves the events for the next pass. Listeners get one job an event.
    Raises redis.RedisError when the bus is away; the events wait.
    """
    events = _claim(limit)
    if not events:
        return Delivery(0, {})
    versions = _bump(sorted({topic for event in events for topic in event.topics}))
    if versions:
        bus.publish(live_channel(), json.dumps({"changed": versions}))
    _mark_delivered(events)
    return Delivery(len(events), versions)


def prune(*, before_days: int = KEEP_DELIVERED_DAYS) -> int:
    """Forget events delivered long ago. Returns how many."""
    cut = timezone.now() - timedelta(days=before_days)
    return OutboxEvent.objects.filter(delivered_at__lt=cut).delete()[0]


def oldest_waiting_seconds() -> float:
    """How long the oldest undelivered event has been waiting, 0 when none is."""
    first = (
        OutboxEvent.objects.filter(delivered_at=None)
        .order_by("id")
        .values_list("created_at", flat=True)
        .first()
    )
    return (timezone.now() - first).total_seconds() if first else 0.0


def _claim(limit: int) -> list[OutboxEvent]:
    """Take waiting events that no living relay holds, in one statement."""
    now = timezone.now()
    claimed = OutboxEvent.objects.raw(
        """UPDATE core_outboxevent SET claimed_at = %s FROM (
            SELECT id AS free FROM core_outboxevent
            WHERE delivered_at IS NULL AND (claimed_at IS NULL OR claimed_at <= %s)
            ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
        ) waiting WHERE id = free RETURNING core_outboxevent.*""",
        [now, now - timedelta(seconds=CLAIM_SECONDS), limit],
    )
    return sorted(claimed, key=lambda event: event.id)


def _bump(topics: list[str]) -> dict[str, str]:
    if not topics:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO core_topicversion (topic, version) SELECT unnest(%s::text[]), 1
            ON CONFLICT (topic) DO UPDATE SET version = core_topicversion.version + 1 RETURNING topic, version""",
            [topics],
        )
        return {topic: str(version) for topic, version in cursor.fetchall()}


def _mark_delivered(events: list[OutboxEvent]) -> None:
    jobs = [
        Job(
            organization_id=event.organization_id,
            name=name,
            arguments={"record_id": str(event.record_id)},
            actor=event.actor,
            key=f"{name}:{event.id}",
        )
        for event in events
        for name in sorted(listeners(event.verb))
    ]
    if jobs:
        Job.objects.bulk_create(jobs, ignore_conflicts=True)  # before the mark: repeated, never lost
    OutboxEvent.objects.filter(id__in=[event.id for event in events]).update(delivered_at=timezone.now())
