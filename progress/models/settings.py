"""What a district sets for itself: its prompts from least to most, and the numbers of its decision rule."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import TenantModel


class PromptLevel(TenantModel):
    """One step of the district's hierarchy of prompts, from no help (position 0) to the most."""

    key = models.CharField(max_length=36)
    """Stays when the name changes; what was recorded refers to it."""
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=40)
    hint = models.CharField(_("in a few words"), max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "key"], name="prompt_key_once"),
            models.UniqueConstraint(
                fields=["organization", "position"],
                name="prompt_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        )


class DistrictRule(TenantModel):
    """The numbers of the district's decision rule; without a row the standard ones hold."""

    below = models.PositiveSmallIntegerField(
        _("scores in a row short of the aimline"),
        default=4,
        validators=[MinValueValidator(2), MaxValueValidator(10)],
    )
    above = models.PositiveSmallIntegerField(
        _("scores in a row beyond the aimline"),
        default=4,
        validators=[MinValueValidator(2), MaxValueValidator(10)],
    )
    watch = models.PositiveSmallIntegerField(
        _("scores in a row that ask for attention"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )
    trend_points = models.PositiveSmallIntegerField(
        _("scores from which the trend counts"),
        default=8,
        validators=[MinValueValidator(4), MaxValueValidator(30)],
    )
    quiet_days = models.PositiveSmallIntegerField(
        _("school days without a score after which nothing is known"),
        default=15,
        validators=[MinValueValidator(3), MaxValueValidator(90)],
    )
    mastery_hits = models.PositiveSmallIntegerField(
        _("so many scores at the criterion master a goal"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    mastery_of = models.PositiveSmallIntegerField(
        _("of so many scores"), default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization"], name="decision_rule_once"),
            models.CheckConstraint(
                condition=Q(mastery_of__gte=F("mastery_hits"), mastery_hits__gte=1),
                name="district_mastery_can_be_met",
            ),
        )
