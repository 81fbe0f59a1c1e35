"""Allauth's forms of signing in, where they must be stricter: no code counts twice, no address is told apart."""

from typing import Any

from allauth.account.forms import SignupForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from core.limits import LONGEST_SECONDS, spend

TOTP_SECONDS = 10 * 60  # longer than any code is taken
CODE = _("Code")


def use_once(user: Any, code: str, *, seconds: int) -> None:
    """Take a code of a person, or refuse it as wrong when it was taken before, by this server or another."""
    plain = "".join(character for character in code if character.isalnum())
    if not spend(f"code of {user.pk}: {plain}", 1, seconds):
        raise get_adapter().validation_error("incorrect_code")


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # untyped
    """The second step at sign-in."""

    def clean_code(self) -> str:
        """A code that is right and was not used."""
        code = super().clean_code()
        use_once(self.user, code, seconds=_lifetime(self.authenticator))
        return str(code)


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]  # untyped
    """The second step when asked again."""

    def clean_code(self) -> str:
        """A code that is right and was not used."""
        code = super().clean_code()
        use_once(self.user, code, seconds=_lifetime(self.authenticator))
        return str(code)


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # untyped
    """Setting up an authenticator app; its first code is used with it."""

    def clean_code(self) -> str:
        """A code that is right and was not used."""
        code = super().clean_code()
        use_once(self.user, code, seconds=TOTP_SECONDS)
        return str(code)


class SignUpForm(SignupForm):  # type: ignore[misc]  # untyped
    """Opening an account. An address that has one costs the same work as one that has none (R4)."""

    def try_save(self, request: Any) -> Any:
        """Save, or for a known address hash the password in vain and write to its owner."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


def _lifetime(authenticator: Any) -> int:
    return TOTP_SECONDS if authenticator.type == authenticator.Type.TOTP else LONGEST_SECONDS
