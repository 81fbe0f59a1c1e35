"""What people arrange for themselves in the pages: named views of the list, and the students they keep at hand."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.actor import Actor
from core.models import TenantModel, topic
from ieps.models import Goal
from students.models import OfStudent, Student

MOST_PINS = 8


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> "SavedViewQuerySet":
        """The actor's own views and those that the district shares, without the deleted ones."""
        own = Q(person_id=actor.person_id) | Q(is_shared=True)
        return self.filter(own, organization_id=actor.organization_id, deleted_at=None)


class SavedView(TenantModel):
    """The filters, the order and the columns of a list under a name. What was typed is never part of it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=40)
    words = models.JSONField(default=dict)  # of an address: filter to value
    is_shared = models.BooleanField(_("for everybody in the district"), default=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "person", "name"],
                condition=Q(deleted_at=None),
                name="saved_view_name_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["organization", "is_shared"],
                condition=Q(deleted_at=None),
                name="saved_view_shared",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def topics(self) -> tuple[str, ...]:
        own = (topic("person", self.person_id),)
        return (*own, *super().topics()) if self.is_shared else own


class DefaultView(TenantModel):
    """The view with which a person's list opens."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    view = models.ForeignKey(
        SavedView, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "person"], name="default_view_one_each"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class PinnedStudent(TenantModel):
    """A student whom a person keeps at hand, in the order in which they were pinned."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    student = models.ForeignKey(
        Student, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "person", "student"], name="pinned_student_once"),
        )
        indexes = (models.Index(fields=["organization", "student"], name="pinned_student_by_student"),)

    def __str__(self) -> str:
        return str(self.pk)

    def topics(self) -> tuple[str, ...]:
        return (topic("person", self.person_id),)


class DataGroupQuerySet(models.QuerySet["DataGroup"]):
    def visible_to(self, actor: Actor) -> "DataGroupQuerySet":
        """The actor's own groups, without the deleted ones."""
        return self.filter(organization_id=actor.organization_id, person_id=actor.person_id, deleted_at=None)


class DataGroup(TenantModel):
    """Students with whom a person works at one time, such as "Reading B", and the goals that are recorded then."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=40)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = DataGroupQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "person", "name"],
                condition=Q(deleted_at=None),
                name="data_group_name_once",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def topics(self) -> tuple[str, ...]:
        return (topic("person", self.person_id),)


class DataGroupGoal(TenantModel):
    """A goal of a group, through all versions of the IEP."""

    group = models.ForeignKey(
        DataGroup, on_delete=models.CASCADE, related_name="goals", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "group", "lineage_id"], name="data_group_goal_once"
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="data_group_goal_by_student"),)

    def __str__(self) -> str:
        return str(self.pk)


class DataSheet(OfStudent):
    """How one goal is recorded: the steps of its task analysis, the words of its rubric, how long an interval is."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    steps = models.JSONField(default=list)
    """Words of each step, in order."""
    levels = models.JSONField(default=list)
    """`{"value", "title", "words"}` of each level of a rubric, lowest first."""
    trials = models.PositiveSmallIntegerField(_("trials each time"), default=10)
    seconds = models.PositiveSmallIntegerField(_("seconds of an interval or probe"), default=60)
    changed_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "lineage_id"], name="data_sheet_once"),
            models.CheckConstraint(
                condition=Q(trials__gte=1, trials__lte=100, seconds__gte=5, seconds__lte=3600),
                name="data_sheet_in_reason",
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="data_sheet_by_student"),)

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()
