"""A student with a case file, and the rows that belong to it."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import School
from core.actor import Actor
from core.encrypted import BlindIndexField, EncryptedTextField, fingerprint
from core.models import TenantModel, topic
from students.models.base import OfStudent
from students.models.choices import Disability, EnglishLearner, Grade
from students.models.people import Guardian, TeamMember
from students.models.sight import visible_students
from students.names import shown_name, words_in

NEVER = date(9999, 12, 31)
"""`next_due_on` of a student for whom nothing is due."""
NOT_SERVED = (
    Q(eligibility__in=("exited", "not_eligible"))
    | Q(enrollment__in=("transferred", "graduated", "inactive"))
    | Q(archived_at__isnull=False)
)
"""Students who no longer receive special education here."""


class StudentQuerySet(models.QuerySet["Student"]):
    def visible_to(self, actor: Actor) -> "StudentQuerySet":
        """The students who exist for this actor, by the table of rights. Archived ones included."""
        return self.filter(organization_id=actor.organization_id).filter(visible_students(actor))


class Student(TenantModel):
    """A pupil with a case file: referred, being evaluated, or served."""

    class Eligibility(models.TextChoices):
        REFERRED = "referred", _("Referred")
        EVALUATING = "evaluating", _("Being evaluated")
        ELIGIBLE = "eligible", _("Eligible")
        NOT_ELIGIBLE = "not_eligible", _("Not eligible")
        EXITED = "exited", _("Exited")

    class Enrollment(models.TextChoices):
        ACTIVE = "active", _("Enrolled")
        INACTIVE = "inactive", _("Not enrolled now")
        TRANSFERRED = "transferred", _("Transferred")
        GRADUATED = "graduated", _("Graduated")

    given_name = models.CharField(_("given name"), max_length=80)
    middle_name = models.CharField(_("middle name"), max_length=80, blank=True)
    family_name = models.CharField(_("family name"), max_length=80)
    preferred_name = models.CharField(_("preferred name"), max_length=80, blank=True)
    sort_name = models.CharField(max_length=180, editable=False)
    birth_on = models.DateField(_("date of birth"), null=True, blank=True)
    grade = models.CharField(_("grade"), max_length=2, choices=Grade, blank=True, default=Grade.UNKNOWN)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    enrollment = models.CharField(
        _("enrollment"), max_length=12, choices=Enrollment, default=Enrollment.ACTIVE
    )
    enrolled_on = models.DateField(_("enrolled on"), null=True, blank=True)
    home_language = models.CharField(_("language at home"), max_length=40, blank=True)
    needs_interpreter = models.BooleanField(_("family needs an interpreter"), default=False)
    preferred_language = models.CharField(_("language the student prefers"), max_length=40, blank=True)
    english_learner = models.CharField(
        _("English learner"), max_length=8, choices=EnglishLearner, blank=True, default=EnglishLearner.UNKNOWN
    )
    english_learner_since = models.DateField(_("English learner since"), null=True, blank=True)
    english_learner_until = models.DateField(_("reclassified on"), null=True, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    # Where the photograph is kept, under a name that tells nothing; empty without one.
    photo_key = models.CharField(max_length=48, blank=True, editable=False)
    disability = models.CharField(
        _("primary disability"),
        max_length=4,
        choices=Disability,
        blank=True,
        default=Disability.NOT_DETERMINED,
    )
    eligibility = models.CharField(
        _("eligibility"),
        max_length=12,
        choices=Eligibility,
        default=Eligibility.REFERRED,
    )
    eligible_on = models.DateField(_("eligible since"), null=True, blank=True)
    last_evaluation_on = models.DateField(_("last evaluation"), null=True, blank=True)
    reevaluation_due_on = models.DateField(_("reevaluation due"), null=True, blank=True)
    # Copied from the IEP in force so that lists can sort by it; only `students.mutations.set_annual_review` writes it.
    annual_review_on = models.DateField(null=True, editable=False)
    # Both kept by the database: a district's lists are read in order from an index, and have no nulls to page over.
    next_due_on = models.GeneratedField(
        expression=Coalesce(Least("annual_review_on", "reevaluation_due_on"), models.Value(NEVER)),
        output_field=models.DateField(),
        db_persist=True,
    )
    grade_rank = models.GeneratedField(
        expression=models.Case(
            models.When(grade="PK", then=-1),
            models.When(grade="KG", then=0),
            models.When(grade="", then=99),
            default=Cast("grade", models.SmallIntegerField()),
            output_field=models.SmallIntegerField(),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    archived_at = models.DateTimeField(null=True, editable=False)
    archived_reason = models.CharField(max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by_name = models.CharField(max_length=120, blank=True, editable=False)

    objects = StudentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(reevaluation_due_on=None)
                | Q(last_evaluation_on=None)
                | Q(reevaluation_due_on__gt=models.F("last_evaluation_on")),
                name="student_reevaluation_after_evaluation",
            ),
        )
        indexes = (
            models.Index(
                fields=["organization", "sort_name", "id"],
                condition=Q(archived_at=None),
                name="student_by_name",
            ),
            models.Index(
                fields=["organization", "school", "sort_name", "id"],
                name="student_by_school",
            ),
            models.Index(
                fields=["organization", "annual_review_on", "id"],
                condition=Q(archived_at=None),
                name="student_by_review",
            ),
            models.Index(
                fields=["organization", "reevaluation_due_on", "id"],
                condition=Q(archived_at=None),
                name="student_by_reevaluation",
            ),
            models.Index(fields=["organization", "grade_rank", "sort_name", "id"], name="student_by_grade"),
            models.Index(
                fields=["organization", "next_due_on", "id"],
                condition=Q(archived_at=None),
                name="student_by_due",
            ),
            models.Index(
                fields=["organization", "-changed_at", "-id"],
                condition=Q(archived_at=None),
                name="student_by_change",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=NOT_SERVED,
                name="student_not_served",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name on pages: the preferred given name, then the family name."""
        return shown_name(self.preferred_name, self.given_name, self.family_name)

    @property
    def topic(self) -> str:
        return topic("student", self.id)

    def topics(self) -> tuple[str, ...]:
        """The student, the lists of the team and of the family, the school's lists and the district's."""
        return self.topics_of([self])[self.id]

    @classmethod
    def topics_of(cls, students: Collection["Student"]) -> Mapping[UUID, tuple[str, ...]]:
        """The topics of several students, in one statement."""
        people = _people_around(students)
        return {
            student.id: (
                student.topic,
                topic("school", student.school_id),
                topic("organization", student.organization_id),
                *(topic("caseload", person_id) for person_id in people[student.id]),
            )
            for student in students
        }


def _people_around(students: Collection[Student]) -> Mapping[UUID, set[UUID]]:
    # A day more than needed: a list that is told for nothing refetches, a list that is not told goes stale.
    lately = Q(ends_on=None) | Q(ends_on__gte=timezone.now().date() - timedelta(days=1))
    theirs = lately & Q(student__in=students, person__isnull=False)
    team = TeamMember.objects.filter(theirs).values_list("student_id", "person_id")
    family = Guardian.objects.filter(theirs).values_list("student_id", "person_id")
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for student_id, person_id in team.union(family):
        found[student_id].add(person_id)
    return found


SOCIAL_SECURITY = re.compile(r"^\d{3}[- ]\d{2}[- ]\d{4}$")


class ExternalId(OfStudent):
    """What another system calls the student. Unique within the district, so no district learns of another's.

    Medicaid numbers, and whatever looks like a Social Security number, are in `secret` and are found whole by their
    blind index; other ids are in `value`, where a search finds them by their beginning.
    """

    class Kind(models.TextChoices):
        SIS = "sis", _("Student information system")
        STATE = "state", _("State")
        MEDICAID = "medicaid", _("Medicaid")
        OTHER = "other", _("Other")

    student = models.ForeignKey(
        Student,
        on_delete=models.PROTECT,
        related_name="external_ids",
        db_constraint=False,
    )
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=80, blank=True)
    secret = EncryptedTextField(max_length=80, null=True, blank=True)
    secret_index = BlindIndexField(of="secret")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "kind", "value"],
                condition=~Q(value=""),
                name="external_id_plain_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "kind", "secret_index"],
                name="external_id_secret_once",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(value="") & ~Q(kind="medicaid") & Q(secret__isnull=True, secret_index__isnull=True)
                )
                | Q(value="", secret__isnull=False, secret_index__isnull=False),
                name="external_id_plain_or_sealed",
            ),
            models.UniqueConstraint(fields=["student", "kind"], name="external_id_one_of_a_kind"),
        )
        indexes = (
            models.Index(
                fields=["organization", "value"],
                opclasses=["uuid_ops", "text_pattern_ops"],
                name="external_id_prefix",
            ),
        )

    @property
    def text(self) -> str:
        """The id, from wherever it is kept."""
        return self.value if self.secret is None else self.secret


def is_sensitive_id(kind: str, value: str) -> bool:
    """Whether an id is kept encrypted: Medicaid numbers, and what looks like a Social Security number."""
    return kind == ExternalId.Kind.MEDICAID or SOCIAL_SECURITY.match(value) is not None


def external_id(*, organization_id: UUID, student: Student, kind: str, value: str) -> ExternalId:
    """An id of a student, not yet saved, with its value where it belongs."""
    place = "secret" if is_sensitive_id(kind, value) else "value"
    return ExternalId(organization_id=organization_id, student=student, kind=kind, **{place: value})


def same_id(row: ExternalId) -> models.QuerySet[ExternalId]:
    """The rows of a district that hold the same id of the same kind."""
    rows = ExternalId.objects.filter(organization_id=row.organization_id, kind=row.kind)
    if row.secret is None:
        return rows.filter(value=row.value)
    return rows.filter(secret_index=fingerprint(ExternalId, "secret_index", row.organization_id, row.secret))


class Tag(OfStudent):
    """A word that a district puts on a student to find them again."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="tags", db_constraint=False)
    label = models.CharField(_("tag"), max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["student", "label"], name="tag_once_per_student"),)
        indexes = (models.Index(fields=["organization", "label"], name="tag_by_label"),)


class SearchWord(TenantModel):
    """One normalised word by which a student is found. A B-tree of prefixes, because `starts_with` may use an index
    under row-level security and `LIKE` may not."""

    student = models.ForeignKey(
        Student,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    word = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["student", "word"], name="search_word_once"),)
        indexes = (
            models.Index(
                fields=["organization", "word"],
                opclasses=["uuid_ops", "text_pattern_ops"],
                name="search_word_prefix",
            ),
        )


def search_words(student: Student) -> tuple[str, ...]:
    """The words by which a student is found: every part of every name."""
    names = (student.given_name, student.middle_name, student.family_name, student.preferred_name)
    return words_in(" ".join(names))
