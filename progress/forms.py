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
    is_another_probe = forms.BooleanField(
        label=_("It is another probe with the same score"), required=False, widget=forms.HiddenInput
    )

    def offer_another_probe(self) -> None:
        """Let whoever records say that the same score is no mistake."""
        self.fields["is_another_probe"].widget = forms.CheckboxInput()

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = unit
        if not self.is_bound:
            self.initial.setdefault("client_id", uuid4())


class UndoForm(forms.Form):
    """Why a score is taken back; may stay empty."""

    reason = forms.CharField(required=False, max_length=300)
    next = forms.CharField(required=False, max_length=500)


class ChangeForm(forms.Form):
    """A change of instruction."""

    label = forms.CharField(label=_("What is tried now"), max_length=60)
    detail = forms.CharField(
        label=_("How often, by whom"),
        max_length=120,
        required=False,
        help_text=_("Such as 10 minutes daily, with an aide."),
    )
    starts_on = forms.DateField(label=_("From"))
    reason = forms.CharField(
        label=_("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PhaseForm(forms.Form):
    """What a phase is called, and when it ended."""

    label = forms.CharField(label=_("What is tried"), max_length=60)
    detail = forms.CharField(label=_("How often, by whom"), max_length=120, required=False)
    ends_on = forms.DateField(
        label=_("Ended"), required=False, help_text=_("The first day without it. Empty: it goes on.")
    )


class ExcludeForm(forms.Form):
    """Why a score does not count."""

    reason = forms.CharField(
        label=_("Why does it not count?"), max_length=300, help_text=_("Such as a fire drill, or an illness.")
    )


class StateForm(forms.Form):
    """How far a goal is, said by a person."""

    state = forms.ChoiceField(
        label=_("The goal is"),
        choices=[
            ("open", _("worked on")),
            ("maintenance", _("mastered, probed now and then")),
            ("met", _("met")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
