"""Forms of signing and of amendments: shapes and words only."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Signature
from documents.signing import Hand
from ieps.models import Amendment

Choices = tuple[tuple[str, str], ...]
LONGEST_STROKES = 200_000  # characters of JSON
MEANINGS = [
    (Signature.Meaning.AGREES.value, _("I agree to it")),
    (Signature.Meaning.DISAGREES.value, _("I do not agree to it")),
    (Signature.Meaning.PARTICIPATED.value, _("I took part in the meeting")),
]
OF_PARENT = [
    (Signature.Meaning.AGREES.value, _("Agrees")),
    (Signature.Meaning.DISAGREES.value, _("Does not agree")),
    (Signature.Meaning.PARTICIPATED.value, _("Took part in the meeting")),
]


class ApproveForm(forms.Form):
    """A signature: the name typed, or the lines that were drawn."""

    method = forms.ChoiceField(
        label=_("How do you sign?"),
        choices=[("typed", _("I type my name")), ("drawn", _("I draw my signature"))],
        widget=forms.RadioSelect,
        initial="typed",
    )
    name = forms.CharField(label=_("Your full name"), max_length=170, required=False)
    strokes = forms.CharField(
        max_length=LONGEST_STROKES, required=False, widget=forms.HiddenInput(attrs={"data-strokes": ""})
    )
    digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = self.data.get("method") != Signature.Method.DRAWN

    def hand(self) -> Hand:
        """What was signed with."""
        given = self.cleaned_data
        try:
            strokes = json.loads(given["strokes"]) if given["strokes"] else None
        except ValueError:
            strokes = None
        return Hand(method=given["method"], name=given["name"], strokes=strokes, digest=given["digest"])


class SignForm(ApproveForm):
    """A signature of a member of the team, with its meaning."""

    meaning = forms.ChoiceField(
        label=_("What does your signature mean?"), choices=MEANINGS, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Words with the signature"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("meaning", "comment", "method", "name", "strokes", "digest")


class PaperForm(forms.Form):
    """What a parent signed on paper."""

    guardian_id = forms.TypedChoiceField(label=_("Who signed"), coerce=UUID)
    meaning = forms.ChoiceField(
        label=_("What the signature means"), choices=OF_PARENT, widget=forms.RadioSelect
    )
    signed_on = forms.DateField(label=_("Signed on"))
    paper_reference = forms.CharField(
        label=_("Where the signed paper is"),
        max_length=200,
        help_text=_("Such as the cabinet and folder, or the number in the district's archive."),
    )
    comment = forms.CharField(
        label=_("What the parent wrote beside it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, guardians: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guardian_id"] = forms.TypedChoiceField(
            label=_("Who signed"), coerce=UUID, choices=[("", _("Choose")), *guardians]
        )


class TakeBackForm(forms.Form):
    """Why a signature is taken back."""

    comment = forms.CharField(
        label=_("Why it is taken back"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AmendForm(forms.Form):
    """Why the IEP in effect is to change, and how that is decided."""

    reason = forms.CharField(
        label=_("What is to change, and why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    way = forms.ChoiceField(
        label=_("How is it decided?"),
        choices=Amendment.Way.choices,
        widget=forms.RadioSelect,
        initial=Amendment.Way.AGREEMENT.value,
    )


class PlanForm(AmendForm):
    """The same of an amendment that is being written, with the day of the meeting."""

    met_on = forms.DateField(
        label=_("Day of the meeting"), required=False, help_text=_("Only when the team met about it.")
    )


class CopyForm(forms.Form):
    """A revised copy that a parent asked for."""

    asked_on = forms.DateField(label=_("The parent asked on"))
    given_on = forms.DateField(label=_("The copy was given on"), required=False)
