"""What signing in keeps: open sessions, and the identity provider of a district. `accounts.models` has them too."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.encrypted import EncryptedTextField
from core.models import TenantModel


class Session(AbstractBaseSession):
    """An open session, with whose it is, so that all of a person's can be ended at once (R6)."""

    person_id = models.UUIDField(null=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes = (models.Index(fields=["person_id"], name="session_by_person"),)

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Django's own hook."""
        return import_module(settings.SESSION_ENGINE).SessionStore


class IdentityProvider(TenantModel):
    """A district's own OpenID Connect, by which its people may sign in; and what came of the last test of it."""

    class Outcome(models.TextChoices):
        """What came of a test."""

        WAITING = "waiting", _("The test is under way.")
        WORKS = "works", _("It works: your provider answers as it should.")
        SILENT = "silent", _("Your provider did not answer in five seconds.")
        AWAY = "away", _("Your provider could not be reached at this address, or did not answer as one.")
        OTHER = (
            "other",
            _("Something answers, but not as the OpenID Connect of this issuer. Check the address."),
        )

    issuer = models.URLField(_("issuer"), max_length=200)
    client_id = models.CharField(_("client id"), max_length=200)
    client_secret = EncryptedTextField(_("client secret"), max_length=500)
    is_active = models.BooleanField(_("offered on the sign-in page"), default=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, editable=False)
    tested_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization"], name="identity_provider_once_per_district"),
        )
