"""What an IEP is made of: goals, services, accommodations; and what was taken out of a draft."""

from collections.abc import Mapping
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Group
from core.actor import Actor
from core.ids import uuid7
from core.models import topic
from ieps.models.programs import SHARED_STATUSES, Iep, OfIep
from students.models import Student, visible_students


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, actor: Actor) -> "GoalQuerySet":
        """The goals that exist for this actor: of drafts only for those who read drafts."""
        mine = self.filter(organization_id=actor.organization_id)
        mine = mine.filter(visible_students(actor, prefix="student__", group=Group.GOALS))
        words = visible_students(actor, prefix="student__", group=Group.IEP)
        return mine.filter(words | Q(iep__status__in=SHARED_STATUSES)) if words else mine


class Goal(OfIep):
    """A measurable annual goal (34 CFR 300.320(a)(2))."""

    class Domain(models.TextChoices):
        READING = "reading", _("Reading")
        WRITING = "writing", _("Writing")
        MATH = "math", _("Math")
        COMMUNICATION = "communication", _("Communication")
        BEHAVIOR = "behavior", _("Behavior")
        SOCIAL = "social", _("Social and emotional")
        MOTOR = "motor", _("Motor")
        ADAPTIVE = "adaptive", _("Daily living")
        TRANSITION = "transition", _("Transition")

    class Direction(models.TextChoices):
        INCREASE = "increase", _("go up")
        DECREASE = "decrease", _("go down")

    class Scale(models.TextChoices):
        """What kind of number a score is; it bounds what may be recorded."""

        PERCENT = "percent", _("percent, 0 to 100")
        COUNT = "count", _("count, 0 or more")
        RATE = "rate", _("rate, 0 or more")
        MINUTES = "minutes", _("minutes, 0 or more")
        RUBRIC = "rubric", _("rubric level, 0 to 10")

    iep = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="goals", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    # Goals of later IEPs that go on with this one share its lineage; progress is read along it.
    lineage_id = models.UUIDField(default=uuid7, editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    domain = models.CharField(_("area"), max_length=16, choices=Domain)
    title = models.CharField(_("short name"), max_length=80)
    statement = models.TextField(_("goal"), max_length=2000)
    scale = models.CharField(_("kind of score"), max_length=8, choices=Scale)
    unit = models.CharField(_("unit"), max_length=60)
    direction = models.CharField(
        _("the score should"), max_length=8, choices=Direction, default=Direction.INCREASE
    )

    baseline_value = models.DecimalField(_("baseline"), max_digits=9, decimal_places=2)
    baseline_on = models.DateField(_("measured on"))
    baseline_context = models.CharField(_("how the baseline was measured"), max_length=300, blank=True)
    target_value = models.DecimalField(_("target"), max_digits=9, decimal_places=2)
    target_on = models.DateField(_("to be reached by"))
    accuracy = models.CharField(_("accuracy or consistency"), max_length=200, blank=True)
    conditions = models.CharField(_("under which conditions"), max_length=300, blank=True)

    # Only for students who take an alternate assessment (34 CFR 300.320(a)(2)(ii)).
    benchmarks = models.TextField(_("benchmarks or short-term objectives"), max_length=2000, blank=True)

    evaluation_method = models.CharField(_("how progress is measured"), max_length=200)
    frequency = models.CharField(_("how often"), max_length=80)
    responsible = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who is responsible"),
        null=True,
        blank=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by_name = models.CharField(max_length=120, blank=True, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["iep", "number"], name="goal_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(target_on__gt=F("baseline_on")), name="goal_target_after_baseline"
            ),
            models.CheckConstraint(
                condition=Q(direction="increase", target_value__gt=F("baseline_value"))
                | Q(direction="decrease", target_value__lt=F("baseline_value")),
                name="goal_target_beyond_baseline",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "iep", "number"], name="goal_by_iep"),
            models.Index(fields=["organization", "student"], name="goal_by_student"),
        )

    @property
    def topic(self) -> str:
        return topic("goal", self.id)

    def topics(self) -> tuple[str, ...]:
        return (self.topic, *super().topics())


LARGEST_SCORE: Mapping[str, Decimal] = {Goal.Scale.PERCENT: Decimal(100), Goal.Scale.RUBRIC: Decimal(10)}
"""Scales that end. The others end where the column does."""


class Service(OfIep):
    """Special education or a related service, with its minutes (34 CFR 300.320(a)(4), (7))."""

    class Kind(models.TextChoices):
        INSTRUCTION = "instruction", _("Specialized instruction")
        SPEECH = "speech", _("Speech-language")
        OCCUPATIONAL = "occupational", _("Occupational therapy")
        PHYSICAL = "physical", _("Physical therapy")
        COUNSELING = "counseling", _("Counseling")
        BEHAVIOR = "behavior", _("Behavior support")
        NURSING = "nursing", _("School health services")
        TRANSPORT = "transport", _("Transportation")
        OTHER = "other", _("Other related service")

    class Period(models.TextChoices):
        WEEK = "week", _("a week")
        MONTH = "month", _("a month")

    class Delivery(models.TextChoices):
        INDIVIDUAL = "individual", _("individual")
        GROUP = "group", _("group")

    iep = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="services", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(_("service"), max_length=12, choices=Kind)
    focus = models.CharField(_("focus"), max_length=80, blank=True)
    minutes = models.PositiveIntegerField(
        _("minutes each time"), validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    times = models.PositiveSmallIntegerField(
        _("times"), validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    period = models.CharField(_("per"), max_length=5, choices=Period, default=Period.WEEK)
    delivery = models.CharField(_("individual or group"), max_length=10, choices=Delivery)
    location = models.CharField(_("location"), max_length=80)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    provider = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("provider"), null=True, blank=True
    )
    provider_role = models.CharField(_("provider, by role"), max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by_name = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="service_ends_after_start"),
            models.CheckConstraint(condition=Q(minutes__gt=0, times__gt=0), name="service_has_minutes"),
        )
        indexes = (models.Index(fields=["organization", "iep"], name="service_by_iep"),)

    @property
    def minutes_in_period(self) -> int:
        """Minutes a week or a month, as `period` says."""
        return self.minutes * self.times


class Accommodation(OfIep):
    """A change in how (accommodation) or what (modification) the student learns, or a support."""

    class Kind(models.TextChoices):
        ACCOMMODATION = "accommodation", _("Accommodation")
        MODIFICATION = "modification", _("Modification")
        TESTING = "testing", _("Testing accommodation")

    iep = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="accommodations", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    text = models.CharField(_("what"), max_length=300)
    setting = models.CharField(_("where"), max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by_name = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        indexes = (models.Index(fields=["organization", "iep"], name="accommodation_by_iep"),)


class RemovedPart(OfIep):
    """A goal, service or accommodation taken out of a draft, kept whole so that the act can be undone."""

    class Kind(models.TextChoices):
        GOAL = "goal", _("Goal")
        SERVICE = "service", _("Service")
        ACCOMMODATION = "accommodation", _("Accommodation")

    iep = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="removed", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=13, choices=Kind)
    part_id = models.UUIDField()
    values = models.JSONField(encoder=DjangoJSONEncoder)
    removed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["part_id"], name="removed_part_once"),)
        indexes = (models.Index(fields=["organization", "iep"], name="removed_part_by_iep"),)
