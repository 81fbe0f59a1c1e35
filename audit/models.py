"""What is kept beside the audit entries themselves: disclosures to outside parties, and checks of the chain."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TenantModel
from students.models import Student
from students.models.base import OfStudent


class Disclosure(OfStudent):
    """Somebody outside the district asked for a student's record, and what they were given (34 CFR 99.32)."""

    class Basis(models.TextChoices):
        CONSENT = "consent", _("Written consent of the parent (99.30)")
        SCHOOL = "school", _("Another school where the student enrolls (99.31(a)(2))")
        AUTHORITY = "authority", _("Audit or evaluation by an education authority (99.31(a)(3))")
        AID = "aid", _("Financial aid (99.31(a)(4))")
        JUVENILE = "juvenile", _("Juvenile justice system (99.31(a)(5))")
        STUDY = "study", _("Study for the district (99.31(a)(6))")
        ACCREDITING = "accrediting", _("Accrediting organization (99.31(a)(7))")
        COURT = "court", _("Court order or subpoena (99.31(a)(9))")
        EMERGENCY = "emergency", _("Health or safety emergency (99.31(a)(10), 99.36)")
        WELFARE = "welfare", _("Child welfare agency (99.31(a)(16))")

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="disclosures", db_constraint=False, db_index=False
    )
    party = models.CharField(_("who asked"), max_length=160)
    asked_on = models.DateField(_("asked on"))
    disclosed_on = models.DateField(_("disclosed on"), null=True, blank=True)
    what = models.CharField(_("what was disclosed"), max_length=400, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300)
    interest = models.CharField(_("legitimate interest"), max_length=300)
    basis = models.CharField(_("legal basis"), max_length=12, choices=Basis, blank=True)
    redisclosure = models.CharField(_("to whom they may pass it on"), max_length=300, blank=True)
    recorded_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(disclosed_on=None) | (~models.Q(what="") & ~models.Q(basis="")),
                name="disclosure_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(disclosed_on=None) | models.Q(disclosed_on__gte=models.F("asked_on")),
                name="disclosure_after_request",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "student", "-asked_on"], name="disclosure_by_student"),
        )


class ChainCheck(TenantModel):
    """One check of the district's audit chain that somebody asked for, and what it found."""

    asked_by_name = models.CharField(max_length=120)
    finished_at = models.DateTimeField(null=True)
    entries = models.BigIntegerField(default=0)
    waiting = models.BigIntegerField(default=0)
    anchors = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["organization", "-created_at"], name="chain_check_newest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(finished_at=None),
                name="chain_check_one_at_a_time",
            ),
        )
