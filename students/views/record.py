"""Pages of the whole record: what is known of a student, and the forms that keep it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.http import ActorRequest, opens_record, page, say, see_other
from core.registry import lent
from students import forms, mutations, queries
from students.queries.files import editable_student, one_of
from students.queries.record import Doors
from students.rules import may_write_guardians, may_write_profile, may_write_record
from students.views.files import either, form_page

PARTS: tuple[tuple[str, str | Promise, str, str], ...] = (
    ("details", gettext_lazy("Details"), "students:details", ""),
    ("contacts", gettext_lazy("Contacts & family"), "students:contacts", "sees_contacts"),
    ("health", gettext_lazy("Health & safety"), "students:health", "sees_safety"),
    ("about", gettext_lazy("About me"), "students:about", "sees_about"),
    ("schools", gettext_lazy("School history"), "students:schools", "sees_schooling"),
    ("fields", gettext_lazy("More fields"), "students:fields", ""),
)
CSP = "default-src 'none'; sandbox; frame-ancestors 'none'"


@require_safe
@opens_record
def details(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Names, languages, eligibility, numbers and tags."""
    frame = framed(request, student_id)
    found = queries.details_page(actor=request.actor, student_id=student_id)
    return shown(request, frame, "details", found)


@require_safe
@opens_record
def contacts(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """How the student and the family are reached."""
    frame = framed(request, student_id)
    found = queries.contacts_page(actor=request.actor, student_id=student_id)
    return shown(request, frame, "contacts", found)


@require_safe
@opens_record
def about(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """The page "About me"."""
    frame = framed(request, student_id)
    found = queries.about_page(actor=request.actor, student_id=student_id)
    return shown(request, frame, "about", found)


@either
@opens_record
def edit_contact(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """By which telephone and e-mail address the student is reached."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_guardians, lock=False
    )
    form = forms.ContactForm(request.POST or None, instance=student)

    def save() -> str:
        mutations.set_contact(
            actor=request.actor,
            student_id=student_id,
            changes=form.cleaned_data,
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "contacts", student_id)

    return edited(request, form, save, student, "contacts", _("Telephone and e-mail"))


@either
@opens_record
def edit_languages(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Languages, interpreter, English learner."""
    student = editable_student(actor=request.actor, student_id=student_id, rule=may_write_record, lock=False)
    form = forms.LanguagesForm(request.POST or None, instance=student, initial={"version": student.version})

    def save() -> str:
        mutations.update_languages(
            actor=request.actor,
            student_id=student_id,
            changes=form.changes(),
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "details", student_id)

    return edited(request, form, save, student, "details", _("Languages"))


@either
@opens_record
def edit_about(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Write the page "About me"."""
    student = editable_student(actor=request.actor, student_id=student_id, rule=may_write_profile, lock=False)
    profile = queries.profile_of(actor=request.actor, student=student)
    form = forms.ProfileForm(request.POST or None, instance=profile, initial={"version": student.version})

    def save() -> str:
        mutations.update_profile(
            actor=request.actor,
            student_id=student_id,
            changes=form.changes(),
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "about", student_id)

    intro = _(
        "Everybody on the team reads this page, and so does the family. Write as you would to the student."
    )
    return edited(request, form, save, student, "about", _("About me"), intro=intro)


@either
@opens_record
def add_address(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Add where the student lives or gets letters."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_guardians, lock=False
    )
    form = forms.AddressForm(request.POST or None, initial={"starts_on": request.actor.today})

    def save() -> str:
        mutations.add_address(actor=request.actor, student_id=student_id, **form.cleaned_data)
        return said(request, "contacts", student_id)

    return edited(request, form, save, student, "contacts", _("Add an address"))


@either
@opens_record
def edit_address(request: ActorRequest, student_id: UUID, address_id: UUID) -> HttpResponse:
    """Change or end an address."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_guardians, lock=False
    )
    row = one_of(queries.addresses_of(actor=request.actor, student=student), id=address_id)
    form = forms.AddressForm(request.POST or None, instance=row)

    def save() -> str:
        mutations.update_address(
            actor=request.actor,
            student_id=student_id,
            address_id=address_id,
            changes=form.cleaned_data,
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "contacts", student_id)

    remove = reverse("students:remove-address", args=[student_id, address_id])
    return edited(request, form, save, student, "contacts", _("Address"), remove_url=remove)


@require_POST
def remove_address(request: ActorRequest, student_id: UUID, address_id: UUID) -> HttpResponse:
    """Take away an address that was entered by mistake."""
    mutations.remove_address(actor=request.actor, student_id=student_id, address_id=address_id)
    return see_other(said(request, "contacts", student_id))


@either
@opens_record
def add_emergency(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Add somebody who is called in an emergency."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_guardians, lock=False
    )
    form = forms.EmergencyForm(request.POST or None)

    def save() -> str:
        mutations.add_emergency_contact(actor=request.actor, student_id=student_id, **form.values())
        return said(request, "contacts", student_id)

    return edited(request, form, save, student, "contacts", _("Add an emergency contact"))


@either
@opens_record
def edit_emergency(request: ActorRequest, student_id: UUID, contact_id: UUID) -> HttpResponse:
    """Change what is known of an emergency contact."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_guardians, lock=False
    )
    row = one_of(queries.emergency_of(actor=request.actor, student=student), id=contact_id)
    form = forms.EmergencyForm(request.POST or None, instance=row)

    def save() -> str:
        mutations.update_emergency_contact(
            actor=request.actor,
            student_id=student_id,
            contact_id=contact_id,
            changes=form.values(),
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "contacts", student_id)

    remove = reverse("students:remove-emergency", args=[student_id, contact_id])
    up = reverse("students:call-earlier", args=[student_id, contact_id])
    return edited(request, form, save, student, "contacts", row.name, remove_url=remove, up_url=up)


@require_POST
def remove_emergency(request: ActorRequest, student_id: UUID, contact_id: UUID) -> HttpResponse:
    """Call somebody no longer."""
    mutations.remove_emergency_contact(actor=request.actor, student_id=student_id, contact_id=contact_id)
    return see_other(said(request, "contacts", student_id))


@require_POST
def call_earlier(request: ActorRequest, student_id: UUID, contact_id: UUID) -> HttpResponse:
    """Call somebody before the one who stands above."""
    mutations.call_earlier(actor=request.actor, student_id=student_id, contact_id=contact_id)
    return see_other(reverse("students:contacts", args=[student_id]))


@require_safe
@opens_record
def photo(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """The photograph: the picture that was drawn here, under the reader's own rights, kept in no cache."""
    response = HttpResponse(
        queries.photo(actor=request.actor, student_id=student_id), content_type="image/jpeg"
    )
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = CSP
    return response


@either
@opens_record
def edit_photo(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Choose a photograph."""
    student = editable_student(actor=request.actor, student_id=student_id, rule=may_write_profile, lock=False)
    form = forms.PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and not form.is_bound:
        form = forms.PhotoForm({}, MultiValueDict())

    def save() -> str:
        mutations.set_photo(
            actor=request.actor, student_id=student_id, source=form.cleaned_data["photo"].file
        )
        return said(request, "details", student_id)

    remove = reverse("students:remove-photo", args=[student_id]) if student.photo_key else ""
    return edited(request, form, save, student, "details", _("Photograph"), remove_url=remove)


@require_POST
def remove_photo(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Take the photograph off the case file."""
    mutations.remove_photo(actor=request.actor, student_id=student_id)
    return see_other(said(request, "details", student_id))


def shown(request: ActorRequest, frame: dict[str, Any], part: str, found: Any, **more: Any) -> HttpResponse:
    """One page of the record, with the way to the others that the reader may open."""
    context = {"page": found, "part": part, "parts": _parts(found.doors, found.student.id), **more}
    return page(request, f"students/record_{part}.html", {**frame, **context})


def edited(  # noqa: PLR0917  # what every form of the record has
    request: ActorRequest,
    form: BaseForm,
    save: Callable[[], str],
    student: Any,
    part: str,
    heading: str,
    *,
    intro: str = "",
    remove_url: str = "",
    up_url: str = "",
) -> HttpResponse:
    """A form of the record, on the way back to the page that it belongs to."""
    context = {
        "student": student,
        "tab": "record",
        "heading": heading,
        "intro": intro,
        "remove_url": remove_url,
        "up_url": up_url,
        "back": reverse(f"students:{part}", args=[student.id]),
        "between": next(str(label) for name, label, _view, _flag in PARTS if name == part),
    }
    return form_page(request, form, save, "students/record_form.html", context)


def said(request: ActorRequest, part: str, student_id: UUID) -> str:
    """Say that it is saved, and where to go on."""
    say(request, _("Saved."))
    return reverse(f"students:{part}", args=[student_id])


def framed(request: ActorRequest, student_id: UUID) -> dict[str, Any]:
    """What a page of the record stands in. Raises NotFound."""
    found: dict[str, Any] = lent("casefile.student_frame")(request, student_id=student_id, tab="record")
    return found


def _parts(doors: Doors, student_id: UUID) -> list[dict[str, Any]]:
    return [
        {"id": name, "label": label, "url": reverse(view, args=[student_id])}
        for name, label, view, flag in PARTS
        if not flag or getattr(doors, flag)
    ]
