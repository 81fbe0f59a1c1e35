"""What people say of an IEP: whether they agree to it, that they have read it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from ieps.models.programs import Iep, OfIep
from students.models import Student


class Approval(OfIep):
    """A reviewer's word on an IEP in review. The newest word of each reviewer counts."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CHANGES = "changes", _("Asked for changes")

    iep = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="approvals", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision)
    iep_version = models.PositiveIntegerField(help_text="The version of the text that was read.")
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["organization", "iep", "-decided_at"], name="approval_by_iep"),
            models.Index(fields=["organization", "student"], name="approval_by_student"),
        )


class GlanceReading(OfIep):
    """A general education teacher confirms having read the IEP at a glance (34 CFR 300.323(d))."""

    iep = models.ForeignKey(
        Iep, on_delete=models.PROTECT, related_name="readings", db_constraint=False, db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["iep", "person"], name="glance_read_once"),)
        indexes = (models.Index(fields=["organization", "student"], name="glance_read_by_student"),)
