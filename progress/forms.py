"""The form for a new score."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _


class RecordPointForm(forms.Form):
    """Shapes only; whether the goal takes the score is the mutation's to say."""

    measured_on = forms.DateField(label=_("Measured on"))
    value = forms.DecimalField(
        label=_("Score"),
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    context = forms.CharField(label=_("Where and how"), max_length=120, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    # Sent again by an impatient finger or a queue, it records once.
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = unit
        if not self.is_bound:
            self.initial.setdefault("client_id", uuid4())


class UndoForm(forms.Form):
    """Why a score is taken back; may stay empty."""

    reason = forms.CharField(required=False, max_length=300)
    next = forms.CharField(required=False, max_length=500)
