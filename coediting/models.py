"""Texts that several people write at once: what they are now, every change ever made, and snapshots between.

A text belongs to a record of another app (a section of an IEP), which it knows by the name of that app's rule and
an id.
"""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.actor import Actor
from core.models import topic
from students.models import OfStudent, Student

Ops = list[dict[str, Any]]


class Text(OfStudent):
    """One shared text. Version 0 is empty; each change makes the next one.

    `ops` is the whole text as it was at `ops_version`, which may lie a few changes behind `version`.
    """

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="texts", db_constraint=False, db_index=False
    )
    rule = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    field = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=0)
    ops = models.JSONField(default=list)
    ops_version = models.PositiveIntegerField(default=0)
    told_version = models.PositiveIntegerField(
        default=0
    )  # up to here its owner app knows the words for certain
    written_version = models.PositiveIntegerField(default=0)  # up to here the audit knows who sat at it
    is_written_on = models.BooleanField(default=False)  # changes wait for their line in the audit
    locked_at = models.DateTimeField(null=True)
    locked_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "subject_id", "field"], name="text_one_per_field_of_a_subject"
            ),
            models.CheckConstraint(
                condition=Q(ops_version__lte=F("version")), name="text_never_ahead_of_its_version"
            ),
            models.CheckConstraint(
                condition=Q(locked_at=None, locked_version=None)
                | Q(locked_at__isnull=False, locked_version=F("version")),
                name="text_locked_at_its_version",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "student"], name="text_by_student"),
            models.Index(
                fields=["organization", "id"], condition=Q(is_written_on=True), name="text_written_on"
            ),
        )

    @property
    def topic(self) -> str:
        """Its own topic."""
        return topic("text", self.id)

    def topics(self) -> tuple[str, ...]:
        return (self.topic,)


class TextChange(models.Model):
    """One change as it was applied. Never changed; the database removes it with its text. The audit of the text."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    text = models.ForeignKey(
        Text, on_delete=models.DO_NOTHING, related_name="changes", db_constraint=False, db_index=False
    )
    version = models.PositiveIntegerField()
    change_id = models.CharField(max_length=64)
    author_id = models.CharField(max_length=120)
    author_name = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    ops = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "text", "version"], name="text_change_once_a_version"
            ),
            models.UniqueConstraint(
                fields=["organization", "text", "change_id"], name="text_change_once_an_id"
            ),
        )


class TextSnapshot(models.Model):
    """The whole text at one version, whose words it was made of, and who sat at it since: any version opens quickly."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    text = models.ForeignKey(
        Text, on_delete=models.DO_NOTHING, related_name="snapshots", db_constraint=False, db_index=False
    )
    version = models.PositiveIntegerField()
    ops = models.JSONField()
    authors = models.JSONField()
    since = models.PositiveIntegerField(null=True)
    sittings = models.JSONField(null=True)  # of the changes after `since`; an older snapshot does not say

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "text", "version"], name="text_snapshot_once_a_version"
            ),
        )


def author_of(actor: Actor) -> str:
    """By which id the changes of an actor go: a person's, or the name of what is no person."""
    person_id: UUID | None = actor.acting_person_id
    return str(person_id) if person_id else f"{actor.kind}:{actor.name}"[:120]
