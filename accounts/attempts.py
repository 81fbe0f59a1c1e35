"""How often anybody may try to sign in, to reset a password or to enter a code: per account and per address (R3).

Counted by `core.limits` before any work is done, the same for accounts that exist and for those that do not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.providers import is_vouched_for_by_district, refused
from core.limits import TooManyAttempts, spend

GetResponse = Callable[[HttpRequest], HttpResponse]
MINUTE = 60
# A school is one address: many people sign in from it at eight o'clock.
PER_ADDRESS = (120, MINUTE)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries in how many seconds, for one account."""

    tries: int
    seconds: int


LIMITS = {
    "account_login": Limit(20, MINUTE),
    "account_signup": Limit(5, 15 * MINUTE),
    "account_reset_password": Limit(5, 15 * MINUTE),
    "account_reset_password_from_key": Limit(20, MINUTE),
    "account_reauthenticate": Limit(20, MINUTE),
    "account_change_password": Limit(20, MINUTE),
    "account_set_password": Limit(20, MINUTE),
    "account_email": Limit(5, 15 * MINUTE),
    "mfa_authenticate": Limit(10, 5 * MINUTE),
    "mfa_reauthenticate": Limit(10, 5 * MINUTE),
    "mfa_activate_totp": Limit(20, MINUTE),
    "mfa_login_webauthn": Limit(20, MINUTE),
    "mfa_reauthenticate_webauthn": Limit(20, MINUTE),
}


# Who has only the word of a district's provider adds no way of signing in that would outlive it.
OWN_WAYS = {"account_set_password", "account_email", "socialaccount_connections", "mfa_add_webauthn"}


class AttemptMiddleware:
    """Refuse with 429 what was tried too often, and what a session is not good enough for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _arguments: Any, _named: Any
    ) -> HttpResponse | None:
        """Count a form that was sent, and let it through or not."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OWN_WAYS and is_vouched_for_by_district(request):
            return refused(
                request,
                _("Your district signs you in. To add a way of your own, set a password by e-mail first."),
            )
        limit = LIMITS.get(name)
        if limit is None or request.method != "POST":
            return None
        if all(spend(key, tries, seconds) for key, tries, seconds in _keys(request, name, limit)):
            return None
        error = TooManyAttempts()
        response = HttpResponse(status=error.status)
        response["Retry-After"] = str(MINUTE)
        response.sped_error = error  # type: ignore[attr-defined]  # read by `ErrorMiddleware`
        return response


def _keys(request: HttpRequest, name: str, limit: Limit) -> Iterator[tuple[str, int, int]]:
    yield (f"{name} from {request.META.get('REMOTE_ADDR', '')}", *PER_ADDRESS)
    account = _account(request)
    if account:
        yield f"{name} of {account}", limit.tries, limit.seconds


def _account(request: HttpRequest) -> str:
    """Whose account is meant: as it was typed, as it is about to be entered, or as it is signed in."""
    if isinstance(request.user, Person):
        return str(request.user.pk)
    pending = request.session.get("account_login") or {}
    if isinstance(pending, dict) and pending.get("user_pk"):
        return str(pending["user_pk"])
    return (request.POST.get("login") or request.POST.get("email") or "").strip().casefold()
