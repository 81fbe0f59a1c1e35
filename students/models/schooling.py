"""Where a student went to school and how they left: enrollments, moves, and requests for their records."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import School
from core.models import topic
from students.models.base import OfStudent
from students.models.choices import Grade

REMIND_DAYS = 10
"""Records go "promptly" (34 CFR 300.323(g)); the law names no number of days. After this many the page reminds."""


class EntryReason(models.TextChoices):
    FIRST = "first", _("First enrollment")
    IN_DISTRICT = "in_district", _("From another school of the district")
    IN_STATE = "in_state", _("From another district of the state")
    OUT_OF_STATE = "out_of_state", _("From another state or country")
    PRIVATE = "private", _("From a private school or home school")
    RETURNED = "returned", _("Came back")
    OTHER = "other", _("Other")


class ExitReason(models.TextChoices):
    """The categories of exit from special education that States report under section 618 of IDEA."""

    DIPLOMA = "diploma", _("Graduated with a regular high school diploma")
    ALTERNATE = "alternate", _("Graduated with an alternate diploma")
    CERTIFICATE = "certificate", _("Received a certificate")
    MAXIMUM_AGE = "maximum_age", _("Reached maximum age")
    REGULAR = "regular", _("Transferred to regular education")
    MOVED = "moved", _("Moved, known to be continuing")
    DROPPED_OUT = "dropped_out", _("Dropped out")
    DIED = "died", _("Died")


class SchoolEnrollment(OfStudent):
    """A student at a school, from a day until a day. A school outside the district is written by its name."""

    class Ending(models.TextChoices):
        TRANSFER = "transfer", _("Went to another school of the district")
        EXIT = "exit", _("Left the district")
        OTHER = "other", _("Other")

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="enrollments",
        db_constraint=False,
        db_index=False,
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    school_name = models.CharField(_("school"), max_length=120, blank=True)
    grade = models.CharField(_("grade"), max_length=2, choices=Grade, blank=True, default=Grade.UNKNOWN)
    starts_on = models.DateField(_("entered on"))
    ends_on = models.DateField(_("left on"), null=True, blank=True)
    entry_reason = models.CharField(
        _("why they entered"), max_length=12, choices=EntryReason, default=EntryReason.FIRST
    )
    ending = models.CharField(_("why they left"), max_length=8, choices=Ending, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="enrollment_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["student"], condition=Q(ends_on=None), name="enrollment_one_open"
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="enrollment_by_student"),)


class Move(OfStudent):
    """A transfer to another school of the district, or an exit. One whose day is still to come waits for it."""

    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("Transfer to another school")
        EXIT = "exit", _("Exit")

    class State(models.TextChoices):
        PENDING = "pending", _("Planned")
        DONE = "done", _("Done")
        CANCELED = "canceled", _("Canceled")
        UNDONE = "undone", _("Taken back")

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="moves",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    on = models.DateField(_("first day"))
    from_school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    to_school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    grade = models.CharField(_("grade"), max_length=2, choices=Grade, blank=True)
    ends_parts = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=12, choices=ExitReason, blank=True)
    destination = models.CharField(_("where they go"), max_length=160, blank=True)
    enrollment_before = models.CharField(max_length=12, blank=True)
    eligibility_before = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["student"], condition=Q(state="pending"), name="move_one_pending"
            ),
        )
        indexes = (
            models.Index(fields=["organization", "student"], name="move_by_student"),
            models.Index(fields=["organization", "on"], condition=Q(state="pending"), name="move_pending"),
        )

    def topics(self) -> tuple[str, ...]:
        schools = {self.from_school_id, self.to_school_id} - {None}
        return (*super().topics(), *(topic("school", school) for school in schools if school))


class RecordsRequest(OfStudent):
    """Another school asks for a student's records, or this district asks another one (34 CFR 300.323(g))."""

    class Direction(models.TextChoices):
        TO_US = "to_us", _("They ask this district")
        BY_US = "by_us", _("This district asks them")

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="records_requests",
        db_constraint=False,
        db_index=False,
    )
    direction = models.CharField(_("who asks"), max_length=5, choices=Direction, default=Direction.TO_US)
    party = models.CharField(_("other school or district"), max_length=160)
    contact = models.CharField(_("how to reach them"), max_length=160, blank=True)
    asked_on = models.DateField(_("asked on"))
    sent_on = models.DateField(_("sent or received on"), null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(sent_on=None) | Q(sent_on__gte=models.F("asked_on")),
                name="records_sent_after_asked",
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="records_by_student"),)

    def is_late(self, today: date) -> bool:
        """Whether the page reminds of it."""
        return self.sent_on is None and today >= self.asked_on + timedelta(days=REMIND_DAYS)
