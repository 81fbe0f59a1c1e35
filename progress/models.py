"""Measurements of goals, kept for good, and one row a goal that says what they come to."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Group
from core.actor import Actor
from ieps.models import Goal
from students.models import OfStudent, Student, visible_students


class ProgressPointQuerySet(models.QuerySet["ProgressPoint"]):
    def visible_to(self, actor: Actor) -> "ProgressPointQuerySet":
        """The points of students whose progress this actor sees."""
        seen = visible_students(actor, prefix="student__", group=Group.PROGRESS)
        return self.filter(organization_id=actor.organization_id).filter(seen)


class ProgressPoint(OfStudent):
    """One measurement of a goal, in the goal's own unit (34 CFR 300.320(a)(3)(i)).

    Never deleted: a point recorded by mistake is voided, with who, when and why. There are millions of these, so the
    row is small and has one index beside its keys: the points of a goal through all versions of the IEP, by day.
    """

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    measured_on = models.DateField(_("measured on"))
    value = models.DecimalField(_("score"), max_digits=9, decimal_places=2)
    is_baseline = models.BooleanField(_("baseline, before instruction began"), default=False)
    context = models.CharField(_("where and how"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True, validators=[MaxLengthValidator(2000)])
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    recorded_by_name = models.CharField(max_length=120)
    # Made where the score was taken, so that a queue that is sent twice records once.
    client_id = models.UUIDField(null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    voided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False, editable=False
    )
    void_reason = models.CharField(max_length=300, blank=True, editable=False)

    objects = ProgressPointQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "client_id"],
                condition=Q(client_id__isnull=False),
                name="point_once_per_client_id",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="") | Q(voided_at__isnull=False),
                name="point_void_has_instant",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="point_not_negative"),
        )
        indexes = (
            models.Index(
                fields=["organization", "lineage_id", "measured_on", "id"], name="point_by_goal_and_day"
            ),
        )

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()


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

    class Meta:
        indexes = (models.Index(fields=["organization", "student"], name="goal_summary_by_student"),)
