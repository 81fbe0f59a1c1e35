"""Pages of school years: all of them, one to add or change, a copy for schools, the next year."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import mutations, queries
from accounts.calendar_forms import CopyYearForm, NewSchoolYearForm, SchoolYearForm
from core.errors import SpedError
from core.http import ActorRequest, form_page, page, say, see_other

either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def calendars(request: ActorRequest) -> HttpResponse:
    """The school years of the district and of its schools."""
    found = queries.calendar_page(actor=request.actor)
    base = "casefile/_bare.html" if request.headers.get("X-Live") else "shell.html"
    return page(request, "accounts/calendars.html", {"page": found, "base": base, "active": "calendars"})


@either
def add_school_year(request: ActorRequest) -> HttpResponse:
    """Add a school year."""
    found = queries.calendar_page(actor=request.actor)
    form = NewSchoolYearForm(
        request.POST or None,
        schools=found.schools,
        may_keep_district=found.may_keep_district,
        day_first=_day_first(request),
    )

    def save() -> str:
        chosen = form.cleaned_data["school"]
        mutations.add_school_year(
            actor=request.actor, school_id=UUID(chosen) if chosen else None, year=form.year()
        )
        say(request, _("Added."))
        return reverse("accounts:calendars")

    return form_page(request, form, save, "accounts/calendar.html", {"active": "calendars"})


@either
def school_year(request: ActorRequest, school_year_id: UUID) -> HttpResponse:
    """Change a school year."""
    row = queries.school_year_to_keep(actor=request.actor, school_year_id=school_year_id)
    form = SchoolYearForm(request.POST or None, year=row.year, day_first=_day_first(request))

    def save() -> str:
        mutations.update_school_year(actor=request.actor, school_year_id=school_year_id, year=form.year())
        say(request, _("Saved."))
        return reverse("accounts:calendars")

    schools = [each for each in queries.schools_to_keep(actor=request.actor) if each.id != row.school_id]
    context = {"row": row, "copy": CopyYearForm(schools=schools, prefix="copy"), "active": "calendars"}
    return form_page(request, form, save, "accounts/calendar.html", context)


@require_POST
def copy_school_year(request: ActorRequest, school_year_id: UUID) -> HttpResponse:
    """Give schools a year like this one."""
    queries.school_year_to_keep(actor=request.actor, school_year_id=school_year_id)
    form = CopyYearForm(request.POST, schools=queries.schools_to_keep(actor=request.actor), prefix="copy")
    if not form.is_valid():
        say(request, _("Choose the schools first."))
        return see_other(reverse("accounts:school-year", args=[school_year_id]))
    copied = mutations.copy_school_year(
        actor=request.actor,
        school_year_id=school_year_id,
        school_ids=[UUID(chosen) for chosen in form.cleaned_data["schools"]],
    )
    say(
        request,
        ngettext("{n} school has it now.", "{n} schools have it now.", copied).format(n=copied)
        if copied
        else _("These schools have it already."),
    )
    return see_other(reverse("accounts:calendars"))


@require_POST
def next_school_year(request: ActorRequest, school_year_id: UUID) -> HttpResponse:
    """Make the year after this one from it."""
    try:
        made = mutations.add_next_school_year(actor=request.actor, school_year_id=school_year_id)
    except SpedError as error:
        if error.status in {403, 404}:
            raise
        say(request, str(error.text))
        return see_other(reverse("accounts:calendars"))
    say(request, _("Each day kept its weekday. Check the holidays, then save."))
    return see_other(reverse("accounts:school-year", args=[made.id]))


@require_POST
def remove_school_year(request: ActorRequest, school_year_id: UUID) -> HttpResponse:
    """Remove a school year."""
    mutations.remove_school_year(actor=request.actor, school_year_id=school_year_id)
    say(request, _("Removed. A school without its own year follows the district's."))
    return see_other(reverse("accounts:calendars"))


def _day_first(request: ActorRequest) -> bool:
    return queries.organization_of(actor=request.actor).date_format == "dmy"
