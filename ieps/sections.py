"""The parts of an IEP as people fill them in: the words, columns and regulation of each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section. `id` stands in addresses and anchors, `fields` are columns of the IEP, `lists` a kind of row."""

    id: str
    label: Words
    citation: str
    fields: tuple[str, ...] = ()
    lists: str = ""
    form_label: Words = ""


SECTIONS: tuple[Section, ...] = (
    Section(
        id="dates",
        label=_("Meeting and dates"),
        citation="34 CFR 300.323; 300.324(b)",
        fields=("meeting_on", "effective_on", "expires_on", "last_review_on"),
    ),
    Section(
        id="family",
        label=_("Strengths and family"),
        citation="34 CFR 300.324(a)(1)",
        fields=("strengths", "parent_concerns"),
    ),
    Section(
        id="levels",
        label=_("Present levels"),
        citation="34 CFR 300.320(a)(1)",
        fields=("present_levels", "impact", "what_works"),
    ),
    Section(
        id="factors",
        label=_("Special factors"),
        citation="34 CFR 300.324(a)(2)",
        fields=(
            "needs_behavior_supports",
            "is_english_learner",
            "needs_braille",
            "has_communication_needs",
            "needs_assistive_technology",
            "special_factors",
        ),
    ),
    Section(
        id="goals",
        label=_("Measurable goals"),
        citation="34 CFR 300.320(a)(2), (3)",
        fields=("report_schedule",),
        lists="goal",
        form_label=_("When progress is reported"),
    ),
    Section(
        id="services",
        label=_("Services"),
        citation="34 CFR 300.320(a)(4), (7)",
        fields=("supports_for_staff",),
        lists="service",
        form_label=_("Supports for school staff"),
    ),
    Section(
        id="accommodations",
        label=_("Accommodations"),
        citation="34 CFR 300.320(a)(4), (6)",
        lists="accommodation",
    ),
    Section(
        id="placement",
        label=_("Placement and participation"),
        citation="34 CFR 300.320(a)(5); 300.114",
        fields=("placement", "percent_regular", "nonparticipation"),
    ),
    Section(
        id="assessments",
        label=_("State assessments"),
        citation="34 CFR 300.320(a)(6)",
        fields=("assessments", "takes_alternate_assessment", "alternate_reason"),
    ),
    Section(
        id="extended-year",
        label=_("Extended school year"),
        citation="34 CFR 300.106",
        fields=("has_extended_year", "extended_year"),
    ),
    Section(
        id="transition",
        label=_("Transition"),
        citation="34 CFR 300.320(b)",
        fields=("transition_goals", "transition_services", "courses_of_study"),
    ),
    Section(id="notes", label=_("Notes"), citation="34 CFR 300.324(a)", fields=("notes",)),
)
NARRATIVES: tuple[str, ...] = (
    "strengths",
    "parent_concerns",
    "present_levels",
    "impact",
    "what_works",
    "special_factors",
    "supports_for_staff",
    "nonparticipation",
    "assessments",
    "alternate_reason",
    "extended_year",
    "transition_goals",
    "transition_services",
    "courses_of_study",
    "notes",
)
"""Columns that are shared texts (`ieps.texts`), in the order of their sections."""
SECTION_OF: Mapping[str, str] = {name: section.id for section in SECTIONS for name in section.fields}
"""The section of each column."""
BY_ID: Mapping[str, Section] = {section.id: section for section in SECTIONS}
CARRIED_FIELDS: tuple[str, ...] = tuple(
    name for section in SECTIONS if section.id != "dates" for name in section.fields
)
"""Columns that a new draft takes over from the IEP in force: everything but the dates."""

KEPT_BY_AMENDMENTS: tuple[str, ...] = (
    "meeting_on",
    "effective_on",
    "expires_on",
    "last_review_on",
    "next_review_on",
)
"""Dates that an amendment takes over and nobody changes in it: it is no annual review (34 CFR 300.324(a)(4))."""


def a_year_after(day: date) -> date:
    """The same day of the next year; the 28th for a 29th of February, so that it is never more than a year.

    Source: 34 CFR 300.324(b)(1)(i), "not less than annually".
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def turns(age: int, birth_on: date) -> date:
    """The day on which somebody reaches an age in years; the 1st of March for a birthday that is missing."""
    try:
        return birth_on.replace(year=birth_on.year + age)
    except ValueError:
        return date(birth_on.year + age, 3, 1)
