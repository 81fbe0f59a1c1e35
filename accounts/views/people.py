"""Pages of people, roles, schools and settings; and the way from the front door to one's district."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import forms, mutations, queries
from accounts.actors import districts_of, first_page, own_id
from accounts.reauthentication import recently_signed_in
from accounts.rights import Role
from core.http import ActorRequest, form_page, page, say, see_other
from core.registry import lent

either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """GET /: the only district, a choice of districts, or what to do when nothing is shared yet."""
    districts = districts_of(own_id(request))
    if len(districts) == 1:
        return HttpResponseRedirect(first_page(person_id=own_id(request), slug=districts[0].slug))
    return render(request, "accounts/start.html", {"districts": districts})


@either
def preferences(request: ActorRequest) -> HttpResponse:
    """How pages look and read. A theme may be sent alone, from any page."""
    if request.method == "POST" and "theme" in request.POST and "language" not in request.POST:
        return _theme(request)
    person = queries.own_person(actor=request.actor)
    form = forms.PreferencesForm(request.POST or None, instance=person)

    def save() -> str:
        mutations.set_preferences(actor=request.actor, changes=form.changes())
        say(request, _("Saved."))
        return reverse("accounts:preferences")

    response = form_page(request, form, save, "accounts/preferences.html", {"active": "preferences"})
    if form.is_bound and not form.errors:
        # So that signing in speaks the same language; inside a district the account's own choice counts.
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            form.cleaned_data["language"],
            max_age=365 * 24 * 60 * 60,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def _theme(request: ActorRequest) -> HttpResponse:
    form = forms.ThemeForm(request.POST)
    if form.is_valid():
        mutations.set_preferences(actor=request.actor, changes={"theme": form.cleaned_data["theme"]})
    if request.headers.get("Accept", "").startswith("application/json") or request.htmx:
        return HttpResponse(status=204)
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return see_other(wanted if is_ours else reverse("accounts:preferences"))


@either
def people(request: ActorRequest) -> HttpResponse:
    """The people of the district with their roles. A search is posted, so that no name stands in an address."""
    form = forms.PeopleForm(request.POST or request.GET)
    form.is_valid()
    # What was searched for stands in no address: it is as of the search, and cannot be asked for again.
    news = None if request.method == "POST" else queries.news_of(actor=request.actor)
    found = queries.people(
        actor=request.actor,
        words=form.cleaned_data.get("words", ""),
        after=form.cleaned_data.get("after"),
    )
    return page(request, "accounts/people.html", {"people": found, "news": news, "active": "people"})


@either
@recently_signed_in
def add_person(request: ActorRequest) -> HttpResponse:
    """Give somebody a role by their e-mail address."""
    form = forms.NewPersonForm(request.POST or None, schools=queries.all_schools(actor=request.actor))

    def save() -> str:
        mutations.invite_person(
            actor=request.actor, **_role(form), **_fields(form, "email", "given_name", "family_name")
        )
        say(request, _("The invitation is among the messages to be sent."))
        return reverse("accounts:invitations")

    return form_page(request, form, save, "accounts/add_person.html", {"active": "people"})


@either
@recently_signed_in
def add_role(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Give somebody of the district another role."""
    person = queries.member_person(actor=request.actor, person_id=person_id)
    form = forms.RoleForm(request.POST or None, schools=queries.all_schools(actor=request.actor))

    def save() -> str:
        mutations.add_member(actor=request.actor, person=person, **_role(form))
        say(request, _("Saved."))
        return reverse("accounts:person", args=[person_id])

    return form_page(request, form, save, "accounts/add_role.html", {"person": person, "active": "people"})


@either
@recently_signed_in
def end_role(request: ActorRequest, membership_id: UUID) -> HttpResponse:
    """End a role, today or on a day to come."""
    held = queries.held_membership(actor=request.actor, membership_id=membership_id)
    person = queries.member_person(actor=request.actor, person_id=held.person_id)
    form = forms.EndRoleForm(request.POST or None)
    if request.method == "POST" and not form.is_bound:
        form = forms.EndRoleForm({"ends_on": ""})

    def save() -> str:
        mutations.end_membership(
            actor=request.actor, membership_id=membership_id, ends_on=form.cleaned_data["ends_on"]
        )
        say(request, _("The end of the role is written down."))
        return reverse("accounts:person", args=[person.id])

    is_last = queries.is_last_role(actor=request.actor, membership=held)
    left = _left_open(request, person.id) if is_last else None
    context = {"person": person, "held": held, "left": left, "active": "people"}
    return form_page(request, form, save, "accounts/end_role.html", context)


@either
@recently_signed_in
def deactivate(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """End everything that somebody is in the district."""
    person = queries.member_person(actor=request.actor, person_id=person_id)
    if request.method == "POST":
        mutations.deactivate_person(actor=request.actor, person_id=person_id)
        say(request, _("Every role of this person has ended."))
        return see_other(reverse("accounts:people"))
    context = {"person": person, "left": _left_open(request, person_id), "active": "people"}
    return page(request, "accounts/deactivate.html", context)


@require_safe
def schools(request: ActorRequest) -> HttpResponse:
    """The schools of the district."""
    found = queries.all_schools(actor=request.actor)
    return page(request, "accounts/schools.html", {"schools": found, "active": "schools"})


@either
def add_school(request: ActorRequest) -> HttpResponse:
    """Add a school."""
    queries.settings_of(actor=request.actor)
    form = forms.SchoolForm(request.POST or None, initial={"is_active": True})

    def save() -> str:
        mutations.add_school(actor=request.actor, **_fields(form, "name", "code"))
        say(request, _("Added."))
        return reverse("accounts:schools")

    return form_page(request, form, save, "accounts/school.html", {"active": "schools"})


@either
def edit_school(request: ActorRequest, school_id: UUID) -> HttpResponse:
    """Rename, close or reopen a school."""
    queries.settings_of(actor=request.actor)
    school = queries.school(actor=request.actor, school_id=school_id)
    form = forms.SchoolForm(request.POST or None, instance=school)

    def save() -> str:
        mutations.update_school(actor=request.actor, school_id=school_id, **form.cleaned_data)
        say(request, _("Saved."))
        return reverse("accounts:schools")

    return form_page(request, form, save, "accounts/school.html", {"school": school, "active": "schools"})


@either
def district(request: ActorRequest) -> HttpResponse:
    """The district's settings."""
    organization = queries.settings_of(actor=request.actor)
    form = forms.SettingsForm(request.POST or None, instance=organization)

    def save() -> str:
        mutations.update_settings(actor=request.actor, changes=form.cleaned_data)
        say(request, _("Saved."))
        return reverse("accounts:district")

    return form_page(request, form, save, "accounts/district.html", {"active": "district"})


def _left_open(request: ActorRequest, person_id: UUID) -> Any:
    """Whom somebody answers for and works with: who will have nobody when the last role ends."""
    return lent("students.open_parts_of")(actor=request.actor, person_id=person_id)


def _role(form: BaseForm) -> dict[str, Any]:
    given = _fields(form, "role", "title", "schools", "is_district_wide", "starts_on")
    return {
        "role": Role(given["role"]),
        "title": given["title"],
        "school_ids": tuple(UUID(school) for school in given["schools"]),
        "is_district_wide": given["is_district_wide"],
        "starts_on": given["starts_on"],
    }


def _fields(form: BaseForm, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}
