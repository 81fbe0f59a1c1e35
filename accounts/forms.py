"""Forms of people, roles, schools and settings. They check shapes; the mutations say what may be done."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organization, Person, School
from accounts.rights import Role

TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """How pages look and read."""

    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    class Meta:
        model = Person
        fields = ("theme", "font", "language", "has_single_keys")
        help_texts = {"has_single_keys": _("J and K move through lists, slash searches.")}

    def _post_clean(self) -> None:
        """Nothing is put on the instance: the mutation does that."""


class ThemeForm(forms.Form):
    """The one preference that every page can change."""

    theme = forms.ChoiceField(choices=Person.Theme.choices)
    next = forms.CharField(required=False, max_length=500)


class RoleForm(forms.Form):
    """A role and where it holds."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *Role.choices])
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=80,
        help_text=_("As written on an IEP: speech-language pathologist."),
    )
    schools = forms.MultipleChoiceField(
        label=_("Schools"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_district_wide = forms.BooleanField(label=_("In the whole district"), required=False)

    def __init__(self, *args: Any, schools: Iterable[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["schools"]
        if isinstance(choice, forms.MultipleChoiceField):
            choice.choices = [(str(school.id), school.name) for school in schools]


class NewPersonForm(RoleForm):
    """Somebody who is given a role by their e-mail address."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    field_order = ("email", "given_name", "family_name", "role", "title", "schools", "is_district_wide")


class PeopleForm(forms.Form):
    """Who is looked for, and where the page begins."""

    words = forms.CharField(label=_("Name or e-mail"), required=False, max_length=80)
    after = forms.UUIDField(required=False)


class SchoolForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """A school or other building."""

    class Meta:
        model = School
        fields = ("name", "code", "is_active")
        labels = {"name": _("Name"), "code": _("Code"), "is_active": pgettext_lazy("school", "Open")}
        help_texts = {"code": _("The district's own code, unique in it.")}

    def _post_clean(self) -> None:
        """Nothing is put on the instance: the mutation does that."""


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """The district's settings."""

    class Meta:
        model = Organization
        fields = (
            "name",
            "timezone",
            "currency",
            "date_format",
            "opens_at",
            "closes_at",
            "contact_name",
            "contact_email",
            "contact_phone",
        )
        labels = {
            "name": _("Name"),
            "timezone": _("Time zone"),
            "currency": _("Currency"),
            "date_format": _("Dates"),
            "opens_at": _("Opens at"),
            "closes_at": _("Closes at"),
            "contact_name": _("Contact"),
            "contact_email": _("E-mail address"),
            "contact_phone": _("Telephone"),
        }
        help_texts = {
            "timezone": _("For example America/Los_Angeles. School days begin and end by it."),
            "currency": _("Three letters, such as USD."),
        }
        widgets = {"opens_at": TIME, "closes_at": TIME}

    def _post_clean(self) -> None:
        """Nothing is put on the instance: the mutation does that."""
