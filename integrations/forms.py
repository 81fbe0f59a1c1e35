"""What people send about rosters."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile as Uploaded
from django.utils.translation import gettext_lazy as _

from integrations.choices import NOUNS, OUTCOMES, SEVERITIES
from integrations.kinds import CHOICES

MOST_MEGABYTES = 40


class RosterForm(forms.Form):
    """A zip of OneRoster or Ed-Fi files."""

    kind = forms.ChoiceField(
        label=_("Format"),
        choices=CHOICES,
        required=False,
        help_text=_(
            "OneRoster is CSV, version 1.1 or 1.2, bulk or delta. Ed-Fi is XML, version 4 or 5: schools, students, "
            "staff, programs and assessment results."
        ),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("A zip of at most 40 MB. Choose it, or drop it onto the field."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip", "class": "h-auto py-6"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Export it again."),
            "invalid": _("Choose a file."),
        },
    )

    def clean_kind(self) -> str:
        """OneRoster unless something else was chosen."""
        return self.cleaned_data["kind"] or CHOICES[0][0]

    def clean_file(self) -> "Uploaded[Any]":
        """Refuse what no roster needs before it is opened."""
        file: Uploaded[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MEGABYTES * 1_000_000:
            raise forms.ValidationError(_("This file is larger than 40 MB."))
        return file


class ReportForm(forms.Form):
    """Which part of a report is shown. What makes no sense is the whole report."""

    outcome = forms.ChoiceField(choices=OUTCOMES, required=False, help_text="What a line came to.")
    severity = forms.ChoiceField(choices=SEVERITIES, required=False, help_text="How grave a finding is.")
    noun = forms.ChoiceField(choices=NOUNS, required=False, help_text="What a line is about.")
    after = forms.CharField(max_length=80, required=False)

    def chosen(self) -> dict[str, Any]:
        """The valid choices, blank for the others."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class FindingQuery(ReportForm):
    """What narrows the findings in the API."""

    outcome = None  # type: ignore[assignment]  # Django's way to leave a field out
    after = None  # type: ignore[assignment]


class RowQuery(ReportForm):
    """What narrows the rows in the API."""

    severity = None  # type: ignore[assignment]  # Django's way to leave a field out
    after = None  # type: ignore[assignment]
