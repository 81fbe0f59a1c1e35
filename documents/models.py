"""What stands on paper or in a file about a student. Consents now; uploads and signatures come with later rooms."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from students.models import Guardian, OfStudent, Student


class Consent(OfStudent):
    """A parent's written consent (34 CFR 300.9), kept with its date and where the paper is."""

    class Kind(models.TextChoices):
        EVALUATION = "evaluation", _("Initial evaluation")
        SERVICES = "services", _("Initial services")
        REEVALUATION = "reevaluation", _("Reevaluation")

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="consents", db_constraint=False, db_index=False
    )
    kind = models.CharField(_("consent for"), max_length=12, choices=Kind)
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    given_on = models.DateField(_("given on"))
    paper_reference = models.CharField(_("where the signed paper is"), max_length=200)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(revoked_on=None) | Q(revoked_on__gte=models.F("given_on")),
                name="consent_revoked_after_given",
            ),
            models.UniqueConstraint(
                fields=["student", "kind"], condition=Q(revoked_on=None), name="consent_one_in_force_per_kind"
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="consent_by_student"),)
