"""What is typed and sent where data is captured. Shapes only; whether a goal takes a score is the mutation's to say."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from casefile.forms.lists import DATE
from casefile.queries import CaptureStudent
from progress.measuring import Entry

LONGEST_RAW = 20_000
"""Characters of raw data of one score."""


class SessionForm(forms.Form):
    """Whom to record: a group, one student, or everybody who is due."""

    group = forms.UUIDField(required=False)
    student = forms.UUIDField(required=False)


class CapturedForm(forms.Form):
    """One score as a device took it."""

    client_id = forms.UUIDField()
    goal_id = forms.UUIDField()
    session_id = forms.UUIDField(required=False)
    measured_on = forms.DateField()
    value = forms.DecimalField(required=False, max_digits=9, decimal_places=2)
    captured_at = forms.DateTimeField(required=False)
    setting = forms.CharField(required=False, max_length=60)
    minutes = forms.IntegerField(required=False, min_value=1, max_value=1440)
    note = forms.CharField(required=False, max_length=2000)
    antecedent = forms.CharField(required=False, max_length=300)
    behavior = forms.CharField(required=False, max_length=300)
    consequence = forms.CharField(required=False, max_length=300)
    is_day_confirmed = forms.BooleanField(required=False)
    is_another_probe = forms.BooleanField(required=False)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.raw = given.get("raw")
        super().__init__({name: value for name, value in given.items() if value is not None})

    def clean(self) -> dict[str, Any]:
        """Raw data is an object of no great length."""
        if self.raw is not None and (not isinstance(self.raw, dict) or len(str(self.raw)) > LONGEST_RAW):
            self.add_error(None, _("What was recorded cannot be read."))
        return self.cleaned_data

    def entry(self, *, device_now: datetime | None) -> Entry:
        """The score for `progress.mutations`; `device_now` is the device's clock when it sent."""
        given = dict(self.cleaned_data)
        return Entry(raw=self.raw, device_now=device_now, **given)

    @property
    def words(self) -> str:
        """Why it cannot be taken, in a sentence or two."""
        return " ".join(str(text) for texts in self.errors.values() for text in texts)


class QuickForm(forms.Form):
    """A line such as "mateo fluency 64"."""

    q = forms.CharField(
        label=_("Quick entry"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class QuickSaveForm(forms.Form):
    """The reading of a line that the person confirmed."""

    goal_id = forms.UUIDField()
    value = forms.DecimalField(max_digits=9, decimal_places=2)
    client_id = forms.UUIDField()
    is_another_probe = forms.BooleanField(required=False)
    next = forms.CharField(required=False, max_length=500)


class GroupForm(forms.Form):
    """A group's name, and the goals that are recorded in it."""

    name = forms.CharField(label=_("Name of the group"), max_length=40)
    goals = forms.MultipleChoiceField(label=_("Goals"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, students: Iterable[CaptureStudent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["goals"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [
                (student.name, [(str(goal.lineage_id), goal.card.title) for goal in student.goals])
                for student in students
            ]
            self.offered = field.choices

    def groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The goals by student, each with whether it is chosen."""
        chosen = set(self["goals"].value() or ())
        return [
            (name, [{"value": key, "label": label, "is_chosen": key in chosen} for key, label in goals])
            for name, goals in self.offered
        ]


class SheetForm(forms.Form):
    """How a goal is recorded."""

    steps = forms.CharField(
        label=_("Steps of the task, one on each line"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    levels = forms.CharField(
        label=_("Levels of the rubric, one on each line"),
        help_text=_("From the lowest: a title, a colon, what is seen. The first line is level 1."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    trials = forms.IntegerField(
        label=_("Trials or intervals each time"), min_value=1, max_value=100, initial=10
    )
    seconds = forms.IntegerField(
        label=_("Seconds of an interval or a probe"), min_value=5, max_value=3600, initial=60
    )

    def values(self) -> dict[str, Any]:
        """As `save_data_sheet` takes them."""
        given = self.cleaned_data
        levels = [line.partition(":") for line in given["levels"].splitlines() if line.strip()]
        return {
            "steps": given["steps"].splitlines(),
            "levels": [
                {"value": number, "title": title.strip()[:60], "words": words.strip()[:200]}
                for number, (title, _colon, words) in enumerate(levels[:10], start=1)
            ],
            "trials": given["trials"],
            "seconds": given["seconds"],
        }


class TaskForm(forms.Form):
    """Somebody of the team is asked to record a goal."""

    person_id = forms.TypedChoiceField(label=_("Who records it"), coerce=UUID)
    instructions = forms.CharField(
        label=_("Instructions"),
        help_text=_("Where, when and how. Only who records reads them."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    trials = forms.IntegerField(label=_("Trials each time"), min_value=1, max_value=100, required=False)
    starts_on = forms.DateField(label=_("From"), widget=DATE)
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DATE,
        help_text=_("The first day on which it no longer holds."),
    )

    def __init__(self, *args: Any, team: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person_id"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", _("Choose somebody")), *((str(key), name) for key, name in team)]


class PromptsForm(forms.Form):
    """The district's prompts as lines of text, least help first."""

    levels = forms.CharField(
        label=_("Prompts, one on each line, least help first"),
        help_text=_("A name, a colon, a few words about it. The first line is no help at all."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def rows(self, known: Mapping[str, str]) -> list[dict[str, str]]:
        """Name, hint and, where the name is known, its key, so that what was recorded keeps its meaning."""
        lines = [line.partition(":") for line in self.cleaned_data["levels"].splitlines() if line.strip()]
        named = [(name.strip(), hint.strip()) for name, _colon, hint in lines]
        return [
            {"name": name, "hint": hint, **({"key": known[name]} if name in known else {})}
            for name, hint in named
        ]
