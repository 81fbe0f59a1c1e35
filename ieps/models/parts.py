"""What an IEP is made of: goals, services, accommodations; and what was taken out of a draft."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Group, Relation, relations_that_see
from core.actor import Actor, Hat
from core.ids import uuid7
from core.models import topic
from core.registry import lent
from ieps.models.programs import SHARED_STATUSES, Iep, OfIep
from students.models import Student, visible_students


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, actor: Actor) -> "GoalQuerySet":
        """The goals that exist for this actor: of drafts only for those who read drafts."""
        mine = self.filter(seen_goals(actor), organization_id=actor.organization_id)
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
        """How progress is measured. It says what number a score is, and so what may be recorded."""

        PERCENT = "percent", _("percent, 0 to 100")
        TRIALS = "trials", _("trials, percent correct")
        COUNT = "count", _("frequency: a count, 0 or more")
        RATE = "rate", _("rate: a count a minute, 0 or more")
        PROBE = "probe", _("two measures of one probe: correct a minute, and accuracy")
        MINUTES = "minutes", _("duration in minutes, 0 or more")
        LATENCY = "latency", _("latency: seconds until the student begins")
        BETWEEN = "between", _("time between responses, in seconds")
        PARTIAL = "partial", _("partial intervals, percent")
        WHOLE = "whole", _("whole intervals, percent")
        MOMENTARY = "momentary", _("momentary time samples, percent")
        RUBRIC = "rubric", _("rubric level, 0 to 10")
        PROMPT = "prompt", _("prompt level, as independence in percent")
        STEPS = "steps", _("task analysis, percent of steps done alone")
        SAMPLE = "sample", _("work sample score, 0 or more")
        ATTAINMENT = "attainment", _("goal attainment scaling, −2 to 2")

    class MasteryBy(models.TextChoices):
        """What has to be seen before the goal counts as mastered."""

        SCORES = "scores", _("scores at the criterion")
        OBSERVER = "observer", _("the observer calls it mastered, at 80 % of the way or more")

    class MasteryCounts(models.TextChoices):
        """What counts as one trial of the mastery rule."""

        SCORE = "score", _("each score")
        DAY = "day", _("each day, by its last score")
        TRIAL = "trial", _("each single trial of a session")

    class MasteryWindow(models.TextChoices):
        """Of which scores the last ones are taken."""

        MOVING = "moving", _("the last ones, at any time")
        BLOCK = "block", _("one block after another")

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
    scale = models.CharField(_("how it is measured"), max_length=12, choices=Scale)
    unit = models.CharField(_("unit"), max_length=60)
    direction = models.CharField(
        _("the score should"), max_length=8, choices=Direction, default=Direction.INCREASE
    )

    # Without an entered baseline the median of the first three scores stands for it.
    baseline_value = models.DecimalField(_("baseline"), max_digits=9, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField(_("measured on"))
    baseline_context = models.CharField(_("how the baseline was measured"), max_length=300, blank=True)
    target_value = models.DecimalField(_("target"), max_digits=9, decimal_places=2)
    target_on = models.DateField(_("to be reached by"))
    accuracy = models.CharField(_("accuracy or consistency"), max_length=200, blank=True)
    conditions = models.CharField(_("under which conditions"), max_length=300, blank=True)

    # When the goal counts as mastered: "80 % in 4 of 5 trials", "3 probes in a row, in 2 settings".
    mastery_by = models.CharField(_("mastered by"), max_length=8, choices=MasteryBy, default=MasteryBy.SCORES)
    mastery_value = models.DecimalField(
        _("criterion of one score"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    mastery_hits = models.PositiveSmallIntegerField(
        _("so many at the criterion"), default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    mastery_of = models.PositiveSmallIntegerField(
        _("of so many"), default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    mastery_counts = models.CharField(
        _("what counts once"), max_length=5, choices=MasteryCounts, default=MasteryCounts.SCORE
    )
    mastery_window = models.CharField(
        _("which are taken together"), max_length=6, choices=MasteryWindow, default=MasteryWindow.MOVING
    )
    mastery_settings = models.PositiveSmallIntegerField(
        _("in so many settings"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    mastery_people = models.PositiveSmallIntegerField(
        _("with so many people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    maintenance_days = models.PositiveSmallIntegerField(
        _("after mastery, a probe every so many days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    probe_times = models.PositiveSmallIntegerField(
        _("probes"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    probe_days = models.PositiveSmallIntegerField(
        _("in so many days"), default=7, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )

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
            models.CheckConstraint(
                condition=Q(mastery_hits__gte=1, mastery_of__gte=F("mastery_hits"), probe_times__gte=1),
                name="goal_mastery_can_be_met",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "iep", "number"], name="goal_by_iep"),
            models.Index(fields=["organization", "student"], name="goal_by_student"),
            models.Index(fields=["organization", "lineage_id"], name="goal_by_lineage"),
        )

    @property
    def topic(self) -> str:
        return topic("goal", self.id)

    def topics(self) -> tuple[str, ...]:
        return self.topics_of([self])[self.id]

    @classmethod
    def topics_of(cls, goals: Sequence["Goal"]) -> Mapping[UUID, tuple[str, ...]]:
        """The topics of several goals, in two statements at the most."""
        models.prefetch_related_objects(goals, "student")
        of_student = Student.topics_of({goal.student_id: goal.student for goal in goals}.values())
        return {
            goal.id: (goal.topic, topic("iep", goal.iep_id), *of_student[goal.student_id]) for goal in goals
        }


def seen_goals(
    actor: Actor, *, group: Group = Group.GOALS, student: str = "student__", lineage: str = "lineage_id"
) -> Q:
    """A filter for rows about one goal each, `student` and `lineage` as in `goal__student__`, `goal__lineage_id`.

    Of students of whom the actor sees all of the group, every goal; of others, those that the actor is asked to record.
    """
    whole = visible_students(actor, prefix=student, group=group, is_whole=True)
    if not whole or not has_tasks(actor, group):
        return whole
    return whole | (visible_students(actor, prefix=student, group=group) & asked_of(actor, lineage=lineage))


def has_tasks(actor: Actor, group: Group) -> bool:
    """Whether somebody sees a group of fields of single goals, by data tasks."""
    return actor.hat is not Hat.FAMILY and Relation.TASK in relations_that_see(actor.roles, group)


def asked_of(actor: Actor, *, lineage: str = "lineage_id") -> Q:
    """A filter for rows about goals that one is asked to record today, or is responsible for in an IEP in force."""
    responsible = Goal.objects.filter(  # for all: whose sight this is part of
        organization_id=actor.organization_id, responsible_id=actor.person_id, iep__status=Iep.Status.ACTIVE
    )
    tasks = lent("ieps.asked_lineages")(actor=actor)
    # One set, not two conditions: either of two could hold for every goal of the district, and all would be read.
    return Q(**{f"{lineage}__in": responsible.values_list("lineage_id").union(tasks)})


PERCENT_SCALES: frozenset[str] = frozenset(
    {
        Goal.Scale.PERCENT,
        Goal.Scale.TRIALS,
        Goal.Scale.PARTIAL,
        Goal.Scale.WHOLE,
        Goal.Scale.MOMENTARY,
        Goal.Scale.PROMPT,
        Goal.Scale.STEPS,
    }
)
"""Scales whose scores are percent."""

LARGEST_SCORE: Mapping[str, Decimal] = {
    **dict.fromkeys(PERCENT_SCALES, Decimal(100)),
    Goal.Scale.RUBRIC: Decimal(10),
    Goal.Scale.ATTAINMENT: Decimal(2),
}
"""Scales that end. The others end where the column does."""

SMALLEST_SCORE: Mapping[str, Decimal] = {Goal.Scale.ATTAINMENT: Decimal(-2)}
"""Scales that go below zero."""


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
        indexes = (
            models.Index(fields=["organization", "iep"], name="service_by_iep"),
            models.Index(fields=["organization", "student"], name="service_by_student"),
        )

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
        indexes = (
            models.Index(fields=["organization", "iep"], name="accommodation_by_iep"),
            models.Index(fields=["organization", "student"], name="accommodation_by_student"),
        )


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
        indexes = (
            models.Index(fields=["organization", "iep"], name="removed_part_by_iep"),
            models.Index(fields=["organization", "student"], name="removed_part_by_student"),
        )
