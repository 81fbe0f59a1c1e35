"""Pages of a case file itself, its ids and tags."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.forms import BaseForm, DateField, Field
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.queries import staff_near
from core.dates import day_in_record
from core.errors import SpedError
from core.http import ActorRequest, form_errors, opens_record, page, say, see_other
from core.registry import lent
from students import forms, mutations, queries
from students.rules import may_archive, may_write_identity, may_write_record
from students.versions import ChangedMeanwhile

either = require_http_methods(["GET", "HEAD", "POST"])


@either
def new(request: ActorRequest) -> HttpResponse:
    """Open a case file by hand."""
    schools = queries.referring_schools(actor=request.actor)
    form = forms.NewStudentForm(request.POST or None, schools=schools, managers=_managers(request, schools))

    def save() -> str:
        given = form.changes()
        manager = given.pop("case_manager", "")
        student = mutations.add_student(
            actor=request.actor,
            school_id=UUID(form.cleaned_data["school"]),
            case_manager_id=UUID(manager) if manager else None,
            **given,
        )
        say(request, _("The case file is open."))
        return _to_student(student.id)

    return form_page(request, form, save, "students/new.html")


@either
def roster(request: ActorRequest) -> HttpResponse:
    """The pupils of the roster. A search is posted, so that no name stands in an address."""
    form = forms.RosterForm(request.POST or request.GET)
    form.is_valid()
    found = queries.roster(
        actor=request.actor,
        words=form.cleaned_data.get("words", ""),
        after=form.cleaned_data.get("after"),
    )
    return page(request, "students/roster.html", {"roster": found, "active": "roster"})


@require_POST
def refer(request: ActorRequest, entry_id: UUID) -> HttpResponse:
    """Open a case file for a pupil of the roster."""
    student = mutations.refer_from_roster(actor=request.actor, entry_id=entry_id)
    say(request, _("The case file is open."))
    try:
        queries.visible_student(actor=request.actor, student_id=student.id)
    except SpedError:
        return see_other(reverse("students:roster"))
    return see_other(_to_student(student.id))


@either
@opens_record
def edit_identity(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Change names, grade, school and enrollment."""
    student = queries.editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_identity, lock=False
    )
    schools = list(queries.schools_for(actor=request.actor, student=student))
    form = forms.IdentityForm(
        request.POST or None,
        instance=student,
        schools=schools,
        initial={"version": student.version, "school": str(student.school_id)},
    )

    def save() -> str:
        changes = {**form.changes(), "school_id": UUID(form.cleaned_data["school"])}
        mutations.update_identity(
            actor=request.actor,
            student_id=student_id,
            changes=changes,
            expected_version=form.cleaned_data["version"],
        )
        say(request, _("Saved."))
        return _to_student(student_id)

    return form_page(request, form, save, "students/edit.html", {"student": student, "part": "identity"})


@either
@opens_record
def edit_record(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Change disability, eligibility and the dates of evaluations."""
    student = queries.editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_record, lock=False
    )
    form = forms.RecordForm(request.POST or None, instance=student, initial={"version": student.version})

    def save() -> str:
        mutations.update_record(
            actor=request.actor,
            student_id=student_id,
            changes=form.changes(),
            expected_version=form.cleaned_data["version"],
        )
        say(request, _("Saved."))
        return _to_student(student_id)

    return form_page(request, form, save, "students/edit.html", {"student": student, "part": "record"})


@either
@opens_record
def edit_ids(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Set the ids of other systems, one at a time."""
    found = queries.record_page(actor=request.actor, student_id=student_id)
    form = forms.ExternalIdForm(request.POST or None)

    def save() -> str:
        mutations.set_external_id(actor=request.actor, student_id=student_id, **form.cleaned_data)
        say(request, _("Saved."))
        return reverse("students:ids", args=[student_id])

    return form_page(
        request, form, save, "students/ids.html", {"record": found, "student": found.student, "part": "ids"}
    )


@either
def add_tag(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Put a tag on a student. The address of a refused form, asked for again, leads to the page of tags."""
    if request.method != "POST":
        return see_other(reverse("students:ids", args=[student_id]))
    found = queries.record_page(actor=request.actor, student_id=student_id)
    form = forms.TagForm(request.POST)

    def save() -> str:
        mutations.add_tag(actor=request.actor, student_id=student_id, label=form.cleaned_data["label"])
        return reverse("students:ids", args=[student_id])

    context = {"record": found, "student": found.student, "tag_form": form, "part": "ids"}
    return form_page(request, form, save, "students/ids.html", {**context, "form": forms.ExternalIdForm()})


@require_POST
def remove_tag(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Take a tag off a student."""
    form = forms.TagForm(request.POST)
    label = form.cleaned_data["label"] if form.is_valid() else ""
    mutations.remove_tag(actor=request.actor, student_id=student_id, label=label)
    return see_other(reverse("students:ids", args=[student_id]))


@either
@opens_record
def archive(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Put a case file away."""
    student = queries.editable_student(
        actor=request.actor, student_id=student_id, rule=may_archive, lock=False
    )
    form = forms.ArchiveForm(request.POST or None)

    def save() -> str:
        mutations.archive_student(
            actor=request.actor, student_id=student_id, reason=form.cleaned_data["reason"]
        )
        say(
            request,
            _("The case file is archived."),
            undo_url=reverse("students:restore", args=[student_id]),
        )
        return reverse("casefile:caseload")

    return form_page(request, form, save, "students/archive.html", {"student": student})


@require_POST
def restore(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Take a case file out again."""
    mutations.restore_student(actor=request.actor, student_id=student_id)
    say(request, _("The case file is restored."))
    return see_other(_to_student(student_id))


def form_page(
    request: ActorRequest,
    form: BaseForm,
    save: Callable[[], str],
    template: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; when it was sent and holds, save and go on; when it was refused, show it with what was typed."""
    around = context or {}
    if "student" in around:
        form.initial.setdefault("version", around["student"].version)
    status = 200
    conflict: dict[str, Any] = {}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return see_other(save())
            except ChangedMeanwhile as error:
                status, conflict = error.status, error.details
                form.add_error(None, str(error.text))
                form.data = request.POST.copy()
                form.data["version"] = str(error.details["version"])
            except SpedError as error:
                if error.status in {403, 404}:
                    raise
                status = error.status
                form_errors(form, error)
    shown = {
        "form": form,
        "differences": _differences(form, conflict),
        "conflict": conflict,
        **around,
    }
    return page(request, template, {**_frame(request, shown), **shown}, status=status)


def _frame(request: ActorRequest, shown: dict[str, Any]) -> dict[str, Any]:
    """What a page of one student stands in; nothing for a student who is not there yet."""
    if "student" not in shown:
        return {"active": "caseload"}
    tab = shown.get("tab") or ("team" if shown.get("part") in {"team", "guardians"} else "")
    found: dict[str, Any] = lent("casefile.student_frame")(request, student_id=shown["student"].id, tab=tab)
    return found


def _differences(form: BaseForm, conflict: dict[str, Any]) -> list[dict[str, Any]]:
    """Both values of each field that two people changed, in words."""
    found = []
    for name, both in conflict.get("differences", {}).items():
        field = form.fields.get(name.removesuffix("_id")) or form.fields.get(f"field_{name.replace('-', '')}")
        label = field.label if field else _model_label(form, name)
        if label:
            told = {side: _in_words(field, value) for side, value in both.items()}
            found.append({"label": label, **told})
    return found


def _model_label(form: BaseForm, name: str) -> str:
    """What a column is called that the form asks for in parts."""
    model = getattr(getattr(form, "_meta", None), "model", None)
    names = {column.name: str(column.verbose_name) for column in model._meta.concrete_fields} if model else {}
    return names.get(name, "").capitalize()


def _in_words(field: Field | None, value: Any) -> Any:
    """A value as the form shows it: the words of a choice, yes and no, a day."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, DateField) and value:
        return day_in_record(date.fromisoformat(value))
    return dict(getattr(field, "choices", ()) or ()).get(value, value)


def _managers(request: ActorRequest, schools: Any) -> tuple[Any, ...]:
    """Whom an administrator may name as case manager; nobody for others, who become it themselves."""
    if not request.actor.is_district_wide or not schools:
        return ()
    found = {one.person_id: one for one in staff_near(actor=request.actor, school_id=None)}
    return tuple(one for one in found.values() if one.roles & {"teacher", "specialist"})


def _to_student(student_id: UUID) -> str:
    return reverse("casefile:student", args=[student_id])
