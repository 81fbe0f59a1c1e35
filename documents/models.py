"""What stands on paper or in a file about a student: consents, signatures and what was signed, documents made here."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.encrypted import EncryptedBytesField, EncryptedJSONField
from core.models import topic
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
                condition=Q(revoked_on=None) | Q(revoked_on__gte=F("given_on")),
                name="consent_revoked_after_given",
            ),
            models.UniqueConstraint(
                fields=["student", "kind"], condition=Q(revoked_on=None), name="consent_one_in_force_per_kind"
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="consent_by_student"),)


class AboutSubject(OfStudent):
    """A row about one thing of a student's record, named by kind and id, such as `iep` and the id of an IEP."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()

    class Meta:
        abstract = True

    def topics(self) -> tuple[str, ...]:
        return (topic(self.subject_kind, self.subject_id), *super().topics())


class SignedVersion(AboutSubject):
    """Exactly what was signed, word for word, under its SHA-256. Written once, never changed (triggers)."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    digest = models.CharField(max_length=64)
    content = EncryptedJSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "subject_id", "digest"], name="signed_version_once"
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="signed_version_by_student"),)


class Signature(AboutSubject):
    """Who signed which version, when, how, and what it means. Never changed nor deleted (triggers): one that is taken
    back is followed by a row that says so."""

    class Meaning(models.TextChoices):
        APPROVES = "approves", _("Approves it for the school")
        AGREES = "agrees", _("Agrees")
        DISAGREES = "disagrees", _("Disagrees")
        PARTICIPATED = "participated", _("Took part in the meeting")
        WITHDRAWS = "withdraws", _("Takes the signature back")

    class Method(models.TextChoices):
        TYPED = "typed", _("typed")
        DRAWN = "drawn", _("drawn")
        PAPER = "paper", _("on paper")

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    version = models.ForeignKey(
        SignedVersion, on_delete=models.PROTECT, related_name="signatures", db_constraint=False
    )
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, related_name="+", db_constraint=False, null=True
    )
    signer_name = models.CharField(_("name"), max_length=170)
    role = models.CharField(_("signs as"), max_length=120)
    meaning = models.CharField(_("meaning"), max_length=12, choices=Meaning)
    method = models.CharField(_("how it was signed"), max_length=5, choices=Method)
    strokes = EncryptedJSONField(_("the drawn signature"), null=True)
    paper_reference = models.CharField(_("where the signed paper is"), max_length=200, blank=True)
    comment = models.TextField(_("words with the signature"), max_length=2000, blank=True)
    signed_on = models.DateField(_("signed on"))
    signed_at = models.DateTimeField(default=timezone.now)
    recorded_by_name = models.CharField(max_length=120)
    withdraws = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="withdrawn_by",
        db_constraint=False,
        null=True,
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(person=None, guardian__isnull=False) | Q(person__isnull=False, guardian=None),
                name="signature_of_one",
            ),
            models.CheckConstraint(
                condition=Q(method="drawn", strokes__isnull=False)
                | ~Q(method="drawn") & Q(strokes__isnull=True),
                name="signature_drawn_has_strokes",
            ),
            models.CheckConstraint(
                condition=~Q(method="paper") | ~Q(paper_reference=""), name="signature_on_paper_is_kept"
            ),
            models.CheckConstraint(
                condition=Q(meaning="withdraws", withdraws__isnull=False)
                | ~Q(meaning="withdraws") & Q(withdraws=None),
                name="signature_withdraws_another",
            ),
        )
        indexes = (
            models.Index(fields=["organization", "subject_id", "signed_at"], name="signature_by_subject"),
            models.Index(fields=["organization", "student"], name="signature_by_student"),
        )


class GeneratedFile(AboutSubject):
    """A document that was made once and is kept as it was, under its SHA-256."""

    class Kind(models.TextChoices):
        PDF = "pdf", _("PDF")
        CHARTS = "charts", _("charts")

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=6, choices=Kind)
    language = models.CharField(max_length=2, blank=True)
    shows = models.CharField(max_length=64, help_text="The digest of the signed version that it shows.")
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = EncryptedBytesField()
    notes = models.JSONField(default=dict, help_text="Such as characters that no font has.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "subject_id", "kind", "language", "shows"], name="generated_file_once"
            ),
        )
        indexes = (models.Index(fields=["organization", "student"], name="generated_file_by_student"),)
