"""Who records which goal."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from ieps.models import Goal
from students.models import OfStudent, Student


class DataTask(OfStudent):
    """Somebody records one goal for a time, with instructions. A paraprofessional sees only these."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    lineage_id = models.UUIDField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    instructions = models.TextField(_("instructions"), blank=True, validators=[MaxLengthValidator(2000)])
    trials = models.PositiveSmallIntegerField(_("trials each time"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    """The first day on which it no longer holds."""
    assigned_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="data_task_ends_after_start"
            ),
        )
        indexes = (
            models.Index(fields=["organization", "person"], name="data_task_by_person"),
            models.Index(fields=["organization", "lineage_id"], name="data_task_by_goal"),
            models.Index(fields=["organization", "student"], name="data_task_by_student"),
        )

    def topics(self) -> tuple[str, ...]:
        return self.goal.topics()
