"""Roster imports: each run with what it did line by line, and the roster as it was last heard."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import DistrictAction, may_in_district
from core.actor import Actor, Kind
from core.models import TenantModel, topic


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def visible_to(self, actor: Actor) -> "RosterImportQuerySet":
        """The district's imports, for those who may run one; nothing for anybody else."""
        rows = self.filter(organization_id=actor.organization_id)
        is_one_of_them = actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.IMPORT_ROSTER)
        return rows if is_one_of_them else rows.none()


class RosterImport(TenantModel):
    """One roster on its way in. The place reached is saved with each batch, so a killed import goes on from there."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to start")
        READING = "reading", _("Reading the file")
        APPLYING = "applying", _("Applying rows")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    UNFINISHED: ClassVar[tuple[str, ...]] = (State.WAITING, State.READING, State.APPLYING)

    kind = models.CharField(max_length=20, default="oneroster")
    file_name = models.CharField(max_length=200)
    file_key = models.CharField(max_length=64, help_text="Where the file is kept; blank once it is gone.")
    file_hash = models.CharField(max_length=64)
    version = models.CharField(max_length=8, blank=True)
    modes = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=40, blank=True)
    total_lines = models.PositiveIntegerField(default=0)
    done_lines = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    at_noun = models.CharField(max_length=20, blank=True)
    at_line = models.PositiveIntegerField(default=0)
    worker = models.UUIDField(null=True)
    started_by_id = models.UUIDField(null=True)
    started_by_name = models.CharField(max_length=120)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(state__in=("waiting", "reading", "applying")),
                name="one_roster_import_at_a_time",
            ),
        )
        indexes = (models.Index(fields=["organization", "-started_at"], name="roster_import_newest"),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def topic(self) -> str:
        return topic("import", self.id)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in self.UNFINISHED

    def topics(self) -> tuple[str, ...]:
        return (self.topic, topic("organization", self.organization_id))


class OfImport(TenantModel):
    """A line of a report. `position` orders the lines of one import: file by file, line by line."""

    roster_import: models.ForeignKey[RosterImport, RosterImport]
    roster_import_id: UUID
    noun = models.CharField(max_length=20, blank=True)
    line = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField()

    class Meta:
        abstract = True


class ImportRow(OfImport):
    """What one line of a file came to."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        UNCHANGED = "unchanged", _("Unchanged")
        LEFT = "left", _("Marked as left")
        REFUSED = "refused", _("Refused")

    roster_import = models.ForeignKey(
        RosterImport, on_delete=models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    file = models.CharField(max_length=200, blank=True, help_text="Blank where the noun names the file.")
    sourced_id = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=180, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome)

    class Meta:
        indexes = (
            models.Index(fields=["organization", "roster_import", "position"], name="import_row_in_order"),
            models.Index(
                fields=["organization", "roster_import", "outcome", "position"], name="import_row_by_outcome"
            ),
        )


class ImportFinding(OfImport):
    """One thing to repair or to know. The sentence is made from `code` and `values` in the reader's language."""

    class Severity(models.TextChoices):
        WARNING = "warning", _("Warning")
        REFUSAL = "refusal", _("Refused")

    roster_import = models.ForeignKey(
        RosterImport, on_delete=models.CASCADE, related_name="findings", db_constraint=False, db_index=False
    )
    file = models.CharField(max_length=200, blank=True)
    column = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8, choices=Severity)
    values = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(
                fields=["organization", "roster_import", "position", "id"], name="import_finding_in_order"
            ),
        )


class RosterRecord(TenantModel):
    """One record as the roster last gave it, so that a second import knows what is new and a delta what it leans on."""

    source = models.CharField(max_length=20, default="oneroster")
    noun = models.CharField(max_length=20)
    sourced_id = models.CharField(max_length=120)
    owner = models.CharField(
        max_length=120, blank=True, help_text="The sourcedId of the person it belongs to."
    )
    payload = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    is_current = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "source", "noun", "sourced_id"], name="roster_record_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["organization", "source", "noun", "owner"],
                condition=~Q(owner=""),
                name="roster_record_by_owner",
            ),
        )
