"""The district's roster: every pupil, and the adults it names."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import School
from accounts.rights import DISTRICT_RIGHTS, SINGLE_RIGHTS, DistrictAction, Role, may_in_district
from core.actor import Actor, Kind
from core.models import TenantModel
from students.models.choices import Grade
from students.models.student import Student


class RosterQuerySet(models.QuerySet["RosterEntry"]):
    def visible_to(self, actor: Actor) -> "RosterQuerySet":
        """What the actor may see of the roster: all of it, or the pupils of the schools in which they may refer."""
        rows = self.filter(organization_id=actor.organization_id)
        if actor.kind is not Kind.PERSON or Role.ADMINISTRATOR in actor.roles:
            return rows
        if not may_in_district(actor, DistrictAction.ADD_STUDENTS):
            return rows.none()
        is_added = SINGLE_RIGHTS[DistrictAction.ADD_STUDENTS] in actor.granted
        schools = (scope.school_ids for scope in actor.scopes if is_added or scope.role in REFERRING)
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
