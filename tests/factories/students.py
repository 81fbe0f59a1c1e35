"""Students, their team, guardians and roster entries. Use inside `core.tenant.organization(district.id)`."""

from datetime import date

import factory

from students.models import (
    ExternalId,
    Guardian,
    RosterEntry,
    SearchWord,
    Student,
    Tag,
    TeamMember,
    search_words,
    sort_name,
)
from tests.factories.accounts import LONG_AGO


class StudentFactory(factory.django.DjangoModelFactory):
    """Needs `organization` and `school`. Traits: `archived`, `eligible`."""

    class Meta:
        model = Student
        skip_postgeneration_save = True

    class Params:
        archived = factory.Trait(archived_at="2025-06-20T12:00Z", archived_reason="Moved away")
        eligible = factory.Trait(
            eligibility=Student.Eligibility.ELIGIBLE,
            disability="SLD",
            eligible_on=date(2024, 10, 1),
            last_evaluation_on=date(2024, 9, 20),
            reevaluation_due_on=date(2027, 9, 20),
        )

    given_name = factory.Sequence(lambda n: f"Pupil{n}")
    family_name = factory.Sequence(lambda n: f"Name{n}")
    sort_name = factory.LazyAttribute(lambda student: sort_name(student.given_name, student.family_name))
    birth_on = date(2015, 3, 14)
    grade = "04"

    @factory.post_generation
    def words(self, create, extracted, **kwargs):
        if not create:
            return
        SearchWord.objects.bulk_create(
            SearchWord(organization_id=self.organization_id, student=self, word=word)
            for word in search_words(self)
        )


class OfStudentFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    organization = factory.LazyAttribute(lambda row: row.student.organization)


class TeamMemberFactory(OfStudentFactory):
    """Needs `student` and `person`."""

    class Meta:
        model = TeamMember

    part = TeamMember.Part.SPECIAL_EDUCATION
    starts_on = LONG_AGO


class GuardianFactory(OfStudentFactory):
    """Needs `student`; `person` when the guardian signs in."""

    class Meta:
        model = Guardian

    given_name = "Ines"
    family_name = "Prado"
    relationship = Guardian.Relationship.MOTHER
    email = factory.LazyAttribute(lambda row: row.person.email if getattr(row, "person", None) else "")
    starts_on = LONG_AGO


class ExternalIdFactory(OfStudentFactory):
    """Needs `student`."""

    class Meta:
        model = ExternalId

    kind = ExternalId.Kind.SIS
    value = factory.Sequence(lambda n: f"{700_000 + n}")


class TagFactory(OfStudentFactory):
    """Needs `student`."""

    class Meta:
        model = Tag

    label = "bus 12"


class RosterEntryFactory(factory.django.DjangoModelFactory):
    """Needs `organization`; `school` for pupils."""

    class Meta:
        model = RosterEntry

    sourced_id = factory.Sequence(lambda n: f"roster-{n}")
    part = RosterEntry.Part.STUDENT
    role = "student"
    given_name = factory.Sequence(lambda n: f"Pupil{n}")
    family_name = factory.Sequence(lambda n: f"Roster{n}")
    sort_name = factory.LazyAttribute(lambda entry: sort_name(entry.given_name, entry.family_name))
    identifier = factory.Sequence(lambda n: f"{800_000 + n}")
    grade = "03"
    fingerprint = "0" * 64
