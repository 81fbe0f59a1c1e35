"""Fields that a district adds to the record for itself."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.rights import Group
from core.models import TenantModel, topic
from students.models.base import OfStudent

LONGEST_VALUE = 2000
MOST_CHOICES = 60
VIEWERS = (
    (Group.RECORD.value, _("Staff who see the whole record")),
    (Group.GUARDIANS.value, _("Staff who see the family's details")),
    (Group.PROFILE.value, _("Everybody on the team, and the family")),
    (Group.IDENTITY.value, _("Everybody who sees the student, finance too")),
)


class CustomField(TenantModel):
    """One field: what it is called, what it holds, who sees it. It is put away, never lost with its values."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One of a list")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.TEXT)
    viewers = models.CharField(_("who sees it"), max_length=20, choices=VIEWERS, default=Group.RECORD.value)
    is_required = models.BooleanField(_("required"), default=False)
    hint = models.CharField(_("hint"), max_length=160, blank=True)
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=models.Q(archived_at=None),
                name="custom_field_name_once",
            ),
        )
        indexes = (models.Index(fields=["organization", "position"], name="custom_field_in_order"),)

    def __str__(self) -> str:
        return self.name

    def topics(self) -> tuple[str, ...]:
        return (*super().topics(), topic("fields", self.organization_id))


class CustomValue(OfStudent):
    """What a district's own field says of one student, as text in one canonical shape for each kind."""

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="custom_values",
        db_constraint=False,
        db_index=False,
    )
    field = models.ForeignKey(
        CustomField, on_delete=models.PROTECT, related_name="values", db_constraint=False, db_index=False
    )
    value = models.CharField(max_length=LONGEST_VALUE)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["student", "field"], name="custom_value_once"),)
        indexes = (
            models.Index(fields=["organization", "student"], name="custom_value_by_student"),
            models.Index(fields=["organization", "field"], name="custom_value_by_field"),
        )
