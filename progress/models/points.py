"""Measurements of goals, kept for good."""

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Group
from core.actor import Actor
from ieps.models import Goal, seen_goals
from students.models import OfStudent, Student


class MasteryLevel(models.TextChoices):
    """How far the observer sees the skill."""

    EMERGING = "emerging", _("Emerging")
    DEVELOPING = "developing", _("Developing")
    PROFICIENT = "proficient", _("Proficient")
    MASTERED = "mastered", _("Mastered")


class ProgressPointQuerySet(models.QuerySet["ProgressPoint"]):
    def visible_to(self, actor: Actor) -> "ProgressPointQuerySet":
        """The points of goals whose progress this actor sees."""
        return self.filter(seen_goals(actor, group=Group.PROGRESS), organization_id=actor.organization_id)


class ProgressPoint(OfStudent):
    """One measurement of a goal, in the goal's own unit (34 CFR 300.320(a)(3)(i)).

    Never deleted: a point recorded by mistake is voided, with who, when and why. A point that was measured but does not
    count, such as one on the day of a fire drill, is excluded: it stays on the chart, hollow, with its reason. There
    are millions of these, so what few points have is null, and there is one index beside the keys: the points of a
    goal through all versions of the IEP, by day.
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
    # The other measure of the same probe, such as accuracy in percent beside words a minute.
    second_value = models.DecimalField(_("accuracy"), max_digits=9, decimal_places=2, null=True, blank=True)
    # What was tapped or counted, from which the score follows (`arithmetic.raw`).
    raw = models.JSONField(null=True, editable=False)
    is_baseline = models.BooleanField(_("baseline, before instruction began"), default=False)
    mastery_level = models.CharField(_("level of mastery"), max_length=10, choices=MasteryLevel, blank=True)
    setting = models.CharField(_("setting"), max_length=60, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes of the session"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    context = models.CharField(_("where and how"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True, validators=[MaxLengthValidator(2000)])
    antecedent = models.CharField(_("what came before"), max_length=300, blank=True)
    behavior = models.CharField(_("what the student did"), max_length=300, blank=True)
    consequence = models.CharField(_("what came after"), max_length=300, blank=True)
    # Who saw it, when that is not who recorded it.
    observer = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False, editable=False
    )
    observer_name = models.CharField(_("observed by"), max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    recorded_by_name = models.CharField(max_length=120)
    # Made where the score was taken, so that a queue that is sent twice records once.
    client_id = models.UUIDField(null=True, editable=False)
    session_id = models.UUIDField(null=True, editable=False)
    """Points that were taken together in one session of a group."""
    # By the clock of the device, and how many seconds that clock was behind ours when it sent.
    captured_at = models.DateTimeField(null=True, editable=False)
    clock_offset = models.IntegerField(null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    voided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False, editable=False
    )
    void_reason = models.CharField(max_length=300, blank=True, editable=False)
    excluded_at = models.DateTimeField(null=True, editable=False)
    excluded_by_name = models.CharField(max_length=120, blank=True, editable=False)
    exclude_reason = models.CharField(max_length=300, blank=True, editable=False)

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
            models.CheckConstraint(condition=Q(value__gte=-2), name="point_on_some_scale"),
            models.CheckConstraint(
                condition=Q(excluded_at=None, exclude_reason="")
                | (Q(excluded_at__isnull=False) & ~Q(exclude_reason="")),
                name="point_excluded_with_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=["organization", "lineage_id", "measured_on", "id"], name="point_by_goal_and_day"
            ),
            models.Index(fields=["organization", "student"], name="point_by_student"),
        )

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()


class SecondObservation(OfStudent):
    """What a second observer recorded of the same session: how far two people see the same (agreement, IOA)."""

    class Method(models.TextChoices):
        TOTAL = "total", _("total: the smaller score of the larger")
        INTERVAL = "interval", _("interval by interval, or trial by trial")
        EXACT = "exact", _("exact: the same score or not")

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    point = models.ForeignKey(
        ProgressPoint, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    value = models.DecimalField(_("score"), max_digits=9, decimal_places=2)
    raw = models.JSONField(null=True, editable=False)
    method = models.CharField(_("how agreement is found"), max_length=8, choices=Method)
    agreement = models.DecimalField(_("agreement in percent"), max_digits=4, decimal_places=1)
    observer = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    observer_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "point", "observer"], name="second_look_once"),
        )
        indexes = (
            models.Index(fields=["organization", "lineage_id"], name="second_look_by_goal"),
            models.Index(fields=["organization", "student"], name="second_look_by_student"),
        )

    def topics(self) -> tuple[str, ...]:
        return self.point.topics()
