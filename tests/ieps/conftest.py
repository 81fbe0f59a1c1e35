"""IEPs of the student whom the cast is about, and the words to fill one in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from documents.signing import Hand
from ieps.models import Iep
from students.models import Guardian
from tests.factories.ieps import (
    NARRATIVES,
    AccommodationFactory,
    ConsentFactory,
    GoalFactory,
    IepFactory,
    ServiceFactory,
)

TODAY = date(2025, 11, 19)
DATES = {
    "meeting_on": date(2025, 11, 10),
    "effective_on": date(2025, 11, 19),
    "expires_on": date(2026, 11, 18),
}
GOAL = {
    "domain": "reading",
    "title": "Reading fluency",
    "statement": "Given a grade 4 passage, Zo will read 92 words correct a minute.",
    "scale": "rate",
    "unit": "words a minute",
    "direction": "increase",
    "baseline_value": Decimal(48),
    "baseline_on": date(2025, 11, 3),
    "baseline_context": "Two probes, cold",
    "target_value": Decimal(92),
    "target_on": date(2026, 6, 5),
    "accuracy": "on three probes in a row",
    "evaluation_method": "Oral reading probe",
    "frequency": "every week",
}
SERVICE = {
    "kind": "instruction",
    "focus": "reading",
    "minutes": 40,
    "times": 5,
    "period": "week",
    "delivery": "group",
    "location": "Resource room",
    "starts_on": date(2025, 11, 19),
    "ends_on": date(2026, 6, 12),
}
ACCOMMODATION = {
    "kind": "accommodation",
    "text": "Directions read aloud and checked",
    "setting": "all classes",
}
SECTIONS = {
    "dates": DATES,
    "family": {name: NARRATIVES[name] for name in ("strengths", "parent_concerns")},
    "levels": {name: NARRATIVES[name] for name in ("present_levels", "impact", "what_works")},
    "goals": {"report_schedule": "quarter"},
    "placement": {
        "placement": "regular_80",
        "percent_regular": Decimal(82),
        "nonparticipation": NARRATIVES["nonparticipation"],
    },
    "assessments": {"assessments": NARRATIVES["assessments"]},
    "extended-year": {"has_extended_year": False},
}


def fill(actor: Any, iep: Iep, **dates: date) -> None:
    """Write all that the law asks for into a draft."""
    from ieps.mutations import add_accommodation, add_goal, add_service, update_section

    for section, values in SECTIONS.items():
        given = {**values, **dates} if section == "dates" else values
        update_section(actor=actor, iep_id=iep.id, section=section, values=given, today=TODAY)
    first = dates.get("effective_on", DATES["effective_on"])
    last = dates.get("expires_on", DATES["expires_on"])
    add_goal(actor=actor, iep_id=iep.id, values={**GOAL, "target_on": last}, today=TODAY)
    service = {**SERVICE, "starts_on": first, "ends_on": last}
    add_service(actor=actor, iep_id=iep.id, values=service, today=TODAY)
    add_accommodation(actor=actor, iep_id=iep.id, values=ACCOMMODATION)


def hand(actor: Any, **given: Any) -> Hand:
    """How somebody signs: their name, typed."""
    return Hand(**{"method": "typed", "name": actor.name, **given})


def sign_and_approve(*, actor: Any, iep_id: Any) -> Iep:
    """Approve with one's typed name."""
    from ieps.mutations import approve_iep

    return approve_iep(actor=actor, iep_id=iep_id, hand=hand(actor))


def approve(actor: Any, iep: Iep) -> Iep:
    """Send a complete draft through review and sign it."""
    from ieps.mutations import approve_iep, send_to_review

    send_to_review(actor=actor, iep_id=iep.id)
    return approve_iep(actor=actor, iep_id=iep.id, hand=hand(actor))


def consent(student: Any) -> Any:
    """A parent's consent for services, on paper."""
    return ConsentFactory(student=student, guardian=Guardian.objects.filter(student=student).first())


@pytest.fixture
def draft(cast: Any) -> Iep:
    """An empty draft of casey's."""
    return IepFactory(student=cast.student, number=1)


@pytest.fixture
def active(cast: Any) -> Iep:
    """The IEP in force, with a goal, a service and an accommodation."""
    iep = IepFactory(student=cast.student, number=1, active=True)
    GoalFactory(iep=iep, number=1)
    ServiceFactory(iep=iep)
    AccommodationFactory(iep=iep)
    return iep
