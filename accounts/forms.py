"""Forms of people, roles, schools and settings. They check shapes; the mutations say what may be done."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.features import FEATURES
from accounts.models import Organization, Person, School
from accounts.mutations.district import SETTINGS
from accounts.rights import RIGHT_LABELS, Role

TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

NEWS = (  # kinds of messages that a person may do without; `notifications.models` has them all
    ("team", _("I join a team")),
    ("iep_review", _("An IEP waits for my review")),
    ("iep_active", _("An IEP takes effect")),
    ("goal_met", _("A goal is mastered")),
    ("other", _("Other news")),
)
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
DURATIONS = [(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("one year"))]


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """How pages look and read."""

    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    class Meta:
        model = Person
        fields = ("theme", "font", "language", "start_page", "has_single_keys")
        help_texts = {
            "has_single_keys": _("J and K move through lists, slash searches."),
            "start_page": _("Where you have no such page, you begin with My day."),
        }

    in_app = forms.MultipleChoiceField(
        label=_("News on these pages"),
        required=False,
        choices=NEWS,
        widget=forms.CheckboxSelectMultiple,
    )
    by_email = forms.MultipleChoiceField(
        label=_("News by e-mail"),
        required=False,
        choices=NEWS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Invitations and what concerns your account are always sent."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, quiet in (("in_app", "quiet_in_app"), ("by_email", "quiet_by_email")):
            off = getattr(self.instance, quiet)
            self.initial.setdefault(name, [kind for kind, _label in NEWS if kind not in off])

    def changes(self) -> dict[str, Any]:
        """What was chosen, as the account keeps it: the kinds of news that are not wanted."""
        chosen = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        for name, quiet in (("in_app", "quiet_in_app"), ("by_email", "quiet_by_email")):
            chosen[quiet] = [kind for kind, _label in NEWS if kind not in self.cleaned_data[name]]
        return chosen

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
    starts_on = forms.DateField(
        label=_("First day"), required=False, widget=DAY, help_text=_("Today, unless you choose another day.")
    )

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
    field_order = (
        "email",
        "given_name",
        "family_name",
        "role",
        "title",
        "schools",
        "is_district_wide",
        "starts_on",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        if isinstance(role, forms.ChoiceField):
            role.choices = [("", _("Choose")), *((r.value, r.label) for r in Role if r != Role.PARENT)]


class AfterForm(forms.Form):
    """Where a page of people begins."""

    after = forms.UUIDField(required=False)


class PeopleForm(AfterForm):
    """Who is looked for."""

    words = forms.CharField(label=_("Name or e-mail"), required=False, max_length=80)


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
        fields = SETTINGS
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


class EndRoleForm(forms.Form):
    """The day on which a role ends."""

    ends_on = forms.DateField(
        label=_("First day without the role"),
        required=False,
        widget=DAY,
        help_text=_("Today, unless you choose another day."),
    )


class GrantForm(forms.Form):
    """A single right, added or taken away."""

    right = forms.ChoiceField(label=_("Right"), choices=[("", _("Choose")), *RIGHT_LABELS.items()])
    effect = forms.ChoiceField(
        label=_("What happens"),
        choices=[("add", _("Add it to this person")), ("take", _("Take it from this person"))],
        widget=forms.RadioSelect,
        initial="add",
    )
    starts_on = forms.DateField(label=_("First day"), required=False, widget=DAY)
    ends_on = forms.DateField(label=_("First day without it"), required=False, widget=DAY)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class TokenForm(forms.Form):
    """A token of one's own."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    is_read_only = forms.TypedChoiceField(
        label=_("It may"),
        choices=[("yes", _("only read")), ("no", _("read and change"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    days = forms.TypedChoiceField(label=_("It holds for"), choices=DURATIONS, coerce=int, initial=90)


class ProgramTokenForm(TokenForm):
    """A token of another program, which has a role of its own."""

    role = forms.ChoiceField(
        label=_("Role of the program"),
        choices=[
            (role.value, role.label)
            for role in (Role.VIEWER, Role.COORDINATOR, Role.FINANCE, Role.ADMINISTRATOR)
        ],
    )
    field_order = ("name", "role", "is_read_only", "days")


class FeaturesForm(forms.Form):
    """Each part of the program that may be turned off."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for feature in FEATURES:
            self.fields[feature.name] = forms.BooleanField(
                label=str(feature.label), help_text=str(feature.description), required=False
            )


class WelcomeForm(forms.Form):
    """The name and password of somebody who accepts an invitation."""

    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few words you remember work well."),
    )

    def __init__(self, *args: Any, must_choose_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not must_choose_password:
            self.fields.clear()


class TokenQuery(forms.Form):
    """Whose tokens the API lists."""

    everybody = forms.ChoiceField(
        required=False,
        choices=[("true", ""), ("false", "")],
        help_text="true: those of everybody (administrators).",
    )
