"""What people arrange for themselves in the pages: named views of the list, and the students they keep at hand."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.actor import Actor
from core.models import TenantModel, topic
from students.models import Student

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

    def __str__(self) -> str:
        return str(self.pk)

    def topics(self) -> tuple[str, ...]:
        return (topic("person", self.person_id),)
