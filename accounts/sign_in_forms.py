"""Forms of signing in. Allauth's are stricter here: no code counts twice, no address is told apart."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account.forms import SignupForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from core.errors import SpedError
from core.http import form_errors
from core.limits import LONGEST_SECONDS, spend

TOTP_SECONDS = 10 * 60  # longer than any code is taken


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


class ProviderForm(forms.Form):
    """The OpenID Connect of a district."""

    issuer = forms.URLField(
        label=_("Issuer"),
        max_length=200,
        assume_scheme="https",
        help_text=_("The address that your provider names as its issuer, such as https://login.example.org."),
    )
    client_id = forms.CharField(label=_("Client id"), max_length=200)
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    is_active = forms.BooleanField(label=_("Offer it on the sign-in page"), required=False)

    def __init__(self, *arguments: Any, is_set: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if is_set:
            self.fields["client_secret"].help_text = _("Leave it empty to keep the one that is set.")

    def clean_issuer(self) -> str:
        """An address that this server may ask."""
        issuer = str(self.cleaned_data["issuer"])
        if not (issuer.startswith("https://") or not settings.IS_PRODUCTION):
            raise forms.ValidationError(_("The address must begin with https://."))
        return issuer


def saved(form: forms.Form, save: Callable[..., object]) -> bool:
    """Whether a form holds and what it says could be saved; a refusal stands beside its field."""
    if not form.is_valid():
        return False
    try:
        save(**form.cleaned_data)
    except SpedError as error:
        if error.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            raise
        form_errors(form, error)
        return False
    return True
