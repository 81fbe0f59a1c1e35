"""Where a student lives and who is called: addresses and emergency contacts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from students.models.base import OfStudent

MOST_PHONES = 4  # besides the first
LONGEST_PHONE = 40


class PhoneKind(models.TextChoices):
    MOBILE = "mobile", _("Mobile")
    HOME = "home", _("Home")
    WORK = "work", _("Work")
    OTHER = "other", _("Other")


def check_phones(value: Any) -> None:
    """A list of telephones, each with its kind and its number. Raises ValidationError."""
    if not isinstance(value, list) or len(value) > MOST_PHONES:
        raise ValidationError(_("Enter at most four more telephones."))
    for phone in value:
        if not isinstance(phone, dict) or set(phone) != {"kind", "number"}:
            raise ValidationError(_("A telephone has a kind and a number."))
        number = phone["number"]
        if phone["kind"] not in PhoneKind.values or not isinstance(number, str) or not number.strip():
            raise ValidationError(_("A telephone has a kind and a number."))
        if len(number) > LONGEST_PHONE:
            raise ValidationError(_("A telephone number has at most 40 characters."))


class Reachable(OfStudent):
    """Somebody who can be called: a first telephone, and others with their kind."""

    phone = models.CharField(_("telephone"), max_length=LONGEST_PHONE, blank=True)
    phone_kind = models.CharField(
        _("kind of telephone"), max_length=6, choices=PhoneKind, default=PhoneKind.MOBILE
    )
    other_phones = models.JSONField(default=list, blank=True, validators=[check_phones])

    class Meta:
        abstract = True

    @property
    def telephones(self) -> list[dict[str, Any]]:
        """Every telephone in order, each with its number and the words for its kind."""
        first = [{"kind": self.phone_kind, "number": self.phone}] if self.phone else []
        return [
            {**phone, "label": str(PhoneKind(phone["kind"]).label)} for phone in [*first, *self.other_phones]
        ]


class Address(OfStudent):
    """Where a student lives or gets letters, from a day until a day."""

    class Kind(models.TextChoices):
        HOME = "home", _("Home")
        MAILING = "mailing", _("Mailing")
        TEMPORARY = "temporary", _("Temporary")

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="addresses",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(_("kind of address"), max_length=9, choices=Kind, default=Kind.HOME)
    street = models.CharField(_("street and number"), max_length=160)
    unit = models.CharField(_("apartment or unit"), max_length=60, blank=True)
    city = models.CharField(_("city"), max_length=80)
    region = models.CharField(_("state"), max_length=40, blank=True)
    postal_code = models.CharField(_("ZIP code"), max_length=20, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day on which it no longer holds.")
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="address_ends_after_start",
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="address_by_student"),)

    @property
    def lines(self) -> list[str]:
        """The address as it stands on an envelope."""
        street = ", ".join(part for part in (self.street, self.unit) if part)
        city = " ".join(part for part in (self.region, self.postal_code) if part)
        return [street, ", ".join(part for part in (self.city, city) if part)]


class EmergencyContact(Reachable):
    """Somebody who is called when no parent is reached, in order."""

    student = models.ForeignKey(
        "students.Student",
        on_delete=models.PROTECT,
        related_name="emergency_contacts",
        db_constraint=False,
        db_index=False,
    )
    name = models.CharField(_("name"), max_length=120)
    relationship = models.CharField(_("relationship to the student"), max_length=60)
    may_pick_up = models.BooleanField(_("may pick up the student"), default=False)
    language = models.CharField(_("language"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        indexes = (models.Index(fields=["organization", "student", "position"], name="emergency_by_student"),)
