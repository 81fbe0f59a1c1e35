"""One version of a student's program, from draft to superseded."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import Group
from core.actor import Actor
from core.models import topic
from students.models import OfStudent, Student, visible_students

# What parents and other readers of the shared IEP see: never a draft.
SHARED_STATUSES = ("approved", "active", "superseded")


class IepQuerySet(models.QuerySet["Iep"]):
    def visible_to(self, actor: Actor) -> "IepQuerySet":
        """The IEPs that exist for this actor: every one for the IEP team, else those that are shared."""
        mine = self.filter(organization_id=actor.organization_id)
        words = visible_students(actor, prefix="student__", group=Group.IEP)
        if not words:
            return mine
        shared = visible_students(actor, prefix="student__", group=Group.SHARED_IEP)
        return mine.filter(words | (Q(status__in=SHARED_STATUSES) & shared))


class Iep(OfStudent):
    """One version of a student's program, from draft to superseded."""

    class Kind(models.TextChoices):
        INITIAL = "initial", _("Initial")
        ANNUAL = "annual", _("Annual review")
        AMENDMENT = "amendment", _("Amendment")

    class Language(models.TextChoices):
        """The languages that an IEP may be written in, each in its own words."""

        ENGLISH = "en", "English"
        SPANISH = "es", "Español"
        ARABIC = "ar", "العربية"
        CHINESE = "zh", "中文"
        FRENCH = "fr", "Français"
        GREEK = "el", "Ελληνικά"
        HEBREW = "he", "עברית"
        HINDI = "hi", "हिन्दी"
        JAPANESE = "ja", "日本語"
        KOREAN = "ko", "한국어"
        PORTUGUESE = "pt", "Português"
        RUSSIAN = "ru", "Русский"
        UKRAINIAN = "uk", "Українська"
        VIETNAMESE = "vi", "Tiếng Việt"

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        ACTIVE = "active", _("Active")
        SUPERSEDED = "superseded", _("Superseded")
        DISCARDED = "discarded", _("Discarded")

    class Placement(models.TextChoices):
        """The educational environments that a State reports (34 CFR 300.114 to 300.116)."""

        REGULAR_80 = "regular_80", _("Regular class 80% of the day or more")
        REGULAR_40 = "regular_40", _("Regular class 40% to 79% of the day")
        REGULAR_UNDER_40 = "regular_0", _("Regular class less than 40% of the day")
        SEPARATE_CLASS = "separate_class", _("Separate class")
        SEPARATE_SCHOOL = "separate_school", _("Separate school")
        RESIDENTIAL = "residential", _("Residential facility")
        HOME_HOSPITAL = "home_hospital", _("Home or hospital")

    class ReportSchedule(models.TextChoices):
        QUARTER = "quarter", _("Each quarter, with report cards")
        TRIMESTER = "trimester", _("Each trimester, with report cards")
        SEMESTER = "semester", _("Each semester, with report cards")
        MONTH = "month", _("Each month")

    OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.APPROVED)
    SHARED = (Status.APPROVED, Status.ACTIVE, Status.SUPERSEDED)

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="ieps", db_constraint=False, db_index=False
    )
    number = models.PositiveSmallIntegerField(help_text="1 for the student's first IEP.")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    language = models.CharField(
        _("language in which it is written"), max_length=2, choices=Language, default=Language.ENGLISH
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # At which version each section was last changed, so that two people in two sections do not stop each other.
    section_versions = models.JSONField(default=dict, editable=False)

    meeting_on = models.DateField(_("meeting"), null=True, blank=True)
    effective_on = models.DateField(_("in effect from"), null=True, blank=True)
    expires_on = models.DateField(_("until"), null=True, blank=True)
    last_review_on = models.DateField(_("last review"), null=True, blank=True)
    next_review_on = models.DateField(_("next review"), null=True, blank=True, editable=False)

    strengths = models.TextField(_("strengths"), blank=True)
    parent_concerns = models.TextField(_("what the family wants"), blank=True)
    present_levels = models.TextField(_("present levels"), blank=True)
    impact = models.TextField(_("effect on the general curriculum"), blank=True)
    what_works = models.TextField(_("what works"), blank=True)

    needs_behavior_supports = models.BooleanField(_("behavior that impedes learning"), default=False)
    is_english_learner = models.BooleanField(_("learning English"), default=False)
    needs_braille = models.BooleanField(_("blind or visually impaired"), default=False)
    has_communication_needs = models.BooleanField(
        _("communication needs, or deaf or hard of hearing"), default=False
    )
    needs_assistive_technology = models.BooleanField(_("assistive technology"), default=False)
    special_factors = models.TextField(_("how the special factors are met"), blank=True)

    placement = models.CharField(_("placement"), max_length=16, choices=Placement, blank=True)
    percent_regular = models.DecimalField(
        _("percent of the day in regular class"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    nonparticipation = models.TextField(_("why not in regular class the rest of the day"), blank=True)
    supports_for_staff = models.TextField(_("supports for school staff"), blank=True)

    assessments = models.TextField(_("state and district assessments"), blank=True)
    takes_alternate_assessment = models.BooleanField(_("takes an alternate assessment"), default=False)
    alternate_reason = models.TextField(_("why the alternate assessment"), blank=True)
    report_schedule = models.CharField(
        _("progress reports"), max_length=10, choices=ReportSchedule, blank=True
    )
    has_extended_year = models.BooleanField(_("extended school year"), null=True, blank=True)
    extended_year = models.TextField(_("extended school year: why and what"), blank=True)

    transition_goals = models.TextField(_("goals after high school"), blank=True)
    transition_services = models.TextField(_("transition services"), blank=True)
    courses_of_study = models.TextField(_("courses of study"), blank=True)
    notes = models.TextField(_("notes of the team"), blank=True)

    sent_to_review_at = models.DateTimeField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by_name = models.CharField(max_length=120, blank=True, editable=False)

    objects = IepQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["student"], condition=Q(status="active"), name="iep_one_active"),
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(status__in=["draft", "in_review", "approved"]),
                name="iep_one_open_draft",
            ),
            models.UniqueConstraint(fields=["student", "number"], name="iep_number_once"),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(effective_on=None) | Q(expires_on__gt=F("effective_on")),
                name="iep_expires_after_effective",
            ),
            models.CheckConstraint(
                condition=Q(meeting_on=None) | Q(effective_on=None) | Q(meeting_on__lte=F("effective_on")),
                name="iep_meeting_not_after_effective",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | (Q(effective_on__isnull=False) & Q(expires_on__isnull=False)),
                name="iep_active_has_dates",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "student", "-number"], name="iep_by_student"),
            models.Index(
                fields=["organization", "effective_on"], condition=Q(status="approved"), name="iep_waiting"
            ),
        )

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def topic(self) -> str:
        return topic("iep", self.id)

    def topics(self) -> tuple[str, ...]:
        """The IEP and its goals, whose pages say whether it is in force; and those of the student."""
        return self.topics_of([self])[self.id]

    @classmethod
    def topics_of(cls, ieps: Collection["Iep"]) -> Mapping[UUID, tuple[str, ...]]:
        """The topics of several IEPs, in two statements at the most."""
        if not ieps:
            return {}
        goals: dict[UUID, list[str]] = defaultdict(list)
        rows = cls.objects.filter(id__in={iep.id for iep in ieps}, goals__isnull=False)
        for iep_id, goal_id in rows.values_list("id", "goals__id"):
            goals[iep_id].append(topic("goal", goal_id))
        of_student = Student.topics_of({iep.student_id: iep.student for iep in ieps}.values())
        return {iep.id: (iep.topic, *goals[iep.id], *of_student[iep.student_id]) for iep in ieps}


class OfIep(OfStudent):
    """A row of one IEP version. It names the student too, so that rights need no join."""

    class Meta:
        abstract = True

    def topics(self) -> tuple[str, ...]:
        return (topic("iep", self.iep_id), *super().topics())  # type: ignore[attr-defined]  # each subclass has iep
