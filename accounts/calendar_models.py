"""School years with their days off and reporting periods. `accounts.models` has them too."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import TenantModel, topic


def measuring(organization_id: UUID) -> str:
    """The topic which tells that school days, or the numbers of the decision rule, are others in a district."""
    return topic("measuring", organization_id)


def monday_to_friday() -> list[int]:
    """The weekdays of most schools, by ISO number."""
    return [1, 2, 3, 4, 5]


class SchoolYear(TenantModel):
    """One school year: the district's, or of one school, which then counts there instead of the district's."""

    school = models.ForeignKey(
        "accounts.School",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    name = models.CharField(_("name"), max_length=20, help_text="As people say it: 2026-27.")
    first_on = models.DateField(_("first day of school"))
    last_on = models.DateField(_("last day of school"))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("school weekdays"),
        default=monday_to_friday,
        size=7,
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "school", "name"], nulls_distinct=False, name="school_year_once"
            ),
            models.CheckConstraint(condition=Q(last_on__gt=F("first_on")), name="school_year_ends_later"),
        )
        indexes = (models.Index(fields=["organization", "first_on"], name="school_year_by_day"),)

    def __str__(self) -> str:
        return self.name

    def topics(self) -> tuple[str, ...]:
        own = (topic("school", self.school_id),) if self.school_id else ()
        return (*own, topic("organization", self.organization_id), measuring(self.organization_id))


class DaysOff(TenantModel):
    """Days of a school year without school. Scores that are not taken then are not missing."""

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="days_off", db_constraint=False, db_index=False
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    label = models.CharField(_("what it is called"), max_length=80, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="days_off_end_later"),
        )
        indexes = (models.Index(fields=["organization", "school_year", "first_on"], name="days_off_by_year"),)


class ReportingPeriod(TenantModel):
    """A part of a school year after which families are told of progress (34 CFR 300.320(a)(3)(ii))."""

    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.CASCADE, related_name="periods", db_constraint=False, db_index=False
    )
    name = models.CharField(_("name"), max_length=40)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reports_due_on = models.DateField(_("progress reports due"))

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "school_year", "name"], name="reporting_period_once"
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="period_ends_later"),
            models.CheckConstraint(
                condition=Q(reports_due_on__gte=F("first_on")), name="period_report_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.name
