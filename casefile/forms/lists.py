"""What an address of a list may ask for. What it does not understand, it leaves out."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.queries import StaffMember
from casefile.queries import SORTS, Filters, Place
from progress.arithmetic import Status
from students.models import Grade, Student

MOST_PICKED = 1_000
DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
DUE_DAYS = (0, 30, 60, 90)
STANDINGS = ("enrolled", "left", "archived", "unmanaged")
COLUMNS = ("goals", "spark", "due", "status", "changed")
VIEW_WORDS = (
    "grade",
    "school",
    "status",
    "eligibility",
    "due",
    "tag",
    "standing",
    "sort",
    "order",
    *(f"no_{column}" for column in COLUMNS),
)
"""What a view keeps of an address: never a search, never a place in the list."""


class ListForm(forms.Form):
    """The filters, the order and the place of a list of students."""

    grade = forms.ChoiceField(required=False, choices=[*Grade.choices, ("unknown", "")])
    school = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=[(status.value, "") for status in Status])
    eligibility = forms.ChoiceField(required=False, choices=Student.Eligibility.choices)
    due = forms.TypedChoiceField(
        required=False, coerce=int, choices=[(days, "") for days in DUE_DAYS], empty_value=None
    )
    tag = forms.CharField(required=False, max_length=40)
    standing = forms.ChoiceField(required=False, choices=[(standing, "") for standing in STANDINGS])
    sort = forms.ChoiceField(required=False, choices=[(sort, "") for sort in SORTS])
    order = forms.ChoiceField(required=False, choices=[("reverse", "")])
    after = forms.UUIDField(required=False)
    before = forms.UUIDField(required=False)
    no_goals = forms.BooleanField(required=False)
    no_spark = forms.BooleanField(required=False)
    no_due = forms.BooleanField(required=False)
    no_status = forms.BooleanField(required=False)
    no_changed = forms.BooleanField(required=False)

    def words(self) -> dict[str, str]:
        """What was understood, as the words of an address that a view may keep."""
        given = self._given()
        known = {name: given.get(name) for name in VIEW_WORDS}
        kept = {name: value for name, value in known.items() if value not in (None, "", False)}
        return {name: "1" if value is True else str(value) for name, value in kept.items()}

    def filters(self, *, words: str) -> Filters:
        """What was understood."""
        given = self._given()
        return Filters(
            grade=given.get("grade") or "",
            school=given.get("school"),
            status=given.get("status") or "",
            eligibility=given.get("eligibility") or "",
            due_days=given.get("due"),
            tag=given.get("tag") or "",
            standing=given.get("standing") or "enrolled",
            sort=given.get("sort") or "due",
            is_reversed=given.get("order") == "reverse",
            words=words,
            hidden=tuple(column for column in COLUMNS if given.get(f"no_{column}")),
        )

    def place(self) -> Place:
        """Where the page begins."""
        given = self._given()
        after: UUID | None = given.get("after")
        return Place(after=after, before=None if after else given.get("before"))

    def _given(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data


class SearchForm(forms.Form):
    """A name or a number, as typed."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=80)


class TimelineForm(forms.Form):
    """The kind of entries and the place of a timeline."""

    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    kind = forms.CharField(required=False, max_length=12)

    def place(self) -> Place:
        """Where the page begins."""
        self.is_valid()
        after = self.cleaned_data.get("after")
        return Place(after=after, before=None if after else self.cleaned_data.get("before"))


class PickForm(forms.Form):
    """Which students an act is about: those that were chosen, or all that match the list's filters."""

    ids = forms.TypedMultipleChoiceField(required=False, coerce=UUID)
    all = forms.BooleanField(required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        given = [value for value in data.getlist("ids") if _is_uuid(value)]
        field = self.fields["ids"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(value, value) for value in given]
        kept = data.copy()
        kept.setlist("ids", given[:MOST_PICKED])
        self.data = kept

    def ids_given(self) -> tuple[UUID, ...]:
        """The students that were chosen one by one."""
        self.is_valid()
        return tuple(dict.fromkeys(self.cleaned_data.get("ids", ())))


class NoteForm(forms.Form):
    """A word to whoever takes over."""

    note = forms.CharField(
        label=_("Note to them"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("They read it among their messages. Leave students' names and health out of it."),
    )


class AssignForm(NoteForm):
    """Who takes over case files, and when."""

    person = forms.ChoiceField(label=_("New case manager"))
    starts_on = forms.DateField(
        label=_("From"), widget=DATE, help_text=_("On a day to come it takes effect by itself.")
    )
    field_order: tuple[str, ...] = ("person", "starts_on", "note")

    def __init__(self, *args: Any, managers: Iterable[StaffMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["person"], managers)


class SubstituteForm(AssignForm):
    """Who stands in, from a day until a day."""

    ends_on = forms.DateField(
        label=_("Until"), widget=DATE, help_text=_("The first day on which they no longer stand in.")
    )
    field_order = ("person", "starts_on", "ends_on", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = _("Substitute")


class LabelForm(forms.Form):
    """A word to find students by."""

    label = forms.CharField(label=_("Tag"), max_length=40)


class ReasonForm(forms.Form):
    """Why case files are put away."""

    reason = forms.CharField(
        label=_("Why they are put away"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ViewForm(forms.Form):
    """The name of a view, and whom it is for."""

    name = forms.CharField(label=_("Name"), max_length=40)
    is_default = forms.BooleanField(label=_("Open my caseload with this view"), required=False)
    is_shared = forms.BooleanField(label=_("Show it to everybody in the district"), required=False)

    def __init__(self, *args: Any, may_share: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]


class NameForm(forms.Form):
    """What a view is called."""

    name = forms.CharField(label=_("Name"), max_length=40)


class PaletteForm(forms.Form):
    """What is typed into the command palette."""

    q = forms.CharField(required=False, max_length=80)


def _offer(field: forms.Field, people: Iterable[StaffMember]) -> None:
    if isinstance(field, forms.ChoiceField):
        offered = [(str(one.person_id), f"{one.name}, {one.title}") for one in people]
        field.choices = [("", _("Choose a person")), *offered]


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


class HandOverForm(forms.Form):
    """Whose case files are handed over; one's own when nobody is named."""

    person = forms.UUIDField(required=False)
