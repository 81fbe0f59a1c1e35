"""Forms of an IEP: shapes and words only. What they may hold is the mutations' to say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ieps.editing import EditConflict, plain_value
from ieps.models import Accommodation, Approval, Goal, Iep, Service
from ieps.mutations import ACCOMMODATION_FIELDS, GOAL_FIELDS, SERVICE_FIELDS
from ieps.queries import Colleague
from ieps.sections import BY_ID, NARRATIVES

Choices = tuple[tuple[str, str], ...]
LONG_TEXT_ROWS = 8
GOAL_COLUMNS = tuple(name for name in GOAL_FIELDS if name != "responsible_id")
SERVICE_COLUMNS = tuple(name for name in SERVICE_FIELDS if name != "provider_id")
ACCOMMODATION_COLUMNS = ACCOMMODATION_FIELDS
HINTS: Mapping[str, Any] = {
    "last_review_on": gettext_lazy(
        "The next review is due a year after it. Empty: a year after the meeting."
    ),
    "effective_on": gettext_lazy("An approved IEP takes effect by itself on this day."),
    "impact": gettext_lazy(
        "How the disability affects taking part and progressing in what all students learn."
    ),
    "percent_regular": gettext_lazy("From 0 to 100."),
    "special_factors": gettext_lazy(
        "For each factor ticked above: what the team considered and what is provided."
    ),
    "nonparticipation": gettext_lazy(
        "The extent to which the student is not with students without disabilities, and why."
    ),
    "benchmarks": gettext_lazy("Needed for students who take an alternate assessment."),
    "unit": gettext_lazy("What is counted, such as words a minute."),
    "statement": gettext_lazy("Given what, who does what, how well, by when."),
    "accuracy": gettext_lazy("Such as 4 of 5 trials, on three days."),
    "frequency": gettext_lazy("How often it is measured, such as every week."),
    "baseline_value": gettext_lazy("Empty: the median of the first three scores."),
    "mastery_value": gettext_lazy("Empty: the target."),
    "mastery_hits": gettext_lazy("Such as 4 of 5; 3 of 3 is three in a row."),
    "maintenance_days": gettext_lazy("Empty: the goal closes when it is mastered."),
}


NEEDED: frozenset[str] = frozenset(
    {
        "meeting_on",
        "effective_on",
        "expires_on",
        "strengths",
        "parent_concerns",
        "present_levels",
        "impact",
        "report_schedule",
        "placement",
        "percent_regular",
        "assessments",
        "has_extended_year",
    }
)
"""Columns that may wait while it is a draft, but without which nothing is approved (`ieps.completeness`)."""
USUAL: Mapping[str, bool] = {
    "mastery_by": False,
    "mastery_value": True,
    "mastery_hits": False,
    "mastery_of": False,
    "mastery_counts": False,
    "mastery_window": False,
    "mastery_settings": False,
    "mastery_people": False,
    "maintenance_days": True,
    "probe_times": False,
    "probe_days": False,
}
"""Columns of a goal with a usual answer, and whether they may be empty."""
PAIRS: tuple[tuple[str, ...], ...] = (
    ("effective_on", "expires_on"),
    ("domain", "title"),
    ("scale", "unit"),
    ("baseline_value", "baseline_on"),
    ("target_value", "target_on"),
    ("accuracy", "conditions"),
    ("mastery_by", "mastery_value"),
    ("mastery_hits", "mastery_of"),
    ("mastery_counts", "mastery_window"),
    ("mastery_settings", "mastery_people"),
    ("probe_times", "probe_days"),
    ("evaluation_method", "frequency"),
    ("minutes", "times"),
    ("period", "delivery"),
    ("starts_on", "ends_on"),
)
"""Short fields that stand side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One field that two people wrote: what is stored now and what this person typed, in words."""

    name: str
    label: str
    theirs: str
    yours: str


class DraftForm(forms.Form):
    """A form that knows which version its words were read from."""

    expected_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    read = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.both: tuple[Both, ...] = ()
        self.conflict_by = ""
        self.initial.setdefault("read", self._what_is_read())
        for name, field in self.fields.items():
            if name in HINTS:
                field.help_text = HINTS[name]
            if name in NEEDED:
                field.help_text = f"{field.help_text} {_('Needed before approval.')}".strip()
            if isinstance(field, forms.TypedChoiceField) and field.choices[0][0] == "":  # type: ignore[index]  # a list
                self._name_the_blank(field)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = LONG_TEXT_ROWS
            if isinstance(field, forms.DecimalField):
                field.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput()

    def rows(self) -> list[list[forms.BoundField]]:
        """The visible fields, those of `PAIRS` side by side."""
        found: list[list[forms.BoundField]] = []
        for field in self.visible_fields():
            pair = next((pair for pair in PAIRS if field.name in pair), ())
            if pair and found and found[-1][-1].name in pair:
                found[-1].append(field)
            else:
                found.append([field])
        return found

    def _name_the_blank(self, field: forms.TypedChoiceField) -> None:
        """What stands for "nothing chosen" says so in words instead of dashes."""
        first, *rest = list(field.choices)  # type: ignore[arg-type]  # a list
        if set(str(first[1])) == {"-"}:
            field.choices = [("", _("Choose") if field.required else _("Not chosen yet")), *rest]

    @property
    def expected(self) -> int | None:
        """The version that was read, if the form says."""
        version = self.cleaned_data.get("expected_version")
        return version if isinstance(version, int) else None

    @property
    def was_read(self) -> dict[str, Any]:
        """What stood in each field when the form was drawn; nothing for a form that does not say."""
        try:
            found = json.loads(self.data.get(self.add_prefix("read")) or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def values(self) -> dict[str, Any]:
        """What was changed, by column: not what stands as it was read, nor where the other's words were picked."""
        read = self.was_read if self.expected is not None else {}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("expected_version", "read")
            and not (name in read and read[name] == plain_value(value))
            and self.data.get(self.add_prefix(f"pick-{name}")) != "theirs"
        }

    def _what_is_read(self) -> str:
        names = set(self.fields) - {"expected_version", "read"}
        return json.dumps({name: plain_value(self.initial.get(name)) for name in sorted(names)})

    def show_both(self, error: EditConflict) -> None:
        """Keep what was typed, show what is stored, and let the next save stand on top of it."""
        self.conflict_by = str(error.details.get("by", ""))
        self.both = tuple(
            Both(
                name=name,
                label=str(self.fields[name].label),
                theirs=self._in_words(name, words["theirs"]),
                yours=self._in_words(name, words["yours"]),
            )
            for name, words in error.details["both"].items()
            if name in self.fields
        )
        read = {**self.was_read, **{name: words["theirs"] for name, words in error.details["both"].items()}}
        self.data = {
            **{name: self.data.get(name) for name in self.data},
            self.add_prefix("expected_version"): str(error.details["version"]),
            self.add_prefix("read"): json.dumps(read),
        }
        self.add_error(None, str(error.text))

    def _in_words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if value in (None, ""):
            return _("empty")
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(str(value), value))  # type: ignore[arg-type]  # no groups here
        return str(value)


def section_form(section: str, *, only_facts: bool = False) -> type[DraftForm]:
    """The form of one section, with the words and choices of its columns; `only_facts` leaves narratives out."""
    names = [name for name in BY_ID[section].fields if not (only_facts and name in NARRATIVES)]
    fields = fields_for_model(Iep, fields=names)
    if "has_extended_year" in fields:
        fields["has_extended_year"] = forms.TypedChoiceField(
            label=gettext_lazy("Does the student need an extended school year?"),
            choices=[
                ("", gettext_lazy("Not decided yet")),
                ("True", gettext_lazy("Yes")),
                ("False", gettext_lazy("No")),
            ],
            coerce=lambda value: value == "True",
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )
    return type("SectionForm", (DraftForm,), fields)


class PartForm(DraftForm):
    """A form of a goal, a service or an accommodation; `people` are who may be named in it."""

    person_field = ""
    person_label: Any = ""

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.person_field:
            self.fields[self.person_field] = forms.TypedChoiceField(
                label=self.person_label,
                choices=[("", _("Nobody yet")), *people],
                coerce=UUID,
                empty_value=None,
                required=False,
            )


class GoalForm(PartForm):
    """How a goal is mastered and probed has usual answers: what a form leaves out stays as it is."""

    person_field = "responsible_id"
    person_label = gettext_lazy("Who is responsible")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in USUAL:
            self.fields[name].required = False

    def values(self) -> dict[str, Any]:
        """What was filled in; an empty field that has a usual answer is left out."""
        left_out = {
            name
            for name, can_be_empty in USUAL.items()
            if self.cleaned_data.get(name) in {None, ""}
            and (not can_be_empty or self.add_prefix(name) not in self.data)
        }
        return {name: value for name, value in super().values().items() if name not in left_out}


def goal_form() -> type[PartForm]:
    """The form of a measurable annual goal."""
    return type("MeasuredGoalForm", (GoalForm,), dict(fields_for_model(Goal, fields=GOAL_COLUMNS)))


def service_form() -> type[PartForm]:
    """The form of a service with its minutes."""
    named = {"person_field": "provider_id", "person_label": gettext_lazy("Provider")}
    return type("ServiceForm", (PartForm,), {**fields_for_model(Service, fields=SERVICE_COLUMNS), **named})


def accommodation_form() -> type[PartForm]:
    """The form of an accommodation or modification."""
    return type(
        "AccommodationForm", (PartForm,), dict(fields_for_model(Accommodation, fields=ACCOMMODATION_COLUMNS))
    )


class NewIepForm(forms.Form):
    """How a new IEP begins."""

    copy = forms.BooleanField(
        label=gettext_lazy("Start from the IEP in effect"),
        help_text=gettext_lazy("Goals, services, accommodations and texts are taken over; dates are not."),
        required=False,
        initial=True,
    )


class WordForm(forms.Form):
    """A reviewer's word on an IEP."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What do you say to this IEP?"),
        choices=[
            (Approval.Decision.APPROVED.value, gettext_lazy("I agree to it")),
            (Approval.Decision.CHANGES.value, gettext_lazy("I ask for changes")),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=gettext_lazy("What should change, or what should be known"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CommentForm(forms.Form):
    """What somebody says beside an IEP, and to whom."""

    body = forms.CharField(
        label=gettext_lazy("Comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    mentioned = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Mention colleagues"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, people: Sequence[Colleague] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentioned"].choices = [(str(row.person_id), row.name) for row in people]  # type: ignore[attr-defined]  # has choices
        if not people:
            del self.fields["mentioned"]


class PassageForm(CommentForm):
    """A comment with the passage that it is about, in UTF-16 units of one version of the text."""

    field = forms.ChoiceField(
        label=gettext_lazy("About"),
        choices=[(name, Iep._meta.get_field(name).verbose_name) for name in NARRATIVES],  # type: ignore[union-attr]  # columns
    )
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    length = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    text_version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        return {**found, "start": found.get("start") or 0, "length": found.get("length") or 0}


class EmptyForm(forms.Form):
    """A button and nothing else; it holds what a refusal says."""
