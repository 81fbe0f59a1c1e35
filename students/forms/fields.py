"""Forms of the district's own fields: their definition, and their values for one student."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from students.field_values import NO, YES, WrongValue, canonical
from students.forms.files import MOST_VERSIONS
from students.forms.record import ShapesOnly
from students.models import CustomField
from students.queries.custom import ValueRow

LONG = 90
Kind = CustomField.Kind


class CustomFieldForm(ShapesOnly):
    """What a field is called, what it holds, who sees it."""

    choices = forms.CharField(
        label=_("List"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "For one of a list: each choice in a line. Values that were chosen before stay readable."
        ),
    )

    class Meta:
        model = CustomField
        fields = ("name", "kind", "choices", "viewers", "is_required", "hint", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "kind", "choices", "viewers", "hint", "is_required", "position"])
        self.fields["position"].required = False
        if not self.instance._state.adding:
            self.initial["choices"] = "\n".join(self.instance.choices)
            del self.fields["kind"]

    def clean_choices(self) -> list[str]:
        """The lines that are not empty, each once."""
        lines = (" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines())
        found = list(dict.fromkeys(line for line in lines if line))
        if any(len(line) > 80 for line in found):  # noqa: PLR2004  # as the column
            raise forms.ValidationError(_("A choice has at most 80 characters."))
        return found

    def values(self) -> dict[str, Any]:
        """The values by the names of the model; an empty order means the last place, or the place of before."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "position" or value is not None
        }


class CustomValuesForm(forms.Form):
    """One input for each field that the person keeps."""

    version = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, rows: Iterable[ValueRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {self.name_of(row): row for row in rows if row.may_write}
        for name, row in self.rows.items():
            self.fields[name] = _input(row)

    @staticmethod
    def name_of(row: ValueRow) -> str:
        """The name of a field's input."""
        return f"field_{row.field.id.hex}"

    def clean(self) -> dict[str, Any]:
        """Check each value as the mutation will, so that each error stands beside its input."""
        for name, row in self.rows.items():
            if name in self.cleaned_data:
                try:
                    canonical(row.field, self.cleaned_data[name], before=row.value)
                except WrongValue as error:
                    self.add_error(name, str(error.args[0]))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """The values by the ids of the fields."""
        return {str(row.field.id): self.cleaned_data[name] for name, row in self.rows.items()}


def _input(row: ValueRow) -> forms.Field:
    field = row.field
    common: dict[str, Any] = {
        "label": field.name,
        "help_text": field.hint,
        "required": field.is_required,
        "initial": row.value,
    }
    if field.kind == Kind.DATE:
        return forms.DateField(**common)
    if field.kind == Kind.YES_NO:
        return forms.ChoiceField(choices=[("", _("Choose")), (YES, _("Yes")), (NO, _("No"))], **common)
    if field.kind == Kind.CHOICE:
        kept = [row.value] if row.is_old else []
        words = [(text, text) for text in [*field.choices, *kept]]
        return forms.ChoiceField(choices=[("", _("Choose")), *words], **common)
    if field.kind == Kind.NUMBER:
        return forms.CharField(
            max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common
        )
    long = len(row.value) > LONG
    return forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput, **common
    )
