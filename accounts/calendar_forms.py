"""The form of a school year. It reads dates as they are pasted; the mutation says whether they fit together."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.calendars import (
    MONDAY_TO_FRIDAY,
    DaysOff,
    Period,
    SchoolYear,
    parse_days_off,
    written_days_off,
)
from accounts.models import School

PERIOD_ROWS = 6
PERIOD_PARTS = ("name", "first_on", "last_on", "due_on")
_LABELS = {
    "name": _("Name"),
    "first_on": _("First day"),
    "last_on": _("Last day"),
    "due_on": _("Reports due"),
}
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
DAYS = tuple((str(number + 1), name) for number, name in WEEKDAYS.items())


class SchoolYearForm(forms.Form):
    """One school year: its days, its days off one a line, up to six reporting periods."""

    name = forms.CharField(label=_("Name"), max_length=20, help_text=_("As people say it: 2026-27."))
    first_on = forms.DateField(label=_("First day of school"), widget=DAY)
    last_on = forms.DateField(label=_("Last day of school"), widget=DAY)
    weekdays = forms.MultipleChoiceField(
        label=_("School weekdays"),
        choices=[(key, capfirst(str(name))) for key, name in DAYS],
        widget=forms.CheckboxSelectMultiple,
    )
    days_off = forms.CharField(
        label=_("Days without school"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One a line, as you have them: 2026-11-23 - 2026-11-27 Fall break, or 11/11/2026 Holiday."
        ),
    )

    def __init__(
        self, *args: Any, year: SchoolYear | None = None, day_first: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day_first = day_first
        self.fields["weekdays"].choices = [(key, capfirst(str(name))) for key, name in DAYS]  # type: ignore[attr-defined]
        for number in range(1, PERIOD_ROWS + 1):
            for part in PERIOD_PARTS:
                field: forms.Field = (
                    forms.CharField(max_length=40, required=False)
                    if part == "name"
                    else forms.DateField(required=False, widget=DAY)
                )
                field.label = f"{_LABELS[part]} {number}"
                self.fields[f"period_{number}_{part}"] = field
        self.initial = {**_initial(year), **self.initial}

    def periods(self) -> list[dict[str, Any]]:
        """The rows of reporting periods, as the template draws them."""
        return [
            {"number": number, "fields": [self[f"period_{number}_{part}"] for part in PERIOD_PARTS]}
            for number in range(1, PERIOD_ROWS + 1)
        ]

    def above(self) -> list[Any]:
        """The fields over the rows of reporting periods."""
        return [self[name] for name in self.fields if not name.startswith("period_")]

    def clean_days_off(self) -> tuple[DaysOff, ...]:
        """Days off as spans; a line that cannot be read is named."""
        spans, refused = parse_days_off(self.cleaned_data["days_off"], day_first=self.day_first)
        if refused:
            raise forms.ValidationError(
                [_("Begin this line with a date: %(line)s") % {"line": line} for line in refused[:5]]
            )
        return spans

    def clean(self) -> dict[str, Any]:
        """A row of a period has all four parts, or none."""
        data = super().clean() or {}
        for number in range(1, PERIOD_ROWS + 1):
            parts = {part: data.get(f"period_{number}_{part}") for part in PERIOD_PARTS}
            if any(parts.values()):
                for part, value in parts.items():
                    name = f"period_{number}_{part}"
                    if not value and name not in self.errors:
                        self.add_error(name, _("Fill in this too, or empty the whole row."))
        return data

    def year(self) -> SchoolYear:
        """What was entered."""
        data = self.cleaned_data
        rows: list[list[Any]] = [
            [data.get(f"period_{number}_{part}") for part in PERIOD_PARTS]
            for number in range(1, PERIOD_ROWS + 1)
        ]
        return SchoolYear(
            name=data["name"].strip(),
            first_on=data["first_on"],
            last_on=data["last_on"],
            weekdays=frozenset(int(day) for day in data["weekdays"]),
            days_off=data["days_off"],
            periods=tuple(
                Period(name=name.strip(), first_on=first, last_on=last, reports_due_on=due)
                for name, first, last, due in sorted((row for row in rows if row[0]), key=lambda row: row[1])
            ),
        )


class NewSchoolYearForm(SchoolYearForm):
    """A school year for the district or for one school."""

    school = forms.ChoiceField(label=_("Counts in"), required=False)
    field_order = ("school",)

    def __init__(self, *args: Any, schools: Iterable[School], may_keep_district: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = [("", _("all schools without a year of their own"))] if may_keep_district else []
        self.fields["school"].required = not may_keep_district
        self.fields["school"].choices = [  # type: ignore[attr-defined]
            *everywhere,
            *((str(school.id), school.name) for school in schools),
        ]


class CopyYearForm(forms.Form):
    """Which schools get a year like this one."""

    schools = forms.MultipleChoiceField(
        label=_("Copy it to"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What these schools have for the same days is replaced."),
    )

    def __init__(self, *args: Any, schools: Iterable[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schools"].choices = [(str(school.id), school.name) for school in schools]  # type: ignore[attr-defined]


def _initial(year: SchoolYear | None) -> dict[str, Any]:
    if year is None:
        return {"weekdays": [str(day) for day in sorted(MONDAY_TO_FRIDAY)]}
    values: dict[str, Any] = {
        "name": year.name,
        "first_on": year.first_on,
        "last_on": year.last_on,
        "weekdays": [str(day) for day in sorted(year.weekdays)],
        "days_off": written_days_off(year.days_off),
    }
    for number, period in enumerate(year.periods[:PERIOD_ROWS], 1):
        parts = (period.name, period.first_on, period.last_on, period.reports_due_on)
        values |= {f"period_{number}_{part}": value for part, value in zip(PERIOD_PARTS, parts, strict=True)}
    return values
