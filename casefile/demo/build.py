"""Write the demonstration districts: rows in bulk, inside the wall, each act with its audit entry at its own time."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils.timezone import now

from accounts.founding import create_organization
from accounts.models import Membership, MembershipSchool, Organization, Person, School
from casefile.demo.calendar import write_calendar
from casefile.demo.capturing import write_capturing
from casefile.demo.measuring import measure_more
from casefile.demo.outside import write_outside
from casefile.demo.papers import write_papers
from casefile.demo.people import (
    HIGH,
    NAME,
    OTHER_NAME,
    OTHER_PEOPLE,
    OTHER_SCHOOLS,
    OTHER_SLUG,
    OTHER_ZONE,
    PASSWORD,
    PEOPLE,
    SCHOOLS,
    SLUG,
    ZONE,
    Cast,
)
from casefile.demo.programs import Programs
from casefile.demo.records import Records
from casefile.demo.reports import write_reports
from casefile.demo.students import Story, everybody
from casefile.demo.together import write_together
from core.actor import system_actor
from core.models import AuditEntry
from core.tenant import organization as within
from ieps.models import Iep
from progress.mutations import rebuild_summaries

YEARS_OF_SERVICE = 3


@dataclass(kw_only=True)
class District:
    """One district while it is being built: its rows by table, in the order of insertion."""

    organization: Organization
    today: date
    schools: dict[str, School] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    rows: dict[type[models.Model], list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> Any:
        """Keep a row for its table."""
        self.rows.setdefault(type(row), []).append(row)
        return row

    def own(self, model: type[Any], **columns: Any) -> Any:
        """A row of this district."""
        return self.add(model(organization=self.organization, **columns))

    def at(self, day: date, minute: int) -> datetime:
        """A minute of a school day as an instant, never later than a minute ago."""
        local = datetime.combine(day, time(8), tzinfo=self.organization.zone) + timedelta(minutes=minute)
        return min(local.astimezone(UTC), now() - timedelta(minutes=1 + minute % 50))

    def tell(
        self, verb: str, record: Any, by: Person | None, at: datetime, *, student_id: UUID, **values: object
    ) -> None:
        """An entry of the audit, as `core.mutation.audit` writes it."""
        self.own(
            AuditEntry,
            at=at,
            verb=verb,
            actor_kind="person" if by else "system",
            actor_person_id=by.id if by else None,
            actor_name=by.name if by else "Roster",
            record_type=type(record).__name__,
            record_id=record.pk,
            student_id=student_id,
            values=values,
        )

    def iep_of(self, name: tuple[str, str], status: str) -> Iep | None:
        """The IEP of a student of this name in a status, with the student, once everything is saved."""
        given, family = name
        rows = Iep.objects.filter(
            organization=self.organization,
            student__given_name=given,
            student__family_name=family,
            status=status,
        )
        return rows.select_related("student").first()

    def save(self) -> None:
        """Insert everything, table by table; the audit in the order of time."""
        self.rows[AuditEntry].sort(key=lambda entry: entry.at)
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(rows, batch_size=2_000)


def build(*, today: date | None = None) -> bool:
    """Both districts, unless they are there. Says whether anything was built. `today` as the district counts."""
    if Organization.objects.filter(slug=SLUG).exists():
        return False
    with transaction.atomic():
        people: dict[str, Person] = {}
        _district(SLUG, NAME, ZONE, SCHOOLS, PEOPLE, everybody(), people, today)
        _district(
            OTHER_SLUG, OTHER_NAME, OTHER_ZONE, OTHER_SCHOOLS, OTHER_PEOPLE, _elsewhere(), people, today
        )
    return True


def _elsewhere() -> tuple[Story, ...]:
    """A few students of the other district, with names that would be found if the wall had a hole."""
    return tuple(
        Story(
            given=given,
            family=family,
            grade=grade,
            school="MGE",
            disability="SLI",
            goals=("articulation", "comprehension"),
            statuses=("on_track", "watch"),
            review_days=days,
            manager="otis",
        )
        for given, family, grade, days in (
            ("Mateo", "Ferreira", "03", 41),
            ("Aaliyah", "Stone", "04", 88),
            ("Noah", "Lindgren", "05", 9),
            ("Marigold", "Vance", "02", 150),
        )
    )


def _district(  # noqa: PLR0917  # one call for each district, in the order of the table
    slug: str,
    name: str,
    zone: str,
    schools: dict[str, str],
    cast: tuple[Cast, ...],
    stories: tuple[Story, ...],
    people: dict[str, Person],
    today: date | None,
) -> None:
    organization = create_organization(slug=slug, name=name, timezone=zone)
    Organization.objects.filter(id=organization.id).update(
        is_demonstration=True, contact_name="Lena Grant", contact_email="office@larkspur.example"
    )
    with within(organization.id):
        district = District(organization=organization, today=today or organization.local_date())
        for code, school_name in schools.items():
            district.schools[code] = district.own(School, name=school_name, code=code)
        write_calendar(district, high_school=HIGH if HIGH in schools else "")
        _people(district, cast, people)
        records, programs = Records(district), Programs(district)
        for number, story in enumerate(stories):
            chance = random.Random(f"{slug}:{story.given}:{story.family}")  # noqa: S311  # a story, not a secret
            student = records.student(story, number, chance)
            programs.write(story, student, number, chance)
            write_outside(district, story, student, random.Random(f"{slug}:{number}"))  # noqa: S311  # a story too
        if slug == SLUG:
            write_capturing(district)
            measure_more(district)
        district.save()
        actor = system_actor(organization_id=organization.id, name="Demonstration")
        rebuild_summaries(actor=actor, goal_ids=programs.goal_ids)
        if slug == SLUG:
            write_reports(organization_id=organization.id, person=people["dana"], today=district.today)
        write_papers(district, actor)
        write_together(district, actor)


def _people(district: District, cast: tuple[Cast, ...], people: dict[str, Person]) -> None:
    """Persons are of no district, so they are saved at once; what they are here is of this one."""
    hashed = make_password(PASSWORD)
    for role in cast:
        if role.key not in people:
            person = Person.objects.create(
                email=role.email,
                given_name=role.given,
                family_name=role.family,
                language=role.language,
                password=hashed,
                last_login=now(),
            )
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
            people[role.key] = person
        district.people[role.key] = people[role.key]
        membership = district.own(
            Membership,
            person=people[role.key],
            role=role.role,
            title=role.title,
            is_district_wide=role.is_district_wide,
            starts_on=district.today - timedelta(days=365 * YEARS_OF_SERVICE),
        )
        for code in role.schools:
            district.own(MembershipSchool, membership=membership, school=district.schools[code])
