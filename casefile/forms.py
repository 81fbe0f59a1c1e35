"""What an address of a list may ask for. What it does not understand, it leaves out."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from casefile.queries import SORTS, Filters, Place
from progress.arithmetic import Status
from students.models import Grade, Student

DUE_DAYS = (0, 30, 60, 90)
STANDINGS = ("enrolled", "left", "archived")


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
