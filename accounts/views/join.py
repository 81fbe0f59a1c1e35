"""The way in by an invitation, outside any district: who has the link is nobody yet."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import forms, mutations, queries
from accounts.actors import joining, own_id
from accounts.middleware import origin_of
from core.errors import NotFound, SpedError
from core.http import form_errors, say
from core.limits import TooManyAttempts, spend
from core.tenant import organization as within

KEPT = "invitation"
PER_MINUTE = 20


@require_safe
def open_link(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """Take the secret out of the address, so that it stands in no history and in nobody's referrer."""
    _slow_down(request)
    actor = joining(slug=slug, origin=origin_of(request))
    try:
        with within(actor.organization_id):
            digest = queries.digest_of_link(actor=actor, secret=secret)
    except queries.InvitationGone as error:
        return _private(_over(request, error), "no-referrer")
    request.session[KEPT] = [slug, digest]
    return _private(HttpResponseRedirect("/join/"), "no-referrer")


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Accept an invitation whose link was opened here: name and password, or the account of its address."""
    slug, digest = request.session.get(KEPT, ("", ""))
    if not digest:
        raise NotFound
    if request.method == "POST":
        _slow_down(request)
    actor = joining(slug=slug, origin=origin_of(request))
    who = own_id(request) if request.user.is_authenticated else None
    try:
        with within(actor.organization_id):
            asked = queries.welcome(actor=actor, digest=digest, signed_in_as=who)
    except (queries.InvitationGone, queries.InvitationForAnother) as error:
        return _private(_over(request, error))
    first = {"given_name": asked.given_name, "family_name": asked.family_name}
    form = forms.WelcomeForm(
        request.POST if request.method == "POST" else None,
        initial=first,
        must_choose_password=asked.must_choose_password,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with within(actor.organization_id):
                    mutations.accept_invitation(
                        actor=actor, digest=digest, signed_in_as=who, **form.cleaned_data
                    )
            except (queries.InvitationGone, queries.InvitationForAnother) as error:
                return _private(_over(request, error))
            except SpedError as error:
                if error.status == NotFound.status:
                    raise
                form_errors(form, error)
            else:
                return _welcomed(request, f"/d/{slug}/")
    return _private(render(request, "accounts/join.html", {"asked": asked, "form": form}, status=status))


def _welcomed(request: HttpRequest, home: str) -> HttpResponse:
    """Go in, by the one door for everybody: who is not signed in signs in with what they chose."""
    del request.session[KEPT]
    say(request, _("Welcome. Your access is ready."))
    response = HttpResponseRedirect(
        home if request.user.is_authenticated else f"/accounts/login/?next={home}"
    )
    response.status_code = 303
    return _private(response)


def _over(request: HttpRequest, error: SpedError) -> HttpResponse:
    """Say why a link leads nowhere, with the code."""
    return render(request, "accounts/join_over.html", {"error": error.as_dict()}, status=error.status)


def _slow_down(request: HttpRequest) -> None:
    if not spend(f"join:{request.META.get('REMOTE_ADDR', '')}", PER_MINUTE, 60):
        raise TooManyAttempts


def _private(response: HttpResponse, referrer: str = "same-origin") -> HttpResponse:
    """Keep nothing of the answer. Only the address of the link holds a secret, and it is told to nobody at all."""
    response["Referrer-Policy"] = referrer
    response["Cache-Control"] = "no-store"
    return response
