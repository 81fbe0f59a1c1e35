"""The rest of the record in the demonstration: contacts, About me, school history, fields of the district."""

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from students.models import (
    Address,
    Allergy,
    Condition,
    CustomField,
    CustomValue,
    EmergencyContact,
    Guardian,
    HealthPlan,
    Medication,
    Profile,
    RecordsRequest,
    SchoolEnrollment,
    Student,
)

if TYPE_CHECKING:
    from casefile.demo.build import District

STREETS = ("Alder Street", "Quarry Road", "Linden Avenue", "Mill Lane", "Orchard Way", "Station Street")
CALLERS = (
    ("Inez Calder", "Neighbor"),
    ("Tomas Reyes", "Uncle"),
    ("Judith Amsel", "Grandmother"),
    ("Paulo Ferraz", "Family friend"),
    ("Noor Haddad", "Aunt"),
)
ABOUT = (
    {
        "modes": ["speech"],
        "communication": "Speaks in full sentences. Needs a few seconds before answering in front of others.",
        "what_helps": "Seeing the plan of the day, a quiet start, one instruction at a time.",
        "what_to_avoid": "Being asked to read aloud without warning.",
        "strengths": "Explains how things work; patient with younger children.",
        "interests": "Soccer, volcanoes, drawing maps.",
        "motivators": "Choosing the next task; telling the class about a map.",
        "routines": "Checks in with the case manager on arrival. Leaves for lunch two minutes early.",
        "culture": "Grandparents live with the family. Sundays are for church and cooking together.",
    },
    {
        "modes": ["speech", "pictures"],
        "communication": "Short phrases, with a picture board when tired. A hand on the table means stop.",
        "what_helps": "A timer that can be seen, and a place to go when it is loud.",
        "what_to_avoid": "Sudden changes of room; touching the shoulder from behind.",
        "interests": "Trains and timetables, swimming.",
        "motivators": "Five minutes with the train book.",
        "routines": "Arrives by bus 12; headphones in the corridor.",
    },
    {
        "modes": ["speech", "writing"],
        "communication": "Says more in writing than aloud. A nod means yes.",
        "what_helps": "Time to begin, and praise in private.",
        "interests": "Basketball, cooking, comics.",
        "strengths": "Notices when others are sad.",
    },
)
ALLERGIES = (
    ("Peanuts and tree nuts", "Swelling of lips and throat within minutes.", "life_threatening"),
    ("Bee stings", "Hives, then trouble breathing.", "severe"),
    ("Cow's milk", "Stomach ache and a rash.", "moderate"),
)
PLAN = "Give the injector from the red box in the office. Call 911, then the first emergency contact."
MEDICINES = (
    ("Methylphenidate", "10 mg", "11:30, before lunch"),
    ("Albuterol inhaler", "2 puffs", "before physical education, and when wheezing"),
)
CONDITIONS = (
    ("Asthma", "Sits down when out of breath; the inhaler is in the backpack."),
    ("Epilepsy, absence seizures", "Stares for some seconds. Note the time; speak quietly; go on."),
)
ORDER = "Family court of Larkspur County, order FL-2209: no contact at school and no pick-up until further notice."
BUSES = ("Bus 4", "Bus 12", "Walks", "Brought by car")


WITH_ORDER = 6  # the place of one student in the list


class Contacts:
    """Writes the rest of one record after another."""

    def __init__(self, district: "District") -> None:
        self.district = district
        self.transport = self._field("Way to school", "choice", 1, list(BUSES))
        self.device = self._field("Device on loan", "text", 2)
        self.photo = self._field("Photo release signed", "yes_no", 3)

    def write(self, student: Student, guardian: Guardian, number: int) -> None:
        """Everything that stands on the pages of the record."""
        guardian.lives_with, guardian.preferred_contact = True, "text" if number % 2 else "call"
        student.preferred_language = "English"
        if guardian.needs_interpreter:
            student.english_learner = "current"
            student.english_learner_since = self._since(student)
        self._own(Profile, student, **ABOUT[number % len(ABOUT)])
        self._reached(student, number)
        self._schools(student, number)
        self._health(student, guardian, number)
        self._own(CustomValue, student, field=self.transport, value=BUSES[number % len(BUSES)])
        self._own(CustomValue, student, field=self.photo, value="yes" if number % 3 else "no")

    def _since(self, student: Student) -> date:
        return student.enrolled_on or self.district.today

    def _reached(self, student: Student, number: int) -> None:
        """Where the student lives, and who is called in an emergency."""
        chance = random.Random(number)  # noqa: S311  # a story, not a secret
        self._own(
            Address,
            student,
            street=f"{10 + number * 7 % 190} {STREETS[number % len(STREETS)]}",
            city="Larkspur",
            region="CA",
            postal_code="94939",
            starts_on=self._since(student),
        )
        for position in (1, 2):
            name, relationship = CALLERS[(number + position) % len(CALLERS)]
            self._own(
                EmergencyContact,
                student,
                name=name,
                relationship=relationship,
                phone=f"(555) 01{position}-{1000 + chance.randrange(9000)}",
                may_pick_up=position == 1,
                position=position,
            )

    def _schools(self, student: Student, number: int) -> None:
        """The school of today and the one before; of every seventh student a request for its records."""
        since = self._since(student)
        self._own(
            SchoolEnrollment,
            student,
            school=student.school,
            grade=student.grade,
            starts_on=since,
            entry_reason="in_state",
        )
        self._own(
            SchoolEnrollment,
            student,
            school_name="Tamarack Primary, Redfern",
            starts_on=since - timedelta(days=700),
            ends_on=since,
            ending="other",
        )
        if number % 7 == 0:
            self._own(
                RecordsRequest,
                student,
                direction="by_us",
                party="Redfern School District",
                contact="Records office, (555) 014-2000",
                asked_on=self.district.today - timedelta(days=12 + number % 5),
            )

    def _health(self, student: Student, guardian: Guardian, number: int) -> None:
        """Of every fifth student an allergy; of some a plan, a medicine, a condition; of one a court order."""
        if number % 5 == 0:
            substance, reaction, severity = ALLERGIES[number // 5 % len(ALLERGIES)]
            self._own(Allergy, student, substance=substance, reaction=reaction, severity=severity)
            plan = PLAN if severity != "moderate" else ""
            self._own(HealthPlan, student, diet=f"Nothing with: {substance.lower()}.", emergency_plan=plan)
        if number % 4 == 1:
            name, dose, times = MEDICINES[number // 4 % len(MEDICINES)]
            self._own(Medication, student, name=name, dose=dose, times=times, is_given_at_school=True)
        if number % 6 == 1:
            name, notes = CONDITIONS[number // 6 % len(CONDITIONS)]
            self._own(Condition, student, name=name, notes=notes)
        if number == WITH_ORDER:
            guardian.may_contact = guardian.may_pick_up = False
            guardian.court_restrictions = ORDER

    def _own(self, model: type[Any], student: Student, **columns: Any) -> None:
        self.district.own(model, student=student, **columns)

    def _field(self, name: str, kind: str, position: int, choices: list[str] | None = None) -> CustomField:
        field: CustomField = self.district.own(
            CustomField, name=name, kind=kind, position=position, choices=choices or []
        )
        return field
