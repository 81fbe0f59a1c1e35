"""Forms of a case file itself, its ids, tags, team and family."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import School
from accounts.queries import StaffMember
from students.models import ExternalId, Grade, Student, TeamMember

IDENTITY_FIELDS = (
    "given_name",
    "middle_name",
    "family_name",
    "preferred_name",
    "grade",
    "enrollment",
    "enrolled_on",
    "home_language",
    "needs_interpreter",
)
RECORD_FIELDS = (
    "birth_on",
    "disability",
    "eligibility",
    "eligible_on",
    "last_evaluation_on",
    "reevaluation_due_on",
)
DATE = forms.DateInput(format="%Y-%m-%d")
MOST_VERSIONS = 2**31 - 1


class VersionedForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """A form that remembers which version of the student it shows."""

    version = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )

    def changes(self) -> dict[str, Any]:
        """The values by the names of the model."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "school"}}

    def _get_validation_exclusions(self) -> set[str]:
        # Shapes only: invariants are checked once, in the mutation, on the locked row.
        return {field.name for field in Student._meta.fields}

    def _post_clean(self) -> None:
        """Nothing is put on the instance: the mutation does that."""


class IdentityForm(VersionedForm):
    """Names, grade, school and enrollment."""

    school = forms.ChoiceField(label=_("School"))

    class Meta:
        model = Student
        fields = IDENTITY_FIELDS

    def __init__(self, *args: Any, schools: Iterable[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["school"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(str(school.id), school.name) for school in schools]
        self.order_fields([*IDENTITY_FIELDS[:5], "school", *IDENTITY_FIELDS[5:]])


class NewStudentForm(IdentityForm):
    """What opens a case file by hand."""

    case_manager = forms.ChoiceField(
        label=_("Case manager"), required=False, help_text=_("Who answers for the case file.")
    )

    class Meta:
        model = Student
        fields = (*IDENTITY_FIELDS[:5], "birth_on", "enrolled_on", "home_language", "needs_interpreter")

    def __init__(self, *args: Any, managers: Iterable[StaffMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(one.person_id), one.name) for one in managers]
        choice = self.fields["case_manager"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", _("Me, or decide later")), *offered]
        if not offered:
            del self.fields["case_manager"]


class RecordForm(VersionedForm):
    """Disability, eligibility and the dates of evaluations."""

    class Meta:
        model = Student
        fields = RECORD_FIELDS
        help_texts = {
            "disability": _("The category of 34 CFR 300.8 under which the student is eligible."),
            "reevaluation_due_on": _("At least every three years (34 CFR 300.303)."),
        }


class ExternalIdForm(forms.Form):
    """What another system calls the student."""

    kind = forms.ChoiceField(label=_("Kind of id"), choices=[("", _("Choose")), *ExternalId.Kind.choices])
    value = forms.CharField(
        label=_("Id"), required=False, max_length=80, help_text=_("Leave it empty to remove the id.")
    )


class TagForm(forms.Form):
    """A word to find students by."""

    label = forms.CharField(label=_("Tag"), max_length=40)


class TeamMemberForm(forms.Form):
    """Somebody who joins a team."""

    person = forms.ChoiceField(label=_("Person"))
    part = forms.ChoiceField(
        label=_("Part on the team"), choices=[("", _("Choose")), *TeamMember.Part.choices]
    )
    starts_on = forms.DateField(label=_("From"), widget=DATE)

    def __init__(self, *args: Any, candidates: Iterable[StaffMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["person"]
        if isinstance(choice, forms.ChoiceField):
            offered = [(str(one.person_id), f"{one.name}, {one.title}") for one in candidates]
            choice.choices = [("", _("Choose a person")), *offered]


class EndForm(forms.Form):
    """When something ends."""

    ends_on = forms.DateField(
        label=_("Ends on"),
        widget=DATE,
        help_text=_("From the beginning of this day the person no longer sees the student."),
    )


class ArchiveForm(forms.Form):
    """Why a case file is put away."""

    reason = forms.CharField(
        label=_("Why it is put away"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class RosterForm(forms.Form):
    """What is looked for in the roster, and where its page begins."""

    words = forms.CharField(label=_("Name or id"), required=False, max_length=80)
    after = forms.UUIDField(required=False)


class RosterQuery(forms.Form):
    """What is looked for in the roster through the API."""

    q = forms.CharField(required=False, max_length=80, help_text="Words of a name.")


class SearchForm(forms.Form):
    """The filters of a list of students in the API."""

    q = forms.CharField(required=False, max_length=80, help_text="Words of a name, or an id of the student.")
    grade = forms.ChoiceField(
        required=False,
        choices=[*Grade.choices, ("unknown", "")],
        help_text="Those of one grade; `unknown`: those of none.",
    )
    school = forms.UUIDField(required=False, help_text="Those of the school with this id.")
    archived = forms.ChoiceField(
        required=False,
        choices=[("true", ""), ("false", "")],
        help_text="true: case files that were put away, in place of the others.",
    )
