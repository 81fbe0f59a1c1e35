"""What the law asks of an IEP before it is approved, item by item (34 CFR 300.320 and what it leans on).

Pure: it reads what it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.idea import TRANSITION_AGE
from ieps.sections import turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ieps.models import Goal, Iep, Service

FULL_DAY = 100  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing the law asks for, whether it is there, and where to write it.

    `section` is the id of the section, `anchor` where on the page it stands.
    """

    code: str
    section: str
    text: str | Promise
    citation: str
    is_met: bool
    anchor: str

    def as_dict(self) -> dict[str, str]:
        """As it stands in an error's details."""
        return {"code": self.code, "section": self.section, "text": str(self.text), "citation": self.citation}


def requirements(iep: Iep, goals: Sequence[Goal], services: Sequence[Service]) -> tuple[Requirement, ...]:
    """Everything that applies to this IEP, in the order of its sections; `iep.student` is at hand."""
    return (
        *_dates(iep),
        *_levels(iep),
        *_goals(iep, goals),
        *_services(iep, services),
        *_setting(iep),
        *_transition(iep),
    )


def missing(iep: Iep, goals: Sequence[Goal], services: Sequence[Service]) -> tuple[Requirement, ...]:
    """What is not there yet. Empty means that the IEP may be approved."""
    return tuple(item for item in requirements(iep, goals, services) if not item.is_met)


def transition_applies(iep: Iep) -> bool | None:
    """Whether the student turns 16 before this IEP ends; None when the birth date or the last day is not known.

    Source: 34 CFR 300.320(b), the first IEP in effect when the child turns 16.
    """
    if iep.student.birth_on is None or iep.expires_on is None:
        return None
    return turns(TRANSITION_AGE.value, iep.student.birth_on) < iep.expires_on


def _item(
    code: str, section: str, text: str, citation: str, is_met: object, *, anchor: str = ""
) -> Requirement:
    return Requirement(
        code=code,
        section=section,
        text=text,
        citation=citation,
        is_met=bool(is_met),
        anchor=anchor or f"section-{section}",
    )


def _dates(iep: Iep) -> Iterator[Requirement]:
    yield _item("meeting", "dates", _("Day of the IEP meeting"), "34 CFR 300.323(c)(1)", iep.meeting_on)
    yield _item(
        "effective", "dates", _("Day on which it takes effect"), "34 CFR 300.320(a)(7)", iep.effective_on
    )
    yield _item("expires", "dates", _("Day until which it holds"), "34 CFR 300.320(a)(7)", iep.expires_on)


def _levels(iep: Iep) -> Iterator[Requirement]:
    yield _item(
        "strengths", "family", _("Strengths of the student"), "34 CFR 300.324(a)(1)(i)", iep.strengths
    )
    yield _item(
        "parent_concerns",
        "family",
        _("What the family wants"),
        "34 CFR 300.324(a)(1)(ii)",
        iep.parent_concerns,
    )
    yield _item("present_levels", "levels", _("Present levels"), "34 CFR 300.320(a)(1)", iep.present_levels)
    yield _item(
        "impact", "levels", _("Effect on the general curriculum"), "34 CFR 300.320(a)(1)(i)", iep.impact
    )
    if has_special_factor(iep):
        yield _item(
            "special_factors",
            "factors",
            _("How the special factors are met"),
            "34 CFR 300.324(a)(2)",
            iep.special_factors,
        )


def has_special_factor(iep: Iep) -> bool:
    """Whether any of the special factors of 34 CFR 300.324(a)(2) was ticked."""
    return any(
        (
            iep.needs_behavior_supports,
            iep.is_english_learner,
            iep.needs_braille,
            iep.has_communication_needs,
            iep.needs_assistive_technology,
        )
    )


def _goals(iep: Iep, goals: Sequence[Goal]) -> Iterator[Requirement]:
    yield _item("goals", "goals", _("At least one measurable annual goal"), "34 CFR 300.320(a)(2)(i)", goals)
    for goal in goals:
        anchor = f"goal-{goal.id}"
        if iep.effective_on:
            text = _("Goal %(number)d is to be reached after the IEP takes effect") % {"number": goal.number}
            is_met = goal.target_on > iep.effective_on
            yield _item(
                f"goal_{goal.number}_target", "goals", text, "34 CFR 300.320(a)(2)(i)", is_met, anchor=anchor
            )
        if iep.takes_alternate_assessment:
            text = _("Benchmarks of goal %(number)d") % {"number": goal.number}
            code = f"goal_{goal.number}_benchmarks"
            yield _item(code, "goals", text, "34 CFR 300.320(a)(2)(ii)", goal.benchmarks, anchor=anchor)
    yield _item(
        "report_schedule",
        "goals",
        _("When progress is reported"),
        "34 CFR 300.320(a)(3)(ii)",
        iep.report_schedule,
    )


def _services(iep: Iep, services: Sequence[Service]) -> Iterator[Requirement]:
    yield _item("services", "services", _("At least one service"), "34 CFR 300.320(a)(4), (7)", services)
    if iep.effective_on and iep.expires_on and services:
        last, first = iep.expires_on, iep.effective_on
        is_met = all(first <= service.starts_on and service.ends_on <= last for service in services)
        text = _("Services begin and end within the dates of the IEP")
        yield _item("service_dates", "services", text, "34 CFR 300.320(a)(7)", is_met)


def _setting(iep: Iep) -> Iterator[Requirement]:
    yield _item("placement", "placement", _("Placement"), "34 CFR 300.116", iep.placement)
    known = iep.percent_regular is not None
    yield _item(
        "percent_regular",
        "placement",
        _("Percent of the day in regular class"),
        "34 CFR 300.320(a)(5)",
        known,
    )
    if iep.percent_regular is not None and iep.percent_regular < FULL_DAY:
        text = _("Why not in regular class the rest of the day")
        yield _item("nonparticipation", "placement", text, "34 CFR 300.320(a)(5)", iep.nonparticipation)
    yield _item(
        "assessments",
        "assessments",
        _("State and district assessments"),
        "34 CFR 300.320(a)(6)(i)",
        iep.assessments,
    )
    if iep.takes_alternate_assessment:
        text = _("Why the alternate assessment")
        yield _item("alternate_reason", "assessments", text, "34 CFR 300.320(a)(6)(ii)", iep.alternate_reason)
    decided = iep.has_extended_year is not None
    yield _item(
        "has_extended_year",
        "extended-year",
        _("Decision on an extended school year"),
        "34 CFR 300.106(a)(2)",
        decided,
    )
    if iep.has_extended_year:
        text = _("Extended school year: why and what")
        yield _item("extended_year", "extended-year", text, "34 CFR 300.106", iep.extended_year)


def _transition(iep: Iep) -> Iterator[Requirement]:
    applies = transition_applies(iep)
    if applies is None:
        if iep.student.birth_on is None:
            text = _("Date of birth on the student's record, to know whether transition planning is due")
            yield _item("birth_on", "transition", text, TRANSITION_AGE.citation, is_met=False)
        return
    if applies:
        yield _item(
            "transition_goals",
            "transition",
            _("Goals after high school"),
            "34 CFR 300.320(b)(1)",
            iep.transition_goals,
        )
        yield _item(
            "transition_services",
            "transition",
            _("Transition services"),
            "34 CFR 300.320(b)(2)",
            iep.transition_services,
        )
        yield _item(
            "courses_of_study",
            "transition",
            _("Courses of study"),
            "34 CFR 300.320(b)(2)",
            iep.courses_of_study,
        )
