"""What people say when they ask for a copy, set retention, hold or destroy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.classes import MOST_YEARS, TERMS


class ReasonForm(forms.Form):
    """Why a copy is asked for."""

    reason = forms.CharField(
        label=_("What is the copy for?"),
        max_length=300,
        help_text=_("It is kept with the copy and printed on it."),
    )


class PolicyForm(forms.Form):
    """How long the district keeps what."""

    waiting_days = forms.IntegerField(
        label=_("Days between the notice to the parents and the destruction"), min_value=0, max_value=365
    )
    keeps_minimum = forms.BooleanField(
        label=_("Keep the permanent minimum"),
        required=False,
        help_text=_(
            "Name, address and telephone number, schools and grades attended, grade and year completed, without a "
            "time limit (34 CFR 300.624(b))."
        ),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, term in TERMS.items():
            self.fields[name.value] = forms.IntegerField(
                label=str(term.label), help_text=str(term.why), min_value=term.least, max_value=MOST_YEARS
            )
        self.order_fields([*(name.value for name in TERMS), "waiting_days", "keeps_minimum"])

    def given(self) -> dict[str, Any]:
        """What to keep, as the mutation takes it."""
        given = dict(self.cleaned_data)
        return {"years": {name.value: given.pop(name.value) for name in TERMS}, **given}


class HoldForm(forms.Form):
    """Why a record is held back from destruction, and until when."""

    reason = forms.CharField(label=_("Why the record is held"), max_length=300)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Without a day, until somebody lifts it."),
    )


class DestructionForm(forms.Form):
    """Under what a record is destroyed, and why."""

    basis = forms.ChoiceField(
        label=_("Under"),
        choices=(
            ("rule", _("The time of the retention rule has passed")),
            ("parent", _("The parent asked for it (34 CFR 300.624(b))")),
        ),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It is destroyed together with the record.")
    )
