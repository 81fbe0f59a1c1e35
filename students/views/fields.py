"""Pages of the district's own fields: what they are, and what they say of a student."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import NotAllowed
from core.http import ActorRequest, opens_record, page, say, see_other
from students import forms, mutations, queries
from students.views.files import either, form_page
from students.views.record import edited, framed, said, shown


@require_safe
@opens_record
def fields(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """What the district's own fields say of a student."""
    frame = framed(request, student_id)
    found = queries.fields_page(actor=request.actor, student_id=student_id)
    return shown(request, frame, "fields", found)


@either
@opens_record
def edit_values(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Fill in the district's own fields."""
    found = queries.fields_page(actor=request.actor, student_id=student_id)
    if not found.may_write:
        raise NotAllowed
    form = forms.CustomValuesForm(request.POST or None, rows=found.rows)

    def save() -> str:
        mutations.set_custom_values(
            actor=request.actor,
            student_id=student_id,
            values=form.values(),
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "fields", student_id)

    return edited(request, form, save, found.student, "fields", _("More fields"))


@require_safe
def definitions(request: ActorRequest) -> HttpResponse:
    """The fields that the district adds to the record."""
    context = {
        "rows": queries.custom_fields(actor=request.actor),
        "archived": queries.custom_fields(actor=request.actor, is_archived=True),
        "active": "fields",
    }
    return page(request, "students/custom_fields.html", context)


@either
def add_definition(request: ActorRequest) -> HttpResponse:
    """Add a field to the record."""
    queries.custom_fields(actor=request.actor)
    form = forms.CustomFieldForm(request.POST or None)

    def save() -> str:
        mutations.add_custom_field(actor=request.actor, **form.values())
        return _back(request)

    return form_page(request, form, save, "students/custom_field.html", {"active": "fields"})


@either
def edit_definition(request: ActorRequest, field_id: UUID) -> HttpResponse:
    """Change a field's name, viewers, order or list."""
    field = queries.custom_field(actor=request.actor, field_id=field_id)
    form = forms.CustomFieldForm(request.POST or None, instance=field)

    def save() -> str:
        mutations.update_custom_field(actor=request.actor, field_id=field_id, changes=form.values())
        return _back(request)

    context = {"field": field, "active": "fields"}
    return form_page(request, form, save, "students/custom_field.html", context)


@require_POST
def archive_definition(request: ActorRequest, field_id: UUID) -> HttpResponse:
    """Put a field away with its values."""
    mutations.archive_custom_field(actor=request.actor, field_id=field_id)
    return see_other(_back(request, undo_url=reverse("students:restore-field", args=[field_id])))


@require_POST
def restore_definition(request: ActorRequest, field_id: UUID) -> HttpResponse:
    """Take a field out again."""
    mutations.archive_custom_field(actor=request.actor, field_id=field_id, is_archived=False)
    return see_other(_back(request))


@require_POST
def remove_definition(request: ActorRequest, field_id: UUID) -> HttpResponse:
    """Delete a field that nobody has used."""
    mutations.remove_custom_field(actor=request.actor, field_id=field_id)
    return see_other(_back(request))


def _back(request: ActorRequest, *, undo_url: str = "") -> str:
    say(request, _("Saved."), undo_url=undo_url)
    return reverse("students:custom-fields")
