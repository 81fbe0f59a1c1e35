"""One row a goal that says what its points come to; how far the goal itself is; the levels of goal attainment."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import TenantModel
from ieps.models import Goal
from students.models import OfStudent, Student


class GoalSummary(OfStudent):
    """What the points of one goal come to, so that a list of students reads no points.

    Written in the transaction of every change to a point, by `progress.mutations`; `manage.py rebuild_summaries` makes
    the same rows again. Nothing here depends on today: a status is that of the last measured day, and
    `arithmetic.as_of` says whether it is too long ago to count.
    """

    goal = models.OneToOneField(
        Goal, on_delete=models.PROTECT, related_name="progress_summary", db_constraint=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    status = models.CharField(max_length=8)
    current_value = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    last_on = models.DateField(null=True)
    last_by_name = models.CharField(max_length=120, blank=True)
    percent_of_way = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    trend_per_week = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    in_a_row_below = models.PositiveIntegerField(default=0)
    in_a_row_at_or_above = models.PositiveIntegerField(default=0)
    spark = ArrayField(models.DecimalField(max_digits=9, decimal_places=2), default=list)
    aim_first = models.DecimalField(max_digits=11, decimal_places=4, null=True)
    aim_last = models.DecimalField(max_digits=11, decimal_places=4, null=True)
    points = models.PositiveIntegerField(default=0)
    # The verdict of the last measured day: which rule, what it suggests, and on which points.
    rule = models.CharField(max_length=16, blank=True)
    suggestion = models.CharField(max_length=12, blank=True)
    rule_points = ArrayField(models.UUIDField(), default=list)
    needs_decision = models.BooleanField(default=False)
    mastered_on = models.DateField(null=True)
    next_probe_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["organization", "student"], name="goal_summary_by_student"),
            models.Index(
                fields=["organization", "goal"],
                name="goal_summary_to_decide",
                condition=models.Q(needs_decision=True),
            ),
            models.Index(
                fields=["organization", "goal"],
                name="goal_summary_mastered",
                condition=models.Q(mastered_on__isnull=False),
            ),
            models.Index(
                fields=["organization", "last_on"],
                name="goal_summary_by_last_score",
                condition=models.Q(mastered_on=None),
            ),
        )


class GoalState(OfStudent):
    """How far a goal is, through all versions of the IEP: open, mastered and probed now and then, or met.

    The signed IEP does not change by it. A later IEP that asks for more opens the goal again.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        MAINTENANCE = "maintenance", _("Maintenance")
        MET = "met", _("Met")

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    """The goal, of which IEP, that the state was last found for."""
    lineage_id = models.UUIDField(editable=False)
    status = models.CharField(max_length=11, choices=Status, default=Status.OPEN)
    mastered_on = models.DateField(null=True)
    is_by_hand = models.BooleanField(default=False)
    """Whether a person, not the rule, gave the status."""
    changed_on = models.DateField(null=True)
    changed_by_name = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    reopened_on = models.DateField(null=True)
    """Mastery is looked for in the scores from this day on."""
    verdict = models.CharField(max_length=30, blank=True)
    """The last verdict that was written down: status, rule and suggestion."""
    verdict_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "lineage_id"], name="goal_state_once"),
            models.CheckConstraint(
                condition=Q(status="open") | Q(mastered_on__isnull=False) | Q(is_by_hand=True),
                name="goal_state_has_its_day",
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="goal_state_by_student"),)

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()


class AttainmentScale(OfStudent):
    """What each level of goal attainment scaling means for one goal, and how much the goal weighs among others.

    Source: Kiresuk and Sherman 1968.
    """

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    much_less = models.CharField(_("−2, much less than expected"), max_length=300)
    less = models.CharField(_("−1, less than expected"), max_length=300)
    expected = models.CharField(_("0, as expected"), max_length=300)
    more = models.CharField(_("+1, more than expected"), max_length=300)
    much_more = models.CharField(_("+2, much more than expected"), max_length=300)
    changed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    changed_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "lineage_id"], name="attainment_scale_once"),
        )
        indexes = (models.Index(fields=["organization", "student"], name="attainment_by_student"),)

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()


class AttainmentRating(OfStudent):
    """Which level of goal attainment a goal had reached on a day; said again on that day, the later word holds."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    level = models.SmallIntegerField(
        _("level reached"), validators=[MinValueValidator(-2), MaxValueValidator(2)]
    )
    rated_on = models.DateField(_("rated on"))
    note = models.CharField(_("what was seen"), max_length=300, blank=True)
    rated_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    rated_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "lineage_id", "rated_on"], name="attainment_rated_once_a_day"
            ),
            models.CheckConstraint(condition=Q(level__gte=-2, level__lte=2), name="attainment_level_known"),
        )
        indexes = (models.Index(fields=["organization", "student"], name="rating_by_student"),)

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()


class EvaluationRun(TenantModel):
    """One night's look at a part of the goals of a district, and how far it is: killed at any point, it goes on."""

    on = models.DateField()
    part = models.PositiveSmallIntegerField(default=0)
    """Parts are looked at beside each other, on as many processors."""
    after = models.UUIDField(null=True)
    goals = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "on", "part"], name="evaluation_once_a_day"),
        )
