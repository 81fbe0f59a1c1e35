"""The forms of a progress report: all of its notes on one page, and why a sent one is corrected."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.mutations import NoteChange
from progress.report_words import STATEMENTS

PARTS = ("statement", "narrative", "reason", "version")


class NotesForm(forms.Form):
    """Statement, words and reason of each goal. Nothing is required: a draft may be half written."""

    language = forms.ChoiceField(
        label=_("Language of the labels"), choices=[("en", "English"), ("es", "Español")], required=False
    )

    def __init__(self, *args: Any, notes: Iterable[Any], language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes = tuple(notes)
        self.initial.setdefault("language", language)
        for note in self.notes:
            key = str(note.goal_id)
            self.fields[f"{key}-statement"] = forms.ChoiceField(
                label=_("How did the goal go?"),
                choices=[(each.value, words) for each, words in STATEMENTS.items()],
                required=False,
                widget=forms.RadioSelect,
                initial=note.statement,
            )
            self.fields[f"{key}-narrative"] = forms.CharField(
                label=_("Note to the family"),
                max_length=4000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
                initial=note.narrative,
                help_text=_("In plain words: what went well, what comes next, what helps at home."),
            )
            self.fields[f"{key}-reason"] = forms.CharField(
                label=_("Why the statement holds all the same"),
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=note.reason,
                help_text=_("Kept with the report for the team; the family does not read it."),
            )
            self.fields[f"{key}-version"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, initial=note.version
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each goal with its fields, as the template draws them."""
        return [
            {"note": note, **{part: self[f"{note.goal_id}-{part}"] for part in PARTS}} for note in self.notes
        ]

    def changes(self) -> list[NoteChange]:
        """What was written of each goal."""
        return [
            NoteChange(
                goal_id=UUID(str(note.goal_id)),
                version=self.cleaned_data.get(f"{note.goal_id}-version") or 0,
                statement=self.cleaned_data.get(f"{note.goal_id}-statement", ""),
                narrative=self.cleaned_data.get(f"{note.goal_id}-narrative", ""),
                reason=self.cleaned_data.get(f"{note.goal_id}-reason", ""),
            )
            for note in self.notes
        ]


class StartForm(forms.Form):
    """The period whose report is begun, by its first day."""

    first_on = forms.DateField()


class CorrectForm(forms.Form):
    """Why a report that was sent is corrected."""

    reason = forms.CharField(
        label=_("What is corrected, and why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The family reads this above the corrected report. The first report stays on file."),
    )


class OwedForm(forms.Form):
    """What narrows the list of reports that are owed."""

    own = forms.BooleanField(required=False)
    school = forms.UUIDField(required=False)
    after = forms.UUIDField(required=False)
