"""Forms of school history: transfer, exit, return, earlier schools, requests for records."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import School
from students.forms.record import ShapesOnly
from students.models import EntryReason, ExitReason, Grade, RecordsRequest, SchoolEnrollment


class _WithSchool(forms.Form):
    """A form that names a school of the district."""

    school = forms.ChoiceField(label=_("School"))
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices, required=False)

    def __init__(self, *args: Any, schools: Iterable[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["school"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", _("Choose")), *((str(school.id), school.name) for school in schools)]


class TransferForm(_WithSchool):
    """To another school of the district."""

    on = forms.DateField(
        label=_("First day at the new school"), help_text=_("On a day to come, the student moves by itself.")
    )
    ends_parts = forms.BooleanField(
        label=_("End the parts of team members who do not work at the new school"),
        required=False,
        help_text=_("The case manager stays until another one takes over."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["school", "on", "grade", "ends_parts"])


class ReentryForm(_WithSchool):
    """Back to a school of the district."""

    on = forms.DateField(label=_("First day back"))
    entry_reason = forms.ChoiceField(
        label=_("Where the student comes from"), choices=EntryReason.choices, initial=EntryReason.RETURNED
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["school", "on", "grade", "entry_reason"])


class ExitForm(forms.Form):
    """Out of special education, or out of the district."""

    reason = forms.ChoiceField(
        label=_("How the student leaves"),
        choices=[("", _("Choose")), *ExitReason.choices],
        help_text=_("The categories that States report under section 618 of IDEA."),
    )
    on = forms.DateField(label=_("First day away"))
    destination = forms.CharField(label=_("Where the student goes"), max_length=160, required=False)


class EarlierSchoolForm(ShapesOnly):
    """A school where the student was before."""

    class Meta:
        model = SchoolEnrollment
        fields = ("school_name", "grade", "starts_on", "ends_on", "entry_reason")


class RecordsRequestForm(ShapesOnly):
    """Who asked for the records, and when they went."""

    class Meta:
        model = RecordsRequest
        fields = ("direction", "party", "contact", "asked_on", "sent_on")
