"""Organisations, their schools, people, and what each person is in each organisation."""

import zoneinfo
from datetime import date, datetime, time
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.calendar_models import DaysOff as DaysOff  # noqa: PLC0414  # its known name
from accounts.calendar_models import ReportingPeriod as ReportingPeriod  # noqa: PLC0414  # its known name
from accounts.calendar_models import SchoolYear as SchoolYear  # noqa: PLC0414  # its known name
from accounts.rights import Role
from accounts.sign_in_models import IdentityProvider as IdentityProvider  # noqa: PLC0414  # its known name
from accounts.sign_in_models import Session as Session  # noqa: PLC0414  # its known name
from core.ids import uuid7
from core.models import TenantModel, topic


def validate_timezone(name: str) -> None:
    """Refuse a name that is not in the time zone database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone such as America/Los_Angeles."))


class Organization(models.Model):
    """A school district. Everything else belongs to exactly one."""

    class DateFormat(models.TextChoices):
        MONTH_FIRST = "mdy", _("month first: 11/19/2025")
        DAY_FIRST = "dmy", _("day first: 19/11/2025")
        ISO = "iso", _("year first: 2025-11-19")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=60, default="America/Los_Angeles", validators=[validate_timezone])
    currency = models.CharField(max_length=3, default="USD")
    date_format = models.CharField(max_length=3, choices=DateFormat, default=DateFormat.MONTH_FIRST)
    opens_at = models.TimeField(default=time(8))
    closes_at = models.TimeField(default=time(16))
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    features = models.JSONField(
        default=dict,
        blank=True,
        help_text="Parts of the program turned on or off here; see accounts/features.py.",
    )
    is_demonstration = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which this district's school days begin and end."""
        return zoneinfo.ZoneInfo(self.timezone)

    def local_date(self, at: datetime | None = None) -> date:
        """The school date here at an instant, now unless given."""
        return (at or now()).astimezone(self.zone).date()

    def topics(self) -> tuple[str, ...]:
        return (topic("organization", self.id),)


class School(TenantModel):
    """A school or other building of a district."""

    name = models.CharField(max_length=120)
    code = models.CharField(max_length=60, help_text="The district's own code, unique in it.")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organization", "code"], name="school_code_once"),)

    def __str__(self) -> str:
        return self.name

    def topics(self) -> tuple[str, ...]:
        return (topic("school", self.id), topic("organization", self.organization_id))


class PersonManager(BaseUserManager["Person"]):
    """People are found by e-mail address, in any case."""

    def with_email(self, email: str) -> "models.QuerySet[Person]":
        """Whoever signs in with this address, through the index of `person_email_once_in_any_case`."""
        return self.alias(lowered=Lower("email")).filter(lowered=Lower(models.Value(email)))

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.with_email(username or "").get()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who can sign in; without a password, only after setting one."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do is said by their memberships, one for each role in a district."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("as my device")
        DAY = "day", _("light")
        NIGHT = "night", _("dark")

    class Font(models.TextChoices):
        STANDARD = "standard", _("standard")
        HYPERLEGIBLE = "hyperlegible", _("easier to read")

    class StartPage(models.TextChoices):
        DAY = "day", _("My day")
        CASELOAD = "caseload", _("Caseload")
        DISTRICT = "district", _("District")
        FAMILY = "family", _("My children")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    family_name = models.CharField(_("family name"), max_length=80, blank=True)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    font = models.CharField(_("font"), max_length=12, choices=Font, default=Font.STANDARD)
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=[("en", "English"), ("es", "Español")],
        default="en",
    )
    has_single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    start_page = models.CharField(
        _("first page after signing in"), max_length=8, choices=StartPage, default=StartPage.DAY
    )
    quiet_in_app = ArrayField(
        models.CharField(max_length=12),
        default=list,
        blank=True,
        help_text="Kinds of news not shown on pages.",
    )
    quiet_by_email = ArrayField(
        models.CharField(max_length=12),
        default=list,
        blank=True,
        help_text="Kinds of news not sent by e-mail.",
    )
    is_program = models.BooleanField(
        default=False, help_text="Stands for another program, which has a token and never signs in."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="person_email_once_in_any_case"),)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How the person is called on pages."""
        return f"{self.given_name} {self.family_name}".strip() or self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """Two letters for a small picture."""
        return (self.given_name[:1] + self.family_name[:1]).upper() or self.email[:2].upper()

    def topics(self) -> tuple[str, ...]:
        return (topic("person", self.id),)


class Membership(TenantModel):
    """One role of one person in one district. Staff who are parents here hold two, and keep them apart."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    title = models.CharField(
        max_length=80,
        blank=True,
        help_text="As written on an IEP: speech-language pathologist.",
    )
    is_district_wide = models.BooleanField(default=False)
    starts_on = models.DateField(help_text="The first day of the role, in the district's zone.")
    ends_on = models.DateField(null=True, blank=True, help_text="The first day without the role.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "person", "role"],
                condition=models.Q(ends_on=None),
                name="membership_role_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_start",
            ),
        )
        indexes = (models.Index(fields=["person", "organization"], name="membership_by_person"),)

    def topics(self) -> tuple[str, ...]:
        return (
            topic("person", self.person_id),
            topic("organization", self.organization_id),
        )


class MembershipSchool(TenantModel):
    """A school in which a membership holds."""

    membership = models.ForeignKey(
        Membership,
        on_delete=models.CASCADE,
        related_name="school_links",
        db_constraint=False,
    )
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "membership", "school"],
                name="membership_school_once",
            ),
        )


class Grant(TenantModel):
    """A single right added to one person, or taken from them, whatever their roles say."""

    class Effect(models.TextChoices):
        ADD = "add", pgettext_lazy("single right", "added")
        TAKE = "take", pgettext_lazy("single right", "taken away")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    right = models.CharField(max_length=24, help_text="One of `accounts.rights.SINGLE_RIGHTS`.")
    effect = models.CharField(max_length=4, choices=Effect)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day without it.")
    given_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "person", "right"],
                condition=models.Q(ends_on=None),
                name="grant_once_per_right",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_start",
            ),
        )
        indexes = (models.Index(fields=["organization", "person"], name="grant_by_person"),)

    def topics(self) -> tuple[str, ...]:
        return (topic("person", self.person_id), topic("organization", self.organization_id))


class Invitation(TenantModel):
    """A role kept ready for whoever reads the mail of an address. Only a hash of its link's secret is kept."""

    email = models.EmailField(max_length=254)
    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=16, choices=Role.choices)
    title = models.CharField(max_length=80, blank=True)
    is_district_wide = models.BooleanField(default=False)
    starts_on = models.DateField(help_text="The first day of the role, when it is accepted by then.")
    ends_on = models.DateField(null=True, help_text="The first day without the role: of an emergency only.")
    reason = models.CharField(max_length=200, blank=True, help_text="Why an emergency was opened.")
    guardian_id = models.UUIDField(null=True, help_text="The guardian of a student who is invited, if any.")
    digest = models.CharField(
        max_length=64, blank=True, help_text="Empty until its link is made for sending."
    )
    sendings = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    revoked_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "digest"],
                condition=~models.Q(digest=""),
                name="invitation_digest_once",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "-created_at", "-id"], name="invitation_by_time"),
            models.Index(fields=["organization", "email"], name="invitation_by_email"),
        )

    def topics(self) -> tuple[str, ...]:
        return (topic("organization", self.organization_id),)


class InvitationSchool(TenantModel):
    """A school in which the role of an invitation will hold."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="school_links", db_constraint=False
    )
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "invitation", "school"], name="invitation_school_once"
            ),
        )


class ApiToken(models.Model):
    """A bearer token of one person for one organisation. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="The first characters, to tell tokens apart.")
    name = models.CharField(
        max_length=80, blank=True, help_text="What it is for, in the words of who made it."
    )
    is_read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def topics(self) -> tuple[str, ...]:
        return (topic("person", self.person_id), topic("organization", self.organization_id))
