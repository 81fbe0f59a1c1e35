"""What an address of the audit may ask for, and the form of a disclosure: shapes and words only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.models import Disclosure
from audit.queries import Filters
from casefile.queries.keyset import Place

BIGGEST = 2**63 - 1
DID = (
    ("", _("Everything")),
    ("changed", _("Changes")),
    ("opened", _("Openings")),
    ("refused", _("Refusals")),
)
KINDS = (
    ("", _("Everything")),
    ("students", _("Student records")),
    ("ieps", _("IEPs")),
    ("progress", _("Progress")),
    ("documents", _("Documents and consents")),
    ("assessments", _("Assessments")),
    ("accounts", _("People and settings")),
    ("integrations", _("Rosters")),
    ("notifications", _("Messages")),
    ("audit", _("The audit itself")),
)


class PlaceForm(forms.Form):
    """Where a page begins."""

    after = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)

    def place(self) -> Place:
        """Where the page begins."""
        self.is_valid()
        after = self.cleaned_data.get("after")
        return Place(after=after, before=None if after else self.cleaned_data.get("before"))


class AuditForm(PlaceForm):
    """The filters of the audit. What is not understood is left out."""

    who = forms.UUIDField(required=False, help_text="The id of the person who did it.")
    student = forms.UUIDField(required=False, help_text="The id of the student whom it was about.")
    did = forms.ChoiceField(label=_("Acts"), required=False, choices=DID)
    kind = forms.ChoiceField(label=_("About"), required=False, choices=KINDS)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    request = forms.RegexField(
        r"^[A-Za-z0-9._-]{1,64}$", required=False, help_text="The id of one request: its `X-Request-Id`."
    )

    def filters(self) -> Filters:
        """What was understood."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        until = given.get("until")
        return Filters(
            who=given.get("who"),
            student=given.get("student"),
            did=given.get("did") or "",
            kind=given.get("kind") or "",
            since=given.get("since"),
            until=until if until and until.year < 9999 else None,  # noqa: PLR2004  # the day after must exist
            request=given.get("request") or "",
        )


class AuditQuery(AuditForm):
    """The same filters in the API, whose pages begin at a cursor."""

    after = None  # type: ignore[assignment]  # Django's way to leave a field out
    before = None  # type: ignore[assignment]


class FindForm(forms.Form):
    """A name, as typed."""

    words = forms.CharField(label=_("Name of a person or student"), max_length=80)


class DisclosureForm(forms.Form):
    """A request for the record by a party outside the district, and what it was given."""

    party = forms.CharField(
        label=_("Who asked"), max_length=160, help_text=_("The person and the agency they asked for.")
    )
    asked_on = forms.DateField(label=_("Asked on"))
    purpose = forms.CharField(label=_("Purpose"), max_length=300)
    interest = forms.CharField(
        label=_("Legitimate interest"),
        max_length=300,
        help_text=_("Why this party may have it: the interest it has in the information."),
    )
    disclosed_on = forms.DateField(
        label=_("Disclosed on"), required=False, help_text=_("Leave this empty when nothing was disclosed.")
    )
    what = forms.CharField(
        label=_("What was disclosed"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    basis = forms.ChoiceField(
        label=_("Legal basis"), required=False, choices=[("", _("Choose")), *Disclosure.Basis.choices]
    )
    redisclosure = forms.CharField(
        label=_("To whom they may pass it on"),
        max_length=300,
        required=False,
        help_text=_("The parties to whom this party may disclose it further, and why (34 CFR 99.32(b))."),
    )
