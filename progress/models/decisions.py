"""What was tried for a goal, and what the team decided on its data."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from ieps.models import Goal
from students.models import OfStudent, Student


class Phase(OfStudent):
    """A time of one kind of instruction. The chart draws a line where it begins; no line of scores crosses it."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    label = models.CharField(_("what is tried"), max_length=60)
    detail = models.CharField(_("how often, by whom"), max_length=120, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    """The first day on which it no longer holds."""
    started_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "lineage_id", "starts_on"], name="phase_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="phase_ends_after_start"
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="phase_by_student"),)

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()


class Decision(OfStudent):
    """What was decided for a goal, why, and on which points. Never changed; a later one answers it."""

    class Choice(models.TextChoices):
        CONTINUE = "continue", _("Keep going")
        CHANGE = "change", _("Change instruction")
        RAISE = "raise", _("Propose to raise the goal")
        LOWER = "lower", _("Propose to lower the goal")

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    choice = models.CharField(max_length=8, choices=Choice)
    reason = models.CharField(_("why"), max_length=1000)
    decided_on = models.DateField()
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    decided_by_name = models.CharField(max_length=120)
    rule = models.CharField(max_length=16, blank=True)
    """The rule that asked for it, empty when none did."""
    suggestion = models.CharField(max_length=12, blank=True)
    points = ArrayField(models.UUIDField(), default=list)
    phase = models.ForeignKey(
        Phase, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    """The phase that a change of instruction began."""
    proposed_target = models.DecimalField(
        _("proposed target"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    proposed_target_on = models.DateField(_("to be reached by"), null=True, blank=True)
    amendment_id = models.UUIDField(null=True)
    """The proposed amendment of the IEP that it opened (34 CFR 300.324(a)(4))."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(
                condition=Q(choice__in=("raise", "lower")) | Q(proposed_target=None),
                name="decision_proposes_a_target",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "lineage_id", "decided_on"], name="decision_by_goal"),
            models.Index(fields=["organization", "student"], name="decision_by_student"),
        )

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()
