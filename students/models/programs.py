"""Enrollments in programs, as a state's or a district's records give them. None of them is an IEP (ADR 0017)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from students.models.base import OfStudent
from students.models.choices import Disability


class Setting(models.TextChoices):
    """Educational environments as States report them under section 618 of the IDEA."""

    REGULAR_80 = "regular_80", _("Regular class 80% of the day or more")
    REGULAR_40 = "regular_40", _("Regular class 40% to 79% of the day")
    REGULAR_0 = "regular_0", _("Regular class less than 40% of the day")
    SEPARATE_CLASS = "separate_class", _("Separate class")
    SEPARATE_SCHOOL = "separate_school", _("Separate school")
    RESIDENTIAL = "residential", _("Residential facility")
    HOMEBOUND = "homebound", _("Homebound or hospital")
    CORRECTIONAL = "correctional", _("Correctional facility")
    PRIVATE = "private", _("Placed by parents in a private school")
    HOME = "home", _("Home")
    PROVIDER = "provider", _("Service provider's location")
    EARLY_REGULAR_10 = "early_regular_10", _("Regular early childhood program, 10 hours a week or more")
    EARLY_REGULAR_0 = "early_regular_0", _("Regular early childhood program, less than 10 hours a week")
    EARLY_OTHER_10 = "early_other_10", _("Other early childhood location, 10 hours a week or more")
    EARLY_OTHER_0 = "early_other_0", _("Other early childhood location, less than 10 hours a week")


class ProgramEnrollment(OfStudent):
    """A student's part in a program, from a day until a day, as its source last gave it."""

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="programs",
        db_constraint=False,
        db_index=False,
    )
    source = models.CharField(max_length=20)
    sourced_id = models.CharField(max_length=120)
    is_special_education = models.BooleanField(default=False)
    name = models.CharField(_("program"), max_length=200)
    type = models.CharField(_("type of program"), max_length=200, blank=True)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True)
    exit_reason = models.CharField(_("reason for leaving"), max_length=200, blank=True)
    idea_eligible = models.BooleanField(_("eligible under IDEA"), null=True)
    iep_begins_on = models.DateField(_("IEP from"), null=True)
    iep_ends_on = models.DateField(_("IEP until"), null=True)
    iep_reviewed_on = models.DateField(_("IEP review"), null=True)
    evaluated_on = models.DateField(_("last evaluation"), null=True)
    setting = models.CharField(_("setting"), max_length=16, choices=Setting, blank=True)
    setting_words = models.CharField(max_length=200, blank=True)
    school_hours = models.DecimalField(_("school hours a week"), max_digits=5, decimal_places=2, null=True)
    special_hours = models.DecimalField(
        _("special education hours a week"), max_digits=5, decimal_places=2, null=True
    )
    is_medically_fragile = models.BooleanField(_("medically fragile"), null=True)
    has_multiple_disabilities = models.BooleanField(_("multiple disabilities"), null=True)
    exited_on = models.DateField(_("left special education on"), null=True)
    special_exit_reason = models.CharField(
        _("reason for leaving special education"), max_length=200, blank=True
    )
    disabilities = models.JSONField(
        default=list, help_text="In their order: code of ours or none, words, order, who determined it."
    )
    services = models.JSONField(default=list, help_text="Name, beginning and end, as the source says them.")
    fingerprint = models.CharField(max_length=64)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "source", "sourced_id"], name="program_enrollment_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("begins_on")),
                name="program_ends_after_begin",
            ),
            models.CheckConstraint(
                condition=Q(school_hours=None)
                | Q(special_hours=None)
                | Q(special_hours__lte=models.F("school_hours")),
                name="program_hours_within_week",
            ),
        )
        indexes = (models.Index(fields=["organization", "student", "-begins_on"], name="program_by_student"),)

    def __str__(self) -> str:
        return self.name

    @property
    def setting_label(self) -> str:
        """The setting in the reader's language, else in the words of the source."""
        return str(self.get_setting_display()) if self.setting else self.setting_words

    @property
    def disability_labels(self) -> tuple[str, ...]:
        """The disabilities in their order, each in the reader's language or in the words of the source."""
        return tuple(_label(row) for row in self.disabilities)


def _label(row: dict[str, Any]) -> str:
    code = row.get("code")
    return str(Disability(code).label) if code in Disability.values and code else str(row.get("words", ""))
