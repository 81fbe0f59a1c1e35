"""The people around a student: the IEP team and the guardians, each from a day until a day."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Relation
from core.encrypted import EncryptedTextField
from core.models import in_force, topic
from students.models.base import OfStudent
from students.models.contact import Reachable


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
        "students.Student",
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
    # A substitute has the part of the person for whom they stand in, and always a last day.
    stands_in_for = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
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
            models.CheckConstraint(
                condition=Q(stands_in_for=None) | Q(ends_on__isnull=False),
                name="team_substitute_has_a_last_day",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "person", "student"], name="team_by_person"),
            models.Index(fields=["organization", "student", "part"], name="team_by_student"),
        )

    def topics(self) -> tuple[str, ...]:
        return (*super().topics(), topic("caseload", self.person_id), topic("person", self.person_id))


class Guardian(Reachable):
    """A parent as 34 CFR 300.30 means it, with what they may decide and until when."""

    class Relationship(models.TextChoices):
        MOTHER = "mother", _("Mother")
        FATHER = "father", _("Father")
        GRANDPARENT = "grandparent", _("Grandparent")
        FOSTER = "foster", _("Foster parent")
        GUARDIAN = "guardian", _("Legal guardian")
        SURROGATE = "surrogate", _("Surrogate parent")
        OTHER = "other", _("Other relative")

    class Contact(models.TextChoices):
        CALL = "call", _("Telephone call")
        TEXT = "text", _("Text message")
        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")
        PERSON = "person", _("In person")

    student = models.ForeignKey(
        "students.Student",
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
    language = models.CharField(_("language"), max_length=40, blank=True)
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    preferred_contact = models.CharField(
        _("preferred way of contact"), max_length=7, choices=Contact, blank=True
    )
    address = models.CharField(
        _("address"), max_length=300, blank=True, help_text=_("Empty when it is the student's own.")
    )
    lives_with = models.BooleanField(_("the student lives with this person"), default=False)
    has_educational_rights = models.BooleanField(_("holds educational rights"), default=True)
    rights_from = models.DateField(_("educational rights from"), null=True, blank=True)
    rights_until = models.DateField(
        _("educational rights until"),
        null=True,
        blank=True,
        help_text=_("From the beginning of this day the record is no longer shared."),
    )
    rights_document = models.CharField(
        _("where the document is kept"),
        max_length=120,
        blank=True,
        help_text=_("An order or an appointment that says who decides, by its place in the file."),
    )
    # What a court has decided about this person: its effects can be asked for, its words are encrypted.
    may_see_records = models.BooleanField(_("may see the records"), default=True)
    may_contact = models.BooleanField(_("may contact the student"), default=True)
    may_pick_up = models.BooleanField(_("may pick the student up"), default=True)
    court_restrictions = EncryptedTextField(
        _("what the court ordered"), max_length=2000, null=True, blank=True
    )
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
            models.CheckConstraint(
                condition=Q(rights_until=None)
                | Q(rights_from=None)
                | Q(rights_until__gte=models.F("rights_from")),
                name="guardian_rights_end_after_start",
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


def relation_of_part(part: str) -> Relation:
    """What a part on the team is in the table of rights."""
    if part == TeamMember.Part.CASE_MANAGER:
        return Relation.CASE_MANAGER
    if part == TeamMember.Part.GENERAL_EDUCATION:
        return Relation.GENERAL_EDUCATION
    return Relation.TEAM


def relations_of_part(part: str) -> frozenset[Relation]:
    """What a part on the team may be in the table of rights; of which goals somebody holds data tasks, rows say."""
    relation = relation_of_part(part)
    return frozenset({relation, Relation.TASK} if relation is Relation.TEAM else {relation})


def on_team(today: date) -> Q:
    """Who is on a team on a day."""
    return in_force(today)


def may_be_shared(today: date) -> Q:
    """Guardians who may see the record on a day: a court may have taken educational rights away (R10)."""
    begun = Q(rights_from=None) | Q(rights_from__lte=today)
    not_over = Q(rights_until=None) | Q(rights_until__gt=today)
    return Q(has_educational_rights=True, may_see_records=True) & begun & not_over & in_force(today)
