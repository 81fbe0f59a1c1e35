"""A student's whole record on its way out: exports, how long it is kept, holds, destructions and what is kept after."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import TenantModel, topic
from students.models import OfStudent, Student


class RecordExport(OfStudent):
    """One copy of a student's record as a file, for who asked for it, for a day."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to start")
        WRITING = "writing", _("Writing")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    UNFINISHED = (State.WAITING, State.WRITING)

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    asked_by_name = models.CharField(max_length=120)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    file_key = models.CharField(
        max_length=64, blank=True, help_text="Where the file is kept; blank without one."
    )
    size = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="Rows of each table.")
    unprintable = models.JSONField(default=list, help_text="Characters that no font of the PDF has.")
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["organization", "student", "-created_at"], name="record_export_by_student"),
            models.Index(fields=["organization", "expires_at"], name="record_export_by_end"),
        )

    def topics(self) -> tuple[str, ...]:
        """Who asked, and the student's pages."""
        own = (topic("person", self.person_id),) if self.person_id else ()
        return (topic("student", self.student_id), *own)


class RetentionPolicy(TenantModel):
    """How long the district keeps what, and how it destroys a record. One row a district, made when it is first set."""

    years = models.JSONField(default=dict, help_text="Years by record class; what is missing is the default.")
    waiting_days = models.PositiveSmallIntegerField(
        _("days between the notice and the destruction"), default=30
    )
    keeps_minimum = models.BooleanField(_("keep the permanent minimum"), default=True)
    changed_at = models.DateTimeField(null=True)
    changed_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization"], name="retention_policy_one"),
            models.CheckConstraint(condition=Q(waiting_days__lte=365), name="retention_waiting_a_year"),
        )


class LegalHold(OfStudent):
    """A reason for which a record must not be destroyed, until it is lifted or its day has passed."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    reason = models.CharField(_("reason"), max_length=300)
    until = models.DateField(_("until"), null=True, blank=True)
    placed_by_name = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True)
    lifted_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = (models.Index(fields=["organization", "student"], name="legal_hold_by_student"),)


class Destruction(TenantModel):
    """A destruction from its notice to its certificate. It names the student by id alone, so it can stay."""

    class Basis(models.TextChoices):
        RULE = "rule", _("The time of the retention rule has passed")
        PARENT = "parent", _("The parent asked for it (34 CFR 300.624(b))")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CANCELED = "canceled", _("Canceled")
        DESTROYED = "destroyed", _("Destroyed")

    student_id = models.UUIDField()
    basis = models.CharField(_("under"), max_length=8, choices=Basis)
    rule_years = models.PositiveSmallIntegerField(
        null=True, help_text="Years of the rule on the day it was asked."
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text="Gone with the record.")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_by_id = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=120)
    noticed_on = models.DateField()
    notices = models.PositiveSmallIntegerField(default=0, help_text="How many guardians were written to.")
    due_on = models.DateField()
    canceled_at = models.DateTimeField(null=True)
    canceled_by_name = models.CharField(max_length=120, blank=True)
    destroyed_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="Rows removed, by table.")
    kept = models.JSONField(default=dict, help_text="What was kept, and why.")
    files = models.JSONField(default=list, help_text="Files still to be removed from the disk.")
    files_removed = models.PositiveIntegerField(default=0)
    times = models.PositiveSmallIntegerField(
        default=0, help_text="More than 1 after a backup brought it back."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "student_id"],
                condition=Q(state="waiting"),
                name="destruction_one_waiting",
            ),
            models.CheckConstraint(
                condition=~Q(state="destroyed") | Q(destroyed_at__isnull=False, reason=""),
                name="destruction_leaves_no_words",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "state", "due_on", "id"], name="destruction_due"),
            models.Index(fields=["organization", "student_id"], name="destruction_by_student"),
        )

    def topics(self) -> tuple[str, ...]:
        return (topic("organization", self.organization_id), topic("student", self.student_id))


class PermanentRecord(TenantModel):
    """What 34 CFR 300.624(b) lets a district keep without a time limit, where the district chooses so."""

    student_id = models.UUIDField()
    destruction = models.ForeignKey(
        Destruction, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    name = models.CharField(max_length=250)
    address = models.CharField(max_length=400, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    grade_completed = models.CharField(max_length=2, blank=True)
    year_completed = models.PositiveSmallIntegerField(null=True)
    schools = models.JSONField(default=list, help_text="Schools attended: name, grade, first and last day.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "student_id"], name="permanent_record_one"),
        )
        indexes = (models.Index(fields=["organization", "name", "id"], name="permanent_record_by_name"),)


def check_typed(row: models.Model, *names: str) -> None:
    """Hold what somebody typed against its columns. Raises ValidationError."""
    row.clean_fields(exclude={field.name for field in row._meta.fields} - set(names))
