"""What staff must know of a student's health. Every word is encrypted; what lists ask for stands beside it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encrypted import EncryptedTextField
from students.models.base import OfStudent

LONGEST_NAME, LONGEST_TEXT = 160, 2000


class Severity(models.TextChoices):
    LIFE_THREATENING = "life_threatening", _("Life-threatening")
    SEVERE = "severe", _("Severe")
    MODERATE = "moderate", _("Moderate")
    MILD = "mild", _("Mild")
    UNKNOWN = "unknown", _("Not known")


class HealthEntry(OfStudent):
    """One thing that is known of a student's health, until a day."""

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    ended_on = models.DateField(_("no longer since"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Condition(HealthEntry):
    """A medical condition: what it is, and what staff should know of it."""

    name = EncryptedTextField(_("condition"), max_length=LONGEST_NAME)
    notes = EncryptedTextField(_("what to know"), max_length=LONGEST_TEXT, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["organization", "student"], name="condition_by_student"),)


class Medication(HealthEntry):
    """A medicine that a student takes, at home or at school."""

    name = EncryptedTextField(_("medication"), max_length=LONGEST_NAME)
    dose = EncryptedTextField(_("dose"), max_length=LONGEST_NAME, blank=True, default="")
    times = EncryptedTextField(_("when it is given"), max_length=LONGEST_NAME, blank=True, default="")
    prescriber = EncryptedTextField(_("prescribed by"), max_length=LONGEST_NAME, blank=True, default="")
    is_given_at_school = models.BooleanField(_("given at school"), default=False)

    class Meta:
        indexes = (models.Index(fields=["organization", "student"], name="medication_by_student"),)


class Allergy(HealthEntry):
    """What a student must not meet or eat, what happens, and how bad it is."""

    substance = EncryptedTextField(_("allergic to"), max_length=LONGEST_NAME)
    reaction = EncryptedTextField(_("reaction"), max_length=LONGEST_TEXT, blank=True, default="")
    severity = models.CharField(_("severity"), max_length=16, choices=Severity, default=Severity.UNKNOWN)

    class Meta:
        indexes = (models.Index(fields=["organization", "student"], name="allergy_by_student"),)


class HealthPlan(OfStudent):
    """The diet of a student, and what to do in an emergency. One for each student."""

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    diet = EncryptedTextField(_("diet"), max_length=LONGEST_TEXT, blank=True, default="")
    emergency_plan = EncryptedTextField(_("emergency plan"), max_length=LONGEST_TEXT, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "student"], name="health_plan_one_per_student"),
        )


IN_FORCE = Q(ended_on=None)
"""What still holds."""
