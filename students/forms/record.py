"""Forms of the whole record: contacts, languages, About me, the photograph."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from students.forms.files import MOST_VERSIONS, VersionedForm
from students.models import WORDS, Address, EmergencyContact, Guardian, Mode, PhoneKind, Profile, Student

OTHERS = (2, 3)  # telephones after the first


class ShapesOnly(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """A form that checks shapes and leaves the instance alone: the mutation writes it."""

    version = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )

    def _post_clean(self) -> None:
        """Nothing is put on the instance."""


class PhonesForm(ShapesOnly):
    """A first telephone and two more, each with its kind."""

    phone_2 = forms.CharField(label=_("Second telephone"), max_length=40, required=False)
    phone_2_kind = forms.ChoiceField(
        label=_("Kind of the second telephone"), choices=PhoneKind.choices, required=False
    )
    phone_3 = forms.CharField(label=_("Third telephone"), max_length=40, required=False)
    phone_3_kind = forms.ChoiceField(
        label=_("Kind of the third telephone"), choices=PhoneKind.choices, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, phone in zip(OTHERS, getattr(self.instance, "other_phones", []), strict=False):
            self.initial[f"phone_{number}"] = phone["number"]
            self.initial[f"phone_{number}_kind"] = phone["kind"]
        names = list(self.fields)
        more = [name for name in names if name.startswith(("phone_2", "phone_3"))]
        rest = [name for name in names if name not in more]
        place = rest.index("phone_kind") + 1
        self.order_fields([*rest[:place], *more, *rest[place:]])

    def values(self) -> dict[str, Any]:
        """The values by the names of the model. Telephones that the form has no room for stay."""
        given = dict(self.cleaned_data)
        listed = []
        for number in OTHERS:
            phone, kind = given.pop(f"phone_{number}"), given.pop(f"phone_{number}_kind")
            if phone:
                listed.append({"kind": kind or PhoneKind.MOBILE.value, "number": phone})
        given["other_phones"] = [*listed, *self.instance.other_phones[len(OTHERS) :]]
        return given


class GuardianForm(PhonesForm):
    """A parent: who they are, how to reach them, what they decide and until when."""

    class Meta:
        model = Guardian
        fields = (
            "given_name",
            "family_name",
            "relationship",
            "phone",
            "phone_kind",
            "email",
            "preferred_contact",
            "address",
            "lives_with",
            "language",
            "needs_interpreter",
            "has_educational_rights",
            "rights_from",
            "rights_until",
            "rights_document",
        )


class ContactForm(ShapesOnly):
    """How the student is reached."""

    class Meta:
        model = Student
        fields = ("phone", "email")


class AddressForm(ShapesOnly):
    """Where the student lives or gets letters."""

    class Meta:
        model = Address
        fields = ("kind", "street", "unit", "city", "region", "postal_code", "starts_on", "ends_on")


class EmergencyForm(PhonesForm):
    """Somebody who is called in an emergency."""

    class Meta:
        model = EmergencyContact
        fields = ("name", "relationship", "phone", "phone_kind", "language", "may_pick_up")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = True


class LanguagesForm(VersionedForm):
    """Languages, interpreter, English learner."""

    class Meta:
        model = Student
        fields = (
            "home_language",
            "preferred_language",
            "needs_interpreter",
            "english_learner",
            "english_learner_since",
            "english_learner_until",
        )


class ProfileForm(VersionedForm):
    """The page "About me"."""

    modes = forms.MultipleChoiceField(
        label=_("Ways of communicating"),
        choices=Mode.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Profile
        fields = ("modes", *WORDS)
        help_texts = {
            "communication": _("Words, signs or a device; what yes and no look like; how long to wait."),
            "what_helps": _("What calms, what prepares, what makes work possible."),
            "what_to_avoid": _("What upsets or hurts, so that nobody has to find out again."),
            "motivators": _("What is worth working for."),
            "routines": _("Arrival, transitions, meals, the end of the day."),
            "culture": _("Holidays, food, names, what the family wants known."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["modes", *WORDS])


class PhotoForm(forms.Form):
    """A photograph."""

    photo = forms.FileField(
        label=_("Photograph"),
        help_text=_("JPEG or PNG, at most 5 MB. It is cut to a square; place and camera are taken out."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
