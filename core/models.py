"""What every app stands on: tenant rows, the audit, the outbox, jobs."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from core.ids import uuid7

if TYPE_CHECKING:
    from uuid import UUID


class TenantModel(models.Model):
    """A row of exactly one organisation, behind the wall (`core/rls.py`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def topics(self) -> tuple[str, ...]:
        """The topics whose open pages show this row."""
        return (f"organization.{self.organization_id}",)


def in_force(today: date) -> models.Q:
    """Rows that hold on a day, by `starts_on` and `ends_on`. The day on which one ends no longer counts: who leaves,
    leaves at once."""
    return models.Q(starts_on__lte=today) & (models.Q(ends_on=None) | models.Q(ends_on__gt=today))


class AuditEntry(models.Model):
    """Who did or opened what, when, from where. Written with the change, never changed (triggers)."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=12)
    actor_person_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120)
    record_type = models.CharField(max_length=60)
    record_id = models.UUIDField(null=True)
    student_id = models.UUIDField(null=True)
    values = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["organization", "student_id", "-at"], name="audit_by_student"),
            models.Index(
                fields=["organization", "actor_person_id", "-at"],
                name="audit_by_person",
            ),
            models.Index(fields=["organization", "record_id", "-at"], name="audit_by_record"),
            models.Index(fields=["organization", "-at", "-id"], name="audit_by_time"),
            models.Index(fields=["organization", "verb", "-at"], name="audit_by_verb"),
            models.Index(fields=["organization", "request_id"], name="audit_by_request"),
        )


class AuditWaiting(models.Model):
    """An entry that has no seal yet. Written by a trigger with the entry, removed by the sealer (`core/chain.py`)."""

    entry_id = models.BigIntegerField(primary_key=True)
    organization_id = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=["organization_id", "entry_id"], name="audit_waiting"),)


class AuditSeal(models.Model):
    """One link of an organisation's chain, beside the entry that it seals. Never changed (triggers)."""

    entry_id = models.BigIntegerField(primary_key=True)
    organization_id = models.UUIDField()
    seq = models.BigIntegerField()
    prev = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization_id", "seq"], name="audit_seal_once_a_place"),
        )


class OutboxEvent(models.Model):
    """News of one committed act: ids and topics, no content. The relay delivers it, then marks it."""

    id = models.BigAutoField(primary_key=True)
    organization_id = models.UUIDField()
    verb = models.CharField(max_length=80)
    record_id = models.UUIDField(null=True)
    topics = ArrayField(models.CharField(max_length=60))
    actor = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["id"],
                condition=models.Q(delivered_at=None),
                name="outbox_undelivered",
            ),
            models.Index(fields=["delivered_at"], name="outbox_delivered"),
        )


class TopicVersion(models.Model):
    """How often a topic was delivered. Only the relay writes it, so writers of one topic never wait for each other."""

    topic = models.CharField(primary_key=True, max_length=60)
    version = models.BigIntegerField(default=0)


class Job(models.Model):
    """Work promised in a transaction: a task's name and ids. Celery only wakes a worker; this row is the truth."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        PARKED = "parked"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organization_id = models.UUIDField()
    name = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    actor = models.JSONField()
    key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001  # no key, no uniqueness
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    run_after = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["run_after"],
                condition=models.Q(state="waiting"),
                name="job_waiting",
            ),
        )


class Heartbeat(models.Model):
    """When a part of the running group was last seen alive; `/readyz` reads it."""

    name = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()


class IdempotencyKey(TenantModel):
    """The stored answer to a creating request, so that a retry does nothing twice."""

    person_id = models.UUIDField()
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "person_id", "key"],
                name="idempotency_key_once_per_person",
            ),
        )
        indexes = (models.Index(fields=["created_at"], name="idempotency_age"),)


class Attempts(models.Model):
    """When something was let through, by the hash of what is limited; only `core.limits` reads and writes it."""

    key = models.CharField(primary_key=True, max_length=64)
    at = ArrayField(models.DateTimeField())
    ends_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["ends_at"], name="attempts_by_end"),)


def topic(noun: str, record_id: "UUID | str") -> str:
    """The name of a topic, `<noun>.<uuid>`."""
    return f"{noun}.{record_id}"
