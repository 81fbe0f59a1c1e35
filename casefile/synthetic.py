"""A large synthetic district for measurement, built by the database itself from numbers and a seed.

Everything is a function of the seed and the row's number, so two builds with one seed are equal row for row. It is no
demonstration: names repeat, texts are short. Rows are written in slices, one transaction each, inside the wall.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models

from accounts.models import Membership, Organization, Person, School
from accounts.mutations import create_organization
from core.tenant import organization as within
from ieps.models import Accommodation, Goal, Iep, Service
from progress.models import ProgressPoint
from students.models import ExternalId, SearchWord, Student, TeamMember

GIVEN = (
    "Ada Ben Cora Dev Elif Finn Gia Hugo Ines Jude Kaya Liam Mina Noor Oren Pia Quinn Rosa Sami Tara Uma Vito Wren "
    "Xena Yara Zane Amir Bela Cleo Dana Eli Faye Gus Hana Ivo June Kofi Lena Milo Nora"
)
FAMILY = (
    "Abbott Baptiste Castro Diaz Edwards Fischer Garcia Haddad Ibarra Jensen Kim Larsen Mbeki Nguyen Okafor Patel "
    "Quiroz Rivera Santos Tanaka Ueda Vargas Watanabe Xu Young Zhang Andrade Bishop Cole Duarte Ellis Farouk Greene "
    "Holt Iverson Jacobs Keller Lindqvist Moreno Novak"
)
STUDENTS_PER_MANAGER = 25
STUDENTS_PER_SCHOOL = 600
GOALS_PER_STUDENT = 2
POINTS_PER_GOAL = 25
SLICE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much to build, counted from the number of students."""

    students: int
    seed: int

    @property
    def slug(self) -> str:
        return f"synthetic-{self.students}-{self.seed}"

    @property
    def schools(self) -> int:
        return -(-self.students // STUDENTS_PER_SCHOOL)

    @property
    def managers(self) -> int:
        return max(2, -(-self.students // STUDENTS_PER_MANAGER))  # nobody has two parts on one team

    @property
    def goals(self) -> int:
        return self.students * GOALS_PER_STUDENT

    @property
    def points(self) -> int:
        return self.goals * POINTS_PER_GOAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows number 1 to `count` of a model: SQL by column, over `n`. Other columns take the field's own default."""

    model: type[models.Model]
    count: int
    columns: dict[str, str]
    source: str = "SELECT n FROM numbers"
    slice: int = SLICE


def key(model: type[models.Model], number: str) -> str:
    """SQL for the deterministic key of a row: the seed keeps two districts apart, the model two tables."""
    kind = sum(map(ord, model.__name__)) % 0xFFF
    front = f"lpad(to_hex(%(seed)s::int), 8, '0') || '-0000-7{kind:03x}-8000-'"
    return f"({front} || lpad(to_hex(({number})::bigint), 12, '0'))::uuid"


def pick(words: str, factor: int) -> str:
    """SQL for a word of a list, chosen by the row's number and the seed."""
    return f"(string_to_array(%({words})s, ' '))[1 + abs(hashint8((n * {factor} + %(seed)s)::bigint) %% 40)]"


def plan(size: Size) -> Iterator[Rows]:
    """What is written, in the order in which rows need each other."""
    yield from _staff(size)
    yield from _students(size)
    yield from _programs(size)
    yield from _goals(size)


def _named() -> str:
    return f"SELECT n, {pick('given', 7)} AS g, {pick('family', 13)} AS f FROM numbers"  # noqa: S608


def _staff(size: Size) -> Iterator[Rows]:
    yield Rows(
        model=School,
        count=size.schools,
        columns={"id": key(School, "n"), "name": "'School ' || n", "code": "'S' || n"},
    )
    yield Rows(
        model=Person,
        count=size.managers,
        source=_named(),
        columns={
            "id": key(Person, "n"),
            "email": "'manager' || n || '@' || %(slug)s || '.example'",
            "password": "'!'",
            "given_name": "g",
            "family_name": "f",
        },
    )
    yield Rows(
        model=Membership,
        count=size.managers,
        columns={
            "id": key(Membership, "n"),
            "person_id": key(Person, "n"),
            "role": "'teacher'",
            "title": "'Special education teacher'",
            "starts_on": "%(today)s::date - 400",
        },
    )


def _students(size: Size) -> Iterator[Rows]:
    named = _named()
    yield Rows(
        model=Student,
        count=size.students,
        source=named,
        columns={
            "id": key(Student, "n"),
            "given_name": "g",
            "family_name": "f",
            "sort_name": "lower(f || ' ' || g)",
            "birth_on": "%(today)s::date - 2200 - (n %% 4000)",
            "grade": "lpad((1 + n %% 12)::text, 2, '0')",
            "school_id": key(School, f"1 + n %% {size.schools}"),
            "enrolled_on": "%(today)s::date - 600",
            "disability": "(string_to_array('SLD SLI OHI AUT ED ID', ' '))[1 + n %% 6]",
            "eligibility": "'eligible'",
            "eligible_on": "%(today)s::date - 500",
            "last_evaluation_on": "%(today)s::date - 500",
            "reevaluation_due_on": "%(today)s::date - 500 + 1095",
            "annual_review_on": "%(today)s::date + (n * 37) %% 365",
            "changed_by_name": "'Roster'",
        },
    )
    yield Rows(
        model=SearchWord,
        count=size.students,
        source=f"SELECT n, place, word FROM ({named}) named CROSS JOIN LATERAL "  # noqa: S608
        "(VALUES (0, lower(g)), (1, lower(f)), (2, 'sis' || n)) words (place, word)",
        columns={"id": key(SearchWord, "n * 4 + place"), "student_id": key(Student, "n"), "word": "word"},
    )
    yield Rows(
        model=ExternalId,
        count=size.students,
        columns={
            "id": key(ExternalId, "n"),
            "student_id": key(Student, "n"),
            "kind": "'sis'",
            "value": "'SIS' || n",
        },
    )
    yield Rows(
        model=TeamMember,
        count=size.students,
        source="SELECT n, place, part FROM numbers "
        "CROSS JOIN (VALUES (0, 'case_manager'), (1, 'speech_language')) parts (place, part)",
        columns={
            "id": key(TeamMember, "n * 2 + place"),
            "student_id": key(Student, "n"),
            "person_id": key(Person, f"1 + ((n - 1) / {STUDENTS_PER_MANAGER} + place) %% {size.managers}"),
            "part": "part",
            "starts_on": "%(today)s::date - 300",
        },
    )


def _programs(size: Size) -> Iterator[Rows]:
    yield Rows(
        model=Iep,
        count=size.students,
        columns={
            "id": key(Iep, "n"),
            "student_id": key(Student, "n"),
            "number": "1",
            "kind": "'initial'",
            "status": "'active'",
            "meeting_on": "%(today)s::date - 230",
            "effective_on": "%(today)s::date - 220",
            "expires_on": "%(today)s::date + 145",
            "next_review_on": "%(today)s::date + (n * 37) %% 365",
            "strengths": "'Curious, and kind to classmates.'",
            "parent_concerns": "'To read with a sibling.'",
            "present_levels": "'Reads below grade level; long texts tire.'",
            "placement": "'regular_80'",
            "percent_regular": "82",
            "report_schedule": "'quarter'",
        },
    )
    yield Rows(
        model=Service,
        count=size.students,
        columns={
            "id": key(Service, "n"),
            "iep_id": key(Iep, "n"),
            "student_id": key(Student, "n"),
            "kind": "'instruction'",
            "minutes": "30",
            "times": "4",
            "delivery": "'group'",
            "location": "'Resource room'",
            "starts_on": "%(today)s::date - 220",
            "ends_on": "%(today)s::date + 145",
        },
    )
    yield Rows(
        model=Accommodation,
        count=size.students,
        columns={
            "id": key(Accommodation, "n"),
            "iep_id": key(Iep, "n"),
            "student_id": key(Student, "n"),
            "kind": "'accommodation'",
            "text": "'Extended time on tests'",
        },
    )


def _goals(size: Size) -> Iterator[Rows]:
    goal = f"(n - 1) / {POINTS_PER_GOAL} + 1"
    student_of_goal = f"(n - 1) / {GOALS_PER_STUDENT} + 1"
    yield Rows(
        model=Goal,
        count=size.goals,
        columns={
            "id": key(Goal, "n"),
            "iep_id": key(Iep, student_of_goal),
            "student_id": key(Student, student_of_goal),
            "lineage_id": key(Goal, "n"),
            "number": f"1 + (n - 1) %% {GOALS_PER_STUDENT}",
            "domain": "'reading'",
            "title": "'Oral reading fluency'",
            "statement": "'Reads a grade level passage aloud.'",
            "scale": "'rate'",
            "unit": "'words a minute'",
            "baseline_value": "30 + n %% 20",
            "baseline_on": "%(today)s::date - 220",
            "target_value": "80 + n %% 20",
            "target_on": "%(today)s::date + 145",
            "evaluation_method": "'Weekly probe'",
            "frequency": "'weekly'",
        },
    )
    yield Rows(
        model=ProgressPoint,
        count=size.points,
        slice=SLICE * 5,
        columns={
            "id": key(ProgressPoint, "n"),
            "student_id": key(Student, f"({goal} - 1) / {GOALS_PER_STUDENT} + 1"),
            "goal_id": key(Goal, goal),
            "lineage_id": key(Goal, goal),
            "measured_on": f"%(today)s::date - 8 * ({POINTS_PER_GOAL} - 1 - (n - 1) %% {POINTS_PER_GOAL})",
            "value": f"30 + ({goal}) %% 20 + ((n - 1) %% {POINTS_PER_GOAL}) * (1 + ({goal}) %% 7) / 3"
            " + abs(hashint8((n + %(seed)s)::bigint) %% 5)",
            "recorded_by_name": "'Synthetic'",
        },
    )


def build(size: Size, *, today: date, said: Callable[[str, int], None]) -> Organization:
    """Build the district `synthetic-<students>-<seed>`, telling `said` each kind of row and how many were asked for.

    Raises Invalid when it exists already.
    """
    district = create_organization(slug=size.slug, name=f"Synthetic district of {size.students:,} students")
    values: dict[str, Any] = {
        "slug": size.slug,
        "seed": size.seed,
        "today": today,
        "given": GIVEN,
        "family": FAMILY,
    }
    for rows in plan(size):
        sql, defaults = insert(rows, district)
        for low in range(1, rows.count + 1, rows.slice):
            bounds = {"low": low, "high": min(low + rows.slice - 1, rows.count)}
            with within(district.id), connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute(sql, {**values, **defaults, **bounds})
        said(str(rows.model._meta.verbose_name_plural), rows.count)
    return district


def manager_email(size: Size, number: int) -> str:
    """The address of case manager `number`, from 1."""
    return f"manager{number}@{size.slug}.example"


def insert(rows: Rows, district: Organization) -> tuple[str, dict[str, Any]]:
    """SQL that writes the rows between `low` and `high`, and the defaults of the columns that `rows` does not name."""
    columns, defaults = dict(rows.columns), {}
    for field in rows.model._meta.concrete_fields:
        name = str(field.column)
        if name not in columns and not field.generated:
            default = district.id if name == "organization_id" else field.get_default()
            defaults[f"default_{name}"] = field.get_db_prep_save(default, connection)
            columns[name] = f"%(default_{name})s"
    names = ", ".join(f'"{name}"' for name in columns)
    sql = f"""WITH numbers AS (SELECT n FROM generate_series(%(low)s::int, %(high)s::int) n)
        INSERT INTO "{rows.model._meta.db_table}" ({names})
        SELECT {", ".join(columns.values())} FROM ({rows.source}) rows"""  # noqa: S608  # all of it is in this file
    return sql, defaults
