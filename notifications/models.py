"""Messages to people: what happened, kept until it was read and sent."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.ids import uuid7
from core.models import TenantModel, topic


class Message(TenantModel):
    """One message to one person of a district. It says that something happened, never what stands in a record."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        TEAM = "team", _("Team")
        IEP_REVIEW = "iep_review", _("IEP to review")
        IEP_COMMENT = "iep_comment", _("Comment on an IEP")
        IEP_ACTIVE = "iep_active", _("IEP in effect")
        REPORT = "report", _("Progress report")
        GOAL_MET = "goal_met", _("Goal mastered")
        OTHER = "other", _("Other")

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(
        max_length=120, help_text="What makes it one message, however often it is asked for."
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    to_email = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField(max_length=4000)
    path = models.CharField(max_length=300, blank=True, help_text="The page it is about, in the district.")
    needs_password_link = models.BooleanField(
        default=False, help_text="A link to set a password is made when it is sent."
    )
    is_in_app = models.BooleanField(default=True, help_text="Shown to the person on pages.")
    is_by_email = models.BooleanField(default=True, help_text="To be sent by e-mail.")
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organization", "key"], name="message_once_per_key"),)
        indexes = (
            models.Index(fields=["organization", "-created_at", "-id"], name="message_by_time"),
            models.Index(fields=["organization", "person", "-created_at", "-id"], name="message_by_person"),
        )

    def __str__(self) -> str:
        return self.subject

    def topics(self) -> tuple[str, ...]:
        return (topic("person", self.person_id),) if self.person_id else ()


class AccountMail(models.Model):
    """Mail about an account itself, before any district is known: a link to set a password, a code.

    Outside the wall, and on no page but the mailbox of a demonstration (docs/adr/0008).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to_email = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["-created_at"], name="account_mail_by_time"),)

    def __str__(self) -> str:
        return self.subject
