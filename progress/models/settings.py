"""What a district sets for itself: its prompts from least to most, and the numbers of its decision rule."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
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
        _("days without a score after which nothing is known"),
        default=21,
        validators=[MinValueValidator(5), MaxValueValidator(120)],
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organization"], name="decision_rule_once"),)
