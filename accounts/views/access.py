"""Pages of what people may do: one person, single rights, invitations, sessions, tokens, features."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import forms, mutations, queries
from accounts.reauthentication import recently_signed_in, recently_signed_in_to_change
from accounts.views.people import either
from core.http import ActorRequest, form_page, page, say, see_other


@require_safe
def person(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """One person of the district: roles, single rights, open sessions."""
    news = queries.news_of(actor=request.actor)
    found = queries.person_page(
        actor=request.actor, person_id=person_id, this=request.session.session_key or ""
    )
    return page(request, "accounts/person.html", {"page": found, "news": news, "active": "people"})


@either
@recently_signed_in
def add_grant(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Add a single right to somebody, or take it from them."""
    person = queries.member_person(actor=request.actor, person_id=person_id)
    form = forms.GrantForm(request.POST or None)

    def save() -> str:
        mutations.add_grant(actor=request.actor, person_id=person_id, **form.cleaned_data)
        say(request, _("Saved."))
        return reverse("accounts:person", args=[person_id])

    return form_page(request, form, save, "accounts/add_grant.html", {"person": person, "active": "people"})


@require_POST
@recently_signed_in
def end_grant(request: ActorRequest, grant_id: UUID) -> HttpResponse:
    """End a single right at once."""
    grant = mutations.end_grant(actor=request.actor, grant_id=grant_id)
    say(request, _("It has ended."))
    return see_other(reverse("accounts:person", args=[grant.person_id]))


@require_safe
def invitations(request: ActorRequest) -> HttpResponse:
    """The invitations of the district: open, expired, accepted and withdrawn."""
    state = request.GET.get("state", "")
    news = queries.news_of(actor=request.actor)
    found = queries.invitations(actor=request.actor, state=state)
    context = {
        "rows": found,
        "state": state,
        "states": queries.State,
        "news": news,
        "active": "people",
    }
    return page(request, "accounts/invitations.html", context)


@require_POST
@recently_signed_in
def resend_invitation(request: ActorRequest, invitation_id: UUID) -> HttpResponse:
    """Send an invitation once more."""
    mutations.resend_invitation(actor=request.actor, invitation_id=invitation_id)
    say(request, _("The invitation is among the messages to be sent. The link before it no longer works."))
    return see_other(reverse("accounts:invitations"))


@require_POST
@recently_signed_in
def revoke_invitation(request: ActorRequest, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    mutations.revoke_invitation(actor=request.actor, invitation_id=invitation_id)
    say(request, _("The invitation is withdrawn."))
    return see_other(reverse("accounts:invitations"))


@require_safe
def sessions(request: ActorRequest) -> HttpResponse:
    """Who of the district is signed in, from where and since when."""
    news = queries.news_of(actor=request.actor)
    form = forms.AfterForm(request.GET)
    form.is_valid()
    found = queries.open_sessions(
        actor=request.actor, this=request.session.session_key or "", after=form.cleaned_data.get("after")
    )
    return page(request, "accounts/sessions.html", {"signed_in": found, "news": news, "active": "people"})


@require_POST
@recently_signed_in
def sign_out_everywhere(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Sign somebody of the district out everywhere."""
    mutations.sign_out_everywhere(actor=request.actor, person_id=person_id)
    say(
        request,
        _("Signed out everywhere. Their open pages close within seconds, and their tokens are revoked."),
    )
    return see_other(reverse("accounts:sessions"))


@either
@recently_signed_in_to_change
def tokens(request: ActorRequest) -> HttpResponse:
    """One's own tokens. A new one is shown once, on the answer that made it."""
    form = forms.TokenForm(request.POST or None)
    made = ""
    if form.is_bound and form.is_valid():
        made = mutations.issue_token(
            actor=request.actor, person_id=request.actor.person_id, **form.cleaned_data
        )
        form = forms.TokenForm()
    return _tokens(request, form, made, is_everybodys=False)


@either
@recently_signed_in_to_change
def all_tokens(request: ActorRequest) -> HttpResponse:
    """All tokens of the district; tokens for other programs are made here."""
    queries.settings_of(actor=request.actor)
    form = forms.ProgramTokenForm(request.POST or None)
    made = ""
    if form.is_bound and form.is_valid():
        made = mutations.issue_program_token(actor=request.actor, **form.cleaned_data)
        form = forms.ProgramTokenForm()
    return _tokens(request, form, made, is_everybodys=True)


@require_POST
def revoke_token(request: ActorRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    token = mutations.revoke_token(actor=request.actor, token_id=token_id)
    say(request, _("The token no longer works."))
    is_own = token.person_id == request.actor.acting_person_id
    return see_other(reverse("accounts:tokens" if is_own else "accounts:all-tokens"))


@either
def features(request: ActorRequest) -> HttpResponse:
    """Which parts of the program the district uses."""
    queries.settings_of(actor=request.actor)
    form = forms.FeaturesForm(
        request.POST if request.method == "POST" else None, initial=queries.features_of(actor=request.actor)
    )

    def save() -> str:
        mutations.set_features(actor=request.actor, changes=form.cleaned_data)
        say(request, _("Saved."))
        return reverse("accounts:features")

    return form_page(request, form, save, "accounts/features.html", {"active": "district"})


def _tokens(request: ActorRequest, form: forms.TokenForm, made: str, *, is_everybodys: bool) -> HttpResponse:
    news = queries.news_of(actor=request.actor)
    rows = queries.tokens(actor=request.actor, is_everybodys=is_everybodys)
    context = {
        "news": news,
        "form": form,
        "rows": rows,
        "made": made,
        "is_everybodys": is_everybodys,
        "active": "district" if is_everybodys else "preferences",
    }
    return page(request, "accounts/tokens.html", context, status=422 if form.is_bound else 200)
