"""Progress reports to families: one a student and period, with a note for each goal; frozen when it is sent."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Group
from core.actor import Actor
from core.models import topic
from ieps.models import Goal, Iep
from progress.reporting import Objection, Statement
from students.models import OfStudent, Student, visible_students


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def visible_to(self, actor: Actor) -> "ProgressReportQuerySet":
        """Every report for the IEP team; for others who see progress, families first of all, those that were sent."""
        mine = self.filter(organization_id=actor.organization_id)
        team = visible_students(actor, prefix="student__", group=Group.IEP)
        if not team:
            return mine
        seen = visible_students(actor, prefix="student__", group=Group.PROGRESS, is_whole=True)
        return mine.filter(team | (Q(status__in=ProgressReport.SENT) & seen))


class ProgressReport(OfStudent):
    """How a student's goals went in one reporting period, for the family (34 CFR 300.320(a)(3)(ii)).

    A draft reads the data of now. When it is sent it takes its own copy of the numbers, sentences and charts, and the
    database refuses every later change; a correction is a new revision that says why.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being written")
        ISSUED = "issued", _("Sent")
        CORRECTED = "corrected", _("Replaced by a correction")

    SENT = (Status.ISSUED, Status.CORRECTED)

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    iep = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    period_name = models.CharField(_("reporting period"), max_length=40)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"))
    due_on = models.DateField(_("due"))
    language = models.CharField(
        _("language of the family"),
        max_length=5,
        choices=[("en", "English"), ("es", "Español")],
        default="en",
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    revision = models.PositiveSmallIntegerField(default=1)
    revises = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    revision_reason = models.CharField(_("why it is corrected"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)
    changed_by_name = models.CharField(max_length=120, blank=True)
    data_until = models.DateField(null=True)
    """The last day whose scores it counts."""
    sent_at = models.DateTimeField(null=True)
    sent_on = models.DateField(null=True)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    sent_by_name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was sent.")

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "student", "first_on", "revision"],
                name="progress_report_revision_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "student", "first_on"],
                condition=Q(status="draft"),
                name="progress_report_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(sent_at__isnull=False, data_until__isnull=False) & ~Q(digest=""),
                name="progress_report_sent_whole",
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(revision_reason=""), name="progress_report_says_why"
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="progress_report_period"),
        )
        indexes = (
            models.Index(fields=["organization", "student", "-first_on"], name="progress_report_by_student"),
            models.Index(fields=["organization", "first_on", "student"], name="progress_report_by_period"),
        )

    @property
    def topic(self) -> str:
        """Its student's pages show it."""
        return topic("student", self.student_id)

    @property
    def is_sent(self) -> bool:
        """Whether it has left the school, corrected since or not."""
        return self.status in self.SENT

    def topics(self) -> tuple[str, ...]:
        return self.student.topics()


class GoalNote(OfStudent):
    """What a report says of one goal: a statement, words of a person, and, once sent, the data it stands on."""

    report = models.ForeignKey(
        ProgressReport, on_delete=models.CASCADE, related_name="notes", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    number = models.PositiveSmallIntegerField()
    statement = models.CharField(
        _("statement"), max_length=16, blank=True, choices=[(each.value, each.value) for each in Statement]
    )
    narrative = models.TextField(_("note to the family"), blank=True, validators=[MaxLengthValidator(4000)])
    objection = models.CharField(
        max_length=16, blank=True, choices=[(each.value, each.value) for each in Objection]
    )
    reason = models.CharField(_("why the statement holds all the same"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    written_by_name = models.CharField(max_length=120, blank=True)
    frozen = models.JSONField(default=dict, help_text="The numbers and sentences as they were sent.")
    chart = models.TextField(blank=True, help_text="The chart as it was sent, as SVG.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "report", "goal"], name="goal_note_once"),
            models.CheckConstraint(
                condition=Q(objection="") | ~Q(statement=""), name="goal_note_objects_to_something"
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="goal_note_by_student"),)
