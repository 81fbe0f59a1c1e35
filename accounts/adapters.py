"""What allauth asks of this house: when to ask again who it is, how secrets are kept, how often mail is sent."""

from base64 import b64decode, b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from accounts.reauthentication import is_recently_signed_in
from core.encrypted import open_text, seal_text
from core.limits import spend

PRODUCT = "Throughline"
CONFIRMATION_EVERY_SECONDS = 180
SECRET_COLUMN = "mfa_authenticator.data"  # noqa: S105  # the name of a place


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped
    """Accounts that sign in with a password."""

    def is_reauthentication_required(self, app: str | None = None) -> bool:
        """Nobody is asked again who has shown within ten minutes who they are (R7)."""
        return not is_recently_signed_in(self.request)

    def send_confirmation_mail(self, request: Any, emailconfirmation: Any, signup: bool) -> None:
        """Send a link that confirms an address, to one address once in three minutes."""
        address = emailconfirmation.email_address.email.casefold()
        if spend(f"confirmation to {address}", 1, CONFIRMATION_EVERY_SECONDS):
            super().send_confirmation_mail(request, emailconfirmation, signup)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped
    """Second factors, whose secrets are sealed."""

    def get_totp_issuer(self) -> str:
        """The name that an authenticator app shows."""
        return PRODUCT

    def _get_site_name(self) -> str:
        return PRODUCT

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return b64encode(seal_text(text, SECRET_COLUMN)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return open_text(b64decode(encrypted_text), SECRET_COLUMN)
