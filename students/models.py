"""Students with a case file, their team and guardians; and the roster, which holds every pupil."""

import re
import unicodedata
from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, School
from accounts.rights import (
    DISTRICT_RIGHTS,
    DistrictAction,
    Group,
    Relation,
    Role,
    may_in_district,
    relations_that_see,
)
from core.actor import Actor, Hat, Kind
from core.models import TenantModel, topic


class Grade(models.TextChoices):
    PREKINDERGARTEN = "PK", _("Pre-K")
    KINDERGARTEN = "KG", _("Kindergarten")
    FIRST = "01", _("Grade 1")
    SECOND = "02", _("Grade 2")
    THIRD = "03", _("Grade 3")
    FOURTH = "04", _("Grade 4")
    FIFTH = "05", _("Grade 5")
    SIXTH = "06", _("Grade 6")
    SEVENTH = "07", _("Grade 7")
    EIGHTH = "08", _("Grade 8")
    NINTH = "09", _("Grade 9")
    TENTH = "10", _("Grade 10")
    ELEVENTH = "11", _("Grade 11")
    TWELFTH = "12", _("Grade 12")
    TRANSITION = "13", _("Transition, 18 to 21")
    UNKNOWN = "", _("Grade not known")


class Disability(models.TextChoices):
    """The categories of 34 CFR 300.8(c); developmental delay is a State's option (300.8(b))."""

    AUTISM = "AUT", _("Autism")
    DEAF_BLINDNESS = "DB", _("Deaf-blindness")
    DEAFNESS = "DEAF", _("Deafness")
    EMOTIONAL = "ED", _("Emotional disturbance")
    HEARING = "HI", _("Hearing impairment")
    INTELLECTUAL = "ID", _("Intellectual disability")
    MULTIPLE = "MD", _("Multiple disabilities")
    ORTHOPEDIC = "OI", _("Orthopedic impairment")
    OTHER_HEALTH = "OHI", _("Other health impairment")
    SPECIFIC_LEARNING = "SLD", _("Specific learning disability")
    SPEECH_LANGUAGE = "SLI", _("Speech or language impairment")
    BRAIN_INJURY = "TBI", _("Traumatic brain injury")
    VISUAL = "VI", _("Visual impairment")
    DEVELOPMENTAL_DELAY = "DD", _("Developmental delay")
    NOT_DETERMINED = "", _("Not determined")


NEVER = date(9999, 12, 31)
"""`next_due_on` of a student for whom nothing is due."""


class StudentQuerySet(models.QuerySet["Student"]):
    def visible_to(self, actor: Actor) -> "StudentQuerySet":
        """The students who exist for this actor, by the table of rights. Archived ones included."""
        return self.filter(organization_id=actor.organization_id).filter(visible_students(actor))


def visible_students(actor: Actor, *, prefix: str = "", group: Group = Group.IDENTITY) -> Q:
    """A filter for students of whom the actor sees a group of fields; `prefix` as in `student__`.

    Archived case files are seen by administrators only.
    """
    if actor.kind is not Kind.PERSON or Role.ADMINISTRATOR in actor.roles:
        return Q()
    kept = Q(**{f"{prefix}archived_at": None})
    personal: set[Relation] = set()
    school_ids: set[UUID] = set()
    for scope in actor.scopes:
        relations = relations_that_see([scope.role], group)
        if Relation.DISTRICT in relations and scope.is_district_wide:
            return kept
        if Relation.SCHOOL in relations:
            school_ids |= scope.school_ids
        personal |= relations & (CHILD if actor.hat is Hat.FAMILY else ON_TEAM)
    key = f"{prefix}pk__in"
    seen = Q(**{f"{prefix}school_id__in": school_ids}) if school_ids else Q(**{key: []})
    own = {"organization_id": actor.organization_id, "person_id": actor.person_id}
    if personal & ON_TEAM:
        parts = [part for part in TeamMember.Part.values if relation_of_part(part) in personal]
        team = TeamMember.objects.filter(on_team(actor.today), **own)
        seen |= Q(
            **{key: (team if personal >= ON_TEAM else team.filter(part__in=parts)).values("student_id")}
        )
    if personal & CHILD:
        seen |= Q(**{key: Guardian.objects.filter(may_be_shared(actor.today), **own).values("student_id")})
    return kept & seen


CHILD = frozenset({Relation.CHILD})
ON_TEAM = frozenset({Relation.CASE_MANAGER, Relation.TEAM, Relation.GENERAL_EDUCATION})


def relation_of_part(part: str) -> Relation:
    """What a part on the team is in the table of rights."""
    if part == TeamMember.Part.CASE_MANAGER:
        return Relation.CASE_MANAGER
    if part == TeamMember.Part.GENERAL_EDUCATION:
        return Relation.GENERAL_EDUCATION
    return Relation.TEAM


def on_team(today: date) -> Q:
    """Team membership on a day. It ends the moment its last day begins, so that who leaves, leaves at once."""
    return Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gt=today))


def in_force(today: date) -> Q:
    """Guardians of a day. It ends the moment their last day begins."""
    return Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gt=today))


def may_be_shared(today: date) -> Q:
    """Guardians who may see the record on a day: a court may have taken educational rights away (R10)."""
    return Q(has_educational_rights=True) & in_force(today)


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
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name on pages: the preferred given name, then the family name."""
        return f"{self.preferred_name or self.given_name} {self.family_name}"

    @property
    def topic(self) -> str:
        return topic("student", self.id)

    def topics(self) -> tuple[str, ...]:
        """The student, the lists of everybody on the team, the school's lists and the district's."""
        # A day more than needed: a list that is told for nothing refetches, a list that is not told goes stale.
        recent = timezone.now().date() - timedelta(days=1)
        team = TeamMember.objects.filter(organization_id=self.organization_id, student_id=self.id)
        people = team.filter(Q(ends_on=None) | Q(ends_on__gte=recent)).values_list("person_id", flat=True)
        return (
            self.topic,
            topic("school", self.school_id),
            topic("organization", self.organization_id),
            *(topic("caseload", person_id) for person_id in people),
        )


class OfStudent(TenantModel):
    """A row of a student's case file."""

    student: models.ForeignKey[Student, Student]
    student_id: UUID

    class Meta:
        abstract = True

    def topics(self) -> tuple[str, ...]:
        return self.student.topics()


class ExternalId(OfStudent):
    """What another system calls the student. Unique within the district, so no district learns of another's."""

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
    value = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "kind", "value"],
                name="external_id_once_per_district",
            ),
        )


class TeamMember(OfStudent):
    """Somebody's part on a student's IEP team (34 CFR 300.321), from a day until a day."""

    class Part(models.TextChoices):
        CASE_MANAGER = "case_manager", _("Case manager")
        SPECIAL_EDUCATION = "special_education", _("Special education teacher")
        GENERAL_EDUCATION = "general_education", _("General education teacher")
        SPEECH_LANGUAGE = "speech_language", _("Speech-language pathologist")
        OCCUPATIONAL = "occupational", _("Occupational therapist")
        PHYSICAL = "physical", _("Physical therapist")
        PSYCHOLOGIST = "psychologist", _("School psychologist")
        COUNSELOR = "counselor", _("Counselor")
        PARAPROFESSIONAL = "paraprofessional", _("Paraprofessional")
        REPRESENTATIVE = "representative", _("District representative")
        OTHER = "other", _("Other")

    student = models.ForeignKey(
        Student,
        on_delete=models.PROTECT,
        related_name="team",
        db_constraint=False,
        db_index=False,
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(_("part on the team"), max_length=20, choices=Part)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day without access.")
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(part="case_manager", ends_on=None),
                name="team_one_case_manager",
            ),
            models.UniqueConstraint(
                fields=["student", "person"],
                condition=Q(ends_on=None),
                name="team_member_one_open_part",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="team_ends_after_start",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "person", "student"], name="team_by_person"),
            models.Index(fields=["organization", "student", "part"], name="team_by_student"),
        )

    def topics(self) -> tuple[str, ...]:
        return (*super().topics(), topic("caseload", self.person_id), topic("person", self.person_id))


class Guardian(OfStudent):
    """A parent as 34 CFR 300.30 means it, with what they may decide and until when."""

    class Relationship(models.TextChoices):
        MOTHER = "mother", _("Mother")
        FATHER = "father", _("Father")
        GRANDPARENT = "grandparent", _("Grandparent")
        FOSTER = "foster", _("Foster parent")
        GUARDIAN = "guardian", _("Legal guardian")
        SURROGATE = "surrogate", _("Surrogate parent")
        OTHER = "other", _("Other relative")

    student = models.ForeignKey(
        Student,
        on_delete=models.PROTECT,
        related_name="guardians",
        db_constraint=False,
        db_index=False,
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    given_name = models.CharField(_("given name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80)
    relationship = models.CharField(_("relationship"), max_length=12, choices=Relationship)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=40, blank=True)
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    has_educational_rights = models.BooleanField(_("holds educational rights"), default=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day without access.")
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="guardian_ends_after_start",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "student"], name="guardian_by_student"),
            models.Index(fields=["organization", "person"], name="guardian_by_person"),
        )

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def topics(self) -> tuple[str, ...]:
        own = (topic("person", self.person_id),) if self.person_id else ()
        return (*super().topics(), *own)


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


class RosterQuerySet(models.QuerySet["RosterEntry"]):
    def visible_to(self, actor: Actor) -> "RosterQuerySet":
        """What the actor may see of the roster: all of it, or the pupils of the schools in which they may refer."""
        rows = self.filter(organization_id=actor.organization_id)
        if actor.kind is not Kind.PERSON or Role.ADMINISTRATOR in actor.roles:
            return rows
        if not may_in_district(actor.roles, DistrictAction.ADD_STUDENTS):
            return rows.none()
        schools = (scope.school_ids for scope in actor.scopes if scope.role in REFERRING)
        return rows.filter(part=RosterEntry.Part.STUDENT, school_id__in=frozenset().union(*schools))


REFERRING = DISTRICT_RIGHTS[DistrictAction.ADD_STUDENTS]


class RosterEntry(TenantModel):
    """Somebody in the district's roster: every pupil, and the adults it names. Not a case file."""

    class Part(models.TextChoices):
        STUDENT = "student", _("Student")
        STAFF = "staff", _("Staff")
        GUARDIAN = "guardian", _("Guardian")

    source = models.CharField(max_length=20, default="oneroster")
    sourced_id = models.CharField(max_length=120)
    part = models.CharField(max_length=8, choices=Part)
    role = models.CharField(max_length=40, blank=True)
    given_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80)
    preferred_name = models.CharField(max_length=80, blank=True)
    identifier = models.CharField(max_length=80, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    grade = models.CharField(max_length=2, choices=Grade, blank=True, default=Grade.UNKNOWN)
    birth_on = models.DateField(null=True)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    sort_name = models.CharField(max_length=180)
    is_current = models.BooleanField(default=True)
    fingerprint = models.CharField(max_length=64)
    changed_at = models.DateTimeField(default=timezone.now)
    student = models.ForeignKey(
        Student,
        on_delete=models.PROTECT,
        related_name="roster_entries",
        null=True,
        db_constraint=False,
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "source", "sourced_id"],
                name="roster_entry_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["organization", "part", "sort_name", "id"],
                name="roster_by_name",
            ),
        )

    @property
    def name(self) -> str:
        return f"{self.preferred_name or self.given_name} {self.family_name}"


# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
APOSTROPHES = re.compile(r"[\u0027\u2018\u2019\u02bb\u02bc`]")  # O'Brien is found as obrien
NOT_A_WORD = re.compile(r"[^\w]+|_+")
LONGEST_WORD = 80


def normalised(text: str) -> str:
    """Lower case without accents or marks, as names are compared and sorted."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return plain.translate(PLAIN).strip()


def sort_name(given_name: str, family_name: str) -> str:
    """Family name first, normalised."""
    return f"{normalised(family_name)} {normalised(given_name)}"[:180]


def words_in(text: str) -> tuple[str, ...]:
    """The normalised words of a text, each once, in order."""
    found = NOT_A_WORD.split(APOSTROPHES.sub("", normalised(text)))
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in found if word))


def search_words(student: Student) -> tuple[str, ...]:
    """The words by which a student is found: every part of every name."""
    names = (student.given_name, student.middle_name, student.family_name, student.preferred_name)
    return words_in(" ".join(names))
