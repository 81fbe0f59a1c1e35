"""Forms of consents: shapes and words only."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Consent


class ConsentForm(forms.Form):
    """A parent's written consent."""

    kind = forms.ChoiceField(label=_("Consent for"), choices=[("", _("Choose")), *Consent.Kind.choices])
    guardian_id = forms.TypedChoiceField(label=_("Given by"), coerce=UUID)
    given_on = forms.DateField(label=_("Given on"))
    paper_reference = forms.CharField(
        label=_("Where the signed paper is"),
        max_length=200,
        help_text=_("Such as the cabinet and folder, or the number in the district's archive."),
    )

    def __init__(self, *args: Any, guardians: tuple[tuple[str, str], ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guardian_id"] = forms.TypedChoiceField(
            label=_("Given by"), coerce=UUID, choices=guardians
        )


class RevocationForm(forms.Form):
    """The day on which a consent was revoked in writing."""

    revoked_on = forms.DateField(label=_("Revoked on"))
