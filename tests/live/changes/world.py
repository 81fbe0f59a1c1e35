"""The cast and the dice with which changes are made."""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Membership, Person
from core.actor import Actor, system_actor
from ieps.models import Iep
from students.models import Student, TeamMember, on_team
from students.mutations import team

CANARY = "quokka"  # in every text about the student: no outsider ever reads it


class Nothing(Exception):
    """There is nothing here that this change could be made to."""


@dataclass
class World:
    """The cast, whose student everything is about, and the dice."""

    cast: Any
    dice: random.Random
    count: int = 0
    newcomers: list[Person] = field(default_factory=list)

    @property
    def student(self) -> Student:
        return Student.objects.get(id=self.cast.student.id)

    @property
    def system(self) -> Actor:
        return system_actor(organization_id=self.cast.district.id, name="clock")

    def actor(self, name: str) -> Actor:
        """Somebody of the cast with the rights of now. Raises NotFound for who is nobody any more."""
        return getattr(self.cast, name).acting()

    def teammate(self, name: str) -> Actor:
        """Somebody of the special education team, whom a caseload handed over may have taken off it."""
        person = getattr(self.cast, name).person
        if not TeamMember.objects.filter(on_team(self.today), student=self.student, person=person).exists():
            team.add_team_member(
                actor=self.actor("ada"), student_id=self.student.id, person_id=person.id, part="other"
            )
        return self.actor(name)

    @property
    def today(self) -> date:
        return self.cast.casey.actor.today

    def one(self, rows: Any) -> Any:
        """One of the rows."""
        found = list(rows.order_by("id"))
        if not found:
            raise Nothing
        return self.dice.choice(found)

    def word(self) -> str:
        """A word that nobody used before."""
        self.count += 1
        return f"{CANARY} {self.count}"

    def name(self) -> str:
        """A name that nobody used before and anybody may read."""
        self.count += 1
        return f"Larch {self.count}"

    def newcomer(self) -> Person:
        """Somebody who has an account and is nothing yet."""
        self.count += 1
        person = Person.objects.create_user(
            f"new{self.count}@example.org", given_name="New", family_name="Comer"
        )
        self.newcomers.append(person)
        return person

    @property
    def draft(self) -> Iep:
        return self.one(Iep.objects.filter(student=self.student, status=Iep.Status.DRAFT))

    @property
    def active(self) -> Iep:
        return self.one(Iep.objects.filter(student=self.student, status=Iep.Status.ACTIVE))

    def of_draft(self, model: Any) -> Any:
        return self.one(model.objects.filter(iep=self.draft))

    def extra_membership(self) -> Membership:
        """A role of somebody who came in during the test."""
        held = Membership.objects.filter(ends_on=None, person__in=self.newcomers)
        return self.one(held)
