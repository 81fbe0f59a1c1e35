"""Pages of how one signs in: everybody's own, and the district's OpenID Connect."""

from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import mutations, queries, sign_in_forms
from accounts.actors import own_id
from accounts.providers import PREFIX
from accounts.reauthentication import recently_signed_in, recently_signed_in_to_change
from accounts.second_factor import own_ways
from accounts.sessions import end_one_session, end_sessions, sessions_of
from core.errors import NotFound
from core.http import ActorRequest, page, say, see_other

either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """GET /accounts/security/: a person's password, second step, connected accounts and open sessions."""
    person_id = own_id(request)
    context = {
        "ways": own_ways(person_id),
        "sessions": sessions_of(person_id=person_id, this=request.session.session_key or ""),
        "is_needed": "needed" in request.GET,
        "active": "security",
    }
    response = render(request, "accounts/security.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@login_required
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """End one of one's own sessions."""
    if not end_one_session(person_id=own_id(request), handle=handle):
        raise NotFound
    say(request, _("That session has ended."))
    return see_other(reverse("security"))


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    end_sessions(person_id=own_id(request), but=request.session.session_key or "")
    say(request, _("You are signed out everywhere else."))
    return see_other(reverse("security"))


@either
@recently_signed_in_to_change
def identity_provider(request: ActorRequest) -> HttpResponse:
    """The district's own OpenID Connect: set it, or read what it is. Its secret is never shown again."""
    provider = queries.identity_provider(actor=request.actor)
    initial = {
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "is_active": provider.is_active,
    }
    form = sign_in_forms.ProviderForm(request.POST or None, initial=initial, is_set=provider.is_set)
    callback = f"{settings.PUBLIC_URL}/accounts/oidc/{PREFIX}{provider.slug}/login/callback/"
    context = {"form": form, "provider": provider, "callback": callback, "active": "district"}
    save = partial(mutations.set_identity_provider, actor=request.actor)
    if request.method == "POST" and sign_in_forms.saved(form, save):
        say(request, _("Saved. Now test the connection."))
        return see_other(reverse("accounts:provider"))
    status = 422 if form.errors else 200
    return page(request, "accounts/provider.html", context, status=status)


@require_POST
@recently_signed_in
def remove_identity_provider(request: ActorRequest) -> HttpResponse:
    """No longer sign in by the district's OpenID Connect."""
    mutations.remove_identity_provider(actor=request.actor)
    say(request, _("Removed. People sign in with a password or a passkey."))
    return see_other(reverse("accounts:provider"))


@require_POST
@recently_signed_in
def test_identity_provider(request: ActorRequest) -> HttpResponse:
    """Have the provider tested. What comes of it appears on the page by itself."""
    mutations.request_provider_test(actor=request.actor)
    return see_other(reverse("accounts:provider"))
