"""The forms of a decision on a goal, and of a change of instruction marked by itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.models import Decision

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class DecisionForm(forms.Form):
    """What is decided, and why. Which parts are needed depends on the choice; the mutation says so."""

    choice = forms.ChoiceField(
        label=_("What do you decide?"), choices=Decision.Choice.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a sentence. The team reads it."),
    )
    phase_label = forms.CharField(
        label=_("What is tried now"),
        max_length=60,
        required=False,
        help_text=_("It stands over the line in the chart: repeated reading added."),
    )
    phase_detail = forms.CharField(label=_("How often, by whom"), max_length=120, required=False)
    phase_starts_on = forms.DateField(label=_("From"), required=False, widget=DAY)
    target = forms.DecimalField(
        label=_("Proposed target"),
        required=False,
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    target_on = forms.DateField(
        label=_("To be reached by"),
        required=False,
        widget=DAY,
        help_text=_("Empty keeps the day of the goal."),
    )

    def parts(self, prefix: str) -> list[Any]:
        """The fields of one choice, as the template draws them."""
        return [self[name] for name in self.fields if name.startswith(prefix)]

    @property
    def phase_parts(self) -> list[Any]:
        """What a change of instruction asks for."""
        return self.parts("phase_")

    @property
    def target_parts(self) -> list[Any]:
        """What a proposal asks for."""
        return self.parts("target")
