"""IEPs, goals, services, accommodations and consents. Use inside `core.tenant.organization(district.id)`."""

from datetime import date
from decimal import Decimal

import factory

from documents.models import Consent
from ieps.models import Accommodation, Amendment, Goal, Iep, Service
from tests.factories.students import OfStudentFactory

NARRATIVES = {
    "strengths": "Tells long stories and helps others find their place.",
    "parent_concerns": "To read with a younger brother.",
    "present_levels": "Reads 48 words a minute in grade 4 text.",
    "impact": "Long passages in science take most of the lesson.",
    "what_works": "A quiet start and a choice of the first task.",
    "nonparticipation": "Reading is taught in a small group for forty minutes a day.",
    "assessments": "State test with extended time and text to speech for directions.",
}


class IepFactory(OfStudentFactory):
    """Needs `student`. Traits: `complete` has all that the law asks for, `active` and `approved` are complete too."""

    class Meta:
        model = Iep

    class Params:
        complete = factory.Trait(
            **NARRATIVES,
            meeting_on=date(2025, 9, 1),
            effective_on=date(2025, 9, 8),
            expires_on=date(2026, 9, 7),
            next_review_on=date(2026, 9, 1),
            placement=Iep.Placement.REGULAR_80,
            percent_regular=Decimal(82),
            report_schedule=Iep.ReportSchedule.QUARTER,
            has_extended_year=False,
        )
        active = factory.Trait(complete=True, status=Iep.Status.ACTIVE, activated_at="2025-09-08T14:00Z")
        approved = factory.Trait(complete=True, status=Iep.Status.APPROVED, approved_at="2025-09-02T14:00Z")

    number = factory.Sequence(lambda n: n + 1)
    kind = Iep.Kind.INITIAL


class OfIepFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    organization = factory.LazyAttribute(lambda row: row.iep.organization)
    student = factory.LazyAttribute(lambda row: row.iep.student)


class GoalFactory(OfIepFactory):
    """Needs `iep`."""

    class Meta:
        model = Goal

    number = factory.Sequence(lambda n: n + 1)
    domain = Goal.Domain.READING
    title = "Reading fluency"
    statement = "Given a grade 4 passage, Zo will read 92 words correct a minute."
    scale = Goal.Scale.RATE
    unit = "words a minute"
    baseline_value = Decimal(48)
    baseline_on = date(2025, 9, 1)
    target_value = Decimal(92)
    target_on = date(2026, 6, 5)
    evaluation_method = "Oral reading probe"
    frequency = "every week"


class ServiceFactory(OfIepFactory):
    """Needs `iep`."""

    class Meta:
        model = Service

    kind = Service.Kind.INSTRUCTION
    minutes = 40
    times = 5
    delivery = Service.Delivery.GROUP
    location = "Resource room"
    starts_on = date(2025, 9, 8)
    ends_on = date(2026, 6, 12)


class AccommodationFactory(OfIepFactory):
    """Needs `iep`."""

    class Meta:
        model = Accommodation

    kind = Accommodation.Kind.ACCOMMODATION
    text = "Directions read aloud and checked"


class AmendmentFactory(OfIepFactory):
    """Needs `iep` and `base`."""

    class Meta:
        model = Amendment

    reason = "The target is reached."


class ConsentFactory(OfStudentFactory):
    """Needs `student` and `guardian`."""

    class Meta:
        model = Consent

    kind = Consent.Kind.SERVICES
    given_on = date(2025, 9, 1)
    paper_reference = "Cabinet 2, folder 14"
