"""What it takes to take back what was done to one or many case files, kept for a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import TenantModel, topic

UNDO_HOURS = 24


class Undo(TenantModel):
    """One act upon case files, what became of each of them, and how to restore them exactly."""

    class Act(models.TextChoices):
        ASSIGN = "assign", _("Assign a case manager")
        SUBSTITUTE = "substitute", _("Name a substitute")
        ADD_TAG = "add_tag", _("Add a tag")
        REMOVE_TAG = "remove_tag", _("Remove a tag")
        ARCHIVE = "archive", _("Archive")
        RESTORE = "restore", _("Restore")
        END_TEAM = "end_team", _("End a part on the team")
        END_GUARDIAN = "end_guardian", _("End a parent's access")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=12, choices=Act)
    record_id = models.UUIDField(null=True)  # of an act upon one part of a case file
    receiver = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    label = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)  # to the receiver, from the person
    steps = models.JSONField(default=list)  # of each student: id, outcome, and what was there before
    until = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["organization", "person", "-created_at"], name="undo_by_person"),
            models.Index(fields=["organization", "record_id"], name="undo_by_record"),
        )

    def __str__(self) -> str:
        return str(self.get_act_display())

    def topics(self) -> tuple[str, ...]:
        return (topic("person", self.person_id),)
