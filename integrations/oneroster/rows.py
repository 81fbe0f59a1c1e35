"""One frozen record for each kind of row, and how a line becomes one. What nobody needs is not read."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from integrations.oneroster import dates
from integrations.oneroster.findings import Finding, refusal, warning

LONGEST_ID = 120
LONGEST_NAME = 80
LONGEST_TITLE = 120
LONGEST_EMAIL = 254
LONGEST_PHONE = 40
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+\Z")

ENDED = frozenset({"tobedeleted", "inactive", "deleted"})
ACTIVE = frozenset({"", "active"})
TRUE = frozenset({"true", "1", "yes", "y", "t"})
FALSE = frozenset({"false", "0", "no", "n", "f"})

PUPIL_ROLES = frozenset({"student"})
FAMILY_ROLES = frozenset({"guardian", "parent", "relative"})
STAFF_ROLES = frozenset(
    {
        "administrator",
        "aide",
        "counselor",
        "districtAdministrator",
        "principal",
        "proctor",
        "siteAdministrator",
        "systemAdministrator",
        "teacher",
    }
)
ROLES = {role.lower(): role for role in PUPIL_ROLES | FAMILY_ROLES | STAFF_ROLES}
ORG_TYPES = {
    kind.lower(): kind for kind in ("department", "school", "district", "local", "state", "national")
}
GRADES = {
    **{f"{number:02}": f"{number:02}" for number in range(1, 14)},
    **{str(number): f"{number:02}" for number in range(1, 10)},
    **{f"grade {number}": f"{number:02}" for number in range(1, 13)},
    **dict.fromkeys(("kg", "k", "0", "00", "kindergarten", "tk"), "KG"),
    **dict.fromkeys(("pk", "ps", "pr", "it", "-1", "-01", "pre-k", "prek", "prekindergarten"), "PK"),
    **{f"{number}th": f"{number:02}" for number in range(4, 13)},
    "1st": "01",
    "2nd": "02",
    "3rd": "03",
}


@dataclass(frozen=True, slots=True)
class Org:
    sourced_id: str
    ended: bool
    name: str
    type: str
    identifier: str
    parent: str


@dataclass(frozen=True, slots=True)
class AcademicSession:
    sourced_id: str
    ended: bool
    title: str
    type: str
    begin: date
    end: date
    parent: str
    school_year: str


@dataclass(frozen=True, slots=True)
class Course:
    sourced_id: str
    ended: bool
    title: str
    code: str
    org: str


@dataclass(frozen=True, slots=True)
class SchoolClass:
    sourced_id: str
    ended: bool
    title: str
    code: str
    type: str
    grades: tuple[str, ...]
    course: str
    school: str
    sessions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class User:
    sourced_id: str
    ended: bool
    is_enabled: bool
    given_name: str
    middle_name: str
    family_name: str
    preferred_name: str
    identifier: str
    email: str
    phone: str
    grades: tuple[str, ...]
    role: str
    orgs: tuple[str, ...]
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    sourced_id: str
    ended: bool
    user: str
    role: str
    is_primary: bool
    begin: date | None
    end: date | None
    org: str


@dataclass(frozen=True, slots=True)
class Demographics:
    sourced_id: str
    ended: bool
    birth_on: date | None


@dataclass(frozen=True, slots=True)
class Enrollment:
    sourced_id: str
    ended: bool
    user: str
    school_class: str
    school: str
    role: str
    is_primary: bool
    begin: date | None
    end: date | None


Record = Org | AcademicSession | Course | SchoolClass | User | Role | Demographics | Enrollment


class RowRefused(Exception):
    """The row cannot stand. `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.code)


class Line:
    """One line of one file, read column by column; warnings gather on the way."""

    __slots__ = ("_cells", "_days", "_order", "file", "number", "today", "warnings")

    def __init__(
        self,
        file: str,
        number: int,
        cells: Mapping[str, str],
        *,
        order: dates.Order,
        days: dict[str, date],
        today: date,
    ) -> None:
        self.file, self.number, self._cells = file, number, cells
        self._order, self._days, self.today = order, days, today
        self.warnings: list[Finding] = []

    def refuse(self, column: str, code: str, /, **values: object) -> RowRefused:
        """The exception that ends this row."""
        return RowRefused(refusal(self.file, self.number, column, code, **values))

    def warn(self, column: str, code: str, /, **values: object) -> None:
        """Note something that does not end the row."""
        self.warnings.append(warning(self.file, self.number, column, code, **values))

    def text(self, column: str, limit: int = LONGEST_NAME) -> str:
        """A cell that may be blank. Raises RowRefused when it is too long."""
        value = self._cells[column]
        if len(value) > limit:
            raise self.refuse(column, "field_too_long", found=len(value), limit=limit)
        return value if value.isascii() else unicodedata.normalize("NFC", value)

    def required(self, column: str, limit: int = LONGEST_TITLE) -> str:
        """A cell that must not be blank. Raises RowRefused."""
        value = self.text(column, limit)
        if not value:
            raise self.refuse(column, "required_blank")
        return value

    def key(self, column: str = "sourcedId") -> str:
        """A sourcedId that must be there. Raises RowRefused."""
        return self.required(column, LONGEST_ID)

    def ref(self, column: str) -> str:
        """A sourcedId that may be blank. Raises RowRefused when it is too long."""
        return self.text(column, LONGEST_ID)

    def refs(self, column: str) -> tuple[str, ...]:
        """Several sourcedIds in one cell, each once. Raises RowRefused when one is too long."""
        value = self._cells[column]
        if not value:
            return ()
        if "," not in value:
            return (self.ref(column),)
        found = tuple(dict.fromkeys(part for part in (part.strip() for part in value.split(",")) if part))
        for part in found:
            if len(part) > LONGEST_ID:
                raise self.refuse(column, "field_too_long", found=len(part), limit=LONGEST_ID)
        return found

    def ended(self) -> bool:
        """Whether the status says that the record is over. Blank is active, as bulk files leave it."""
        value = self._cells["status"]
        status = value.lower()
        if status in ACTIVE:
            return False
        if status in ENDED:
            return True
        self.warn("status", "status_unknown", value=value)
        return False

    def flag(self, column: str, default: bool) -> bool:
        """True or false; anything else is noted and left out."""
        value = self._cells[column].lower()
        if not value:
            return default
        if value in TRUE:
            return True
        if value not in FALSE:
            self.warn(column, "flag_unknown", value=value)
            return default
        return False

    def day(self, column: str) -> date | None:
        """A date that may be blank. Raises RowRefused when it is none, or could be two."""
        value = self._cells[column]
        if not value:
            return None
        known = self._days.get(value)
        if known is None:
            try:
                known = self._days[value] = dates.parse(value, self._order)
            except dates.DateRefused as error:
                raise self.refuse(column, error.code, value=value) from None
        return known

    def required_day(self, column: str) -> date:
        """A date that must be there. Raises RowRefused."""
        value = self.day(column)
        if value is None:
            raise self.refuse(column, "required_blank")
        return value

    def modified(self) -> None:
        """Check the date of the last change. Nothing depends on it, so it never ends a row."""
        try:
            self.day("dateLastModified")
        except RowRefused as refused:
            self.warn("dateLastModified", refused.finding.code, **refused.finding.values)

    def grades(self, column: str = "grades") -> tuple[str, ...]:
        """Grades as PK, KG, 01 to 13; what is not known is noted and left out."""
        value = self._cells[column]
        if not value:
            return ()
        found = []
        for part in value.split(","):
            word = part.strip()
            grade = GRADES.get(word.lower())
            if grade is not None:
                found.append(grade)
            elif word:
                self.warn(column, "grade_unknown", value=word)
        return tuple(dict.fromkeys(found))

    def role(self, column: str, *, is_required: bool) -> str:
        """A role as the specification spells it. Raises RowRefused when it is not known."""
        value = self.required(column) if is_required else self.text(column)
        if not value:
            return ""
        role = ROLES.get(value.lower())
        if role is None:
            raise self.refuse(column, "role_unknown", value=value)
        return role

    def name(self, column: str) -> str:
        """A name, without doubled spaces."""
        return " ".join(self.text(column).split())

    def check_span(self, begin: date | None, end: date | None, column: str) -> None:
        """Refuse a span that ends before it starts. Raises RowRefused."""
        if begin and end and end < begin:
            raise self.refuse(column, "ends_before_start", begin=begin, end=end)


def _org(line: Line) -> Org:
    kind = line.required("type")
    if kind.lower() not in ORG_TYPES:
        line.warn("type", "type_unknown", value=kind)
    return Org(
        sourced_id=line.key(),
        ended=line.ended(),
        name=line.required("name"),
        type=ORG_TYPES.get(kind.lower(), kind),
        identifier=line.text("identifier"),
        parent=line.ref("parentSourcedId"),
    )


def _session(line: Line) -> AcademicSession:
    begin, end = line.required_day("startDate"), line.required_day("endDate")
    line.check_span(begin, end, "endDate")
    return AcademicSession(
        sourced_id=line.key(),
        ended=line.ended(),
        title=line.required("title"),
        type=line.text("type"),
        begin=begin,
        end=end,
        parent=line.ref("parentSourcedId"),
        school_year=line.text("schoolYear"),
    )


def _course(line: Line) -> Course:
    return Course(
        sourced_id=line.key(),
        ended=line.ended(),
        title=line.required("title"),
        code=line.text("courseCode"),
        org=line.ref("orgSourcedId"),
    )


def _class(line: Line) -> SchoolClass:
    return SchoolClass(
        sourced_id=line.key(),
        ended=line.ended(),
        title=line.required("title"),
        code=line.text("classCode"),
        type=line.text("classType").lower(),
        grades=line.grades(),
        course=line.ref("courseSourcedId"),
        school=line.ref("schoolSourcedId"),
        sessions=line.refs("termSourcedIds"),
    )


def _user(line: Line) -> User:
    sourced_id = line.key()
    given, family = line.name("givenName"), line.name("familyName")
    if not given and not family:
        raise line.refuse("familyName", "required_blank")
    if not given or not family:
        line.warn("familyName" if given else "givenName", "name_part_blank")
    email = line.text("email", LONGEST_EMAIL)
    if email and not EMAIL.match(email):
        line.warn("email", "email_unreadable")
        email = ""
    primary, others = line.ref("primaryOrgSourcedId"), line.refs("orgSourcedIds")
    return User(
        sourced_id=sourced_id,
        ended=line.ended(),
        is_enabled=line.flag("enabledUser", default=True),
        given_name=given,
        middle_name=line.name("middleName"),
        family_name=family,
        preferred_name=line.name("preferredGivenName"),
        identifier=line.text("identifier"),
        email=email,
        phone=line.text("phone", LONGEST_PHONE) or line.text("sms", LONGEST_PHONE),
        grades=line.grades(),
        role=line.role("role", is_required=False),
        orgs=tuple(dict.fromkeys((primary, *others))) if primary else others,
        agents=line.refs("agentSourcedIds"),
    )


def _role(line: Line) -> Role:
    begin, end = line.day("beginDate"), line.day("endDate")
    line.check_span(begin, end, "endDate")
    return Role(
        sourced_id=line.key(),
        ended=line.ended(),
        user=line.key("userSourcedId"),
        role=line.role("role", is_required=True),
        is_primary=line.text("roleType").lower() != "secondary",
        begin=begin,
        end=end,
        org=line.ref("orgSourcedId"),
    )


def _demographics(line: Line) -> Demographics:
    born = line.day("birthDate")
    if born and born > line.today:
        raise line.refuse("birthDate", "birth_in_future", value=born)
    return Demographics(sourced_id=line.key(), ended=line.ended(), birth_on=born)


def _enrollment(line: Line) -> Enrollment:
    begin, end = line.day("beginDate"), line.day("endDate")
    line.check_span(begin, end, "endDate")
    return Enrollment(
        sourced_id=line.key(),
        ended=line.ended(),
        user=line.key("userSourcedId"),
        school_class=line.key("classSourcedId"),
        school=line.ref("schoolSourcedId"),
        role=line.role("role", is_required=True),
        is_primary=line.flag("primary", default=False),
        begin=begin,
        end=end,
    )


@dataclass(frozen=True, slots=True)
class Spec:
    """What is read of one file. `passed_over` are columns of the specification that nobody here needs."""

    noun: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    parse: Callable[[Line], Record]
    passed_over: tuple[str, ...] = ()
    days: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, in one fixed order."""
        return (*self.required, *self.optional)


COMMON = ("status", "dateLastModified")
RACES = (
    "sex",
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
    "demographicRaceTwoOrMoreRaces",
    "hispanicOrLatinoEthnicity",
    "countryOfBirthCode",
    "stateOfBirthAbbreviation",
    "cityOfBirth",
    "publicSchoolResidenceStatus",
)
# In the order in which they are applied: nothing stands before what it leans on, except the tie of an agent.
SPECS: Mapping[str, Spec] = {
    spec.noun: spec
    for spec in (
        Spec("orgs", ("sourcedId", "name", "type"), (*COMMON, "identifier", "parentSourcedId"), _org),
        Spec(
            "academicSessions",
            ("sourcedId", "title", "startDate", "endDate"),
            (*COMMON, "type", "parentSourcedId", "schoolYear"),
            _session,
            days=("startDate", "endDate"),
        ),
        Spec(
            "courses",
            ("sourcedId", "title"),
            (*COMMON, "courseCode", "orgSourcedId"),
            _course,
            passed_over=("schoolYearSourcedId", "grades", "subjects", "subjectCodes"),
        ),
        Spec(
            "classes",
            ("sourcedId", "title"),
            (
                *COMMON,
                "classCode",
                "classType",
                "grades",
                "courseSourcedId",
                "schoolSourcedId",
                "termSourcedIds",
            ),
            _class,
            passed_over=("location", "subjects", "subjectCodes", "periods"),
        ),
        Spec(
            "roles",
            ("sourcedId", "userSourcedId", "role"),
            (*COMMON, "roleType", "beginDate", "endDate", "orgSourcedId"),
            _role,
            passed_over=("userProfileSourcedId",),
            days=("beginDate", "endDate"),
        ),
        Spec(
            "demographics",
            ("sourcedId", "birthDate"),
            COMMON,
            _demographics,
            passed_over=RACES,
            days=("birthDate",),
        ),
        Spec(
            "users",
            ("sourcedId", "givenName", "familyName"),
            (
                *COMMON,
                "enabledUser",
                "middleName",
                "preferredGivenName",
                "identifier",
                "email",
                "phone",
                "sms",
                "grades",
                "role",
                "orgSourcedIds",
                "primaryOrgSourcedId",
                "agentSourcedIds",
            ),
            _user,
            passed_over=(
                "username",
                "password",
                "userIds",
                "userMasterIdentifier",
                "preferredMiddleName",
                "preferredFamilyName",
                "pronouns",
                "resourceSourcedIds",
            ),
        ),
        Spec(
            "enrollments",
            ("sourcedId", "classSourcedId", "userSourcedId", "role"),
            (*COMMON, "schoolSourcedId", "primary", "beginDate", "endDate"),
            _enrollment,
            days=("beginDate", "endDate"),
        ),
    )
}


def kind_of(role: str) -> str:
    """What a role makes of somebody: student, guardian or staff; blank for no role."""
    if role in PUPIL_ROLES:
        return "student"
    if role in FAMILY_ROLES:
        return "guardian"
    return "staff" if role else ""


def payload(record: Record) -> dict[str, Any]:
    """A record as plain JSON, what is blank left out, `sourced_id` and `ended` apart."""
    found: dict[str, Any] = {}
    for column in _FIELDS[type(record)]:
        value = getattr(record, column)
        if value or value is False:
            found[column] = (
                list(value)
                if isinstance(value, tuple)
                else value.isoformat()
                if isinstance(value, date)
                else value
            )
    return found


_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if field.name not in {"sourced_id", "ended"})
    for kind in (Org, AcademicSession, Course, SchoolClass, User, Role, Demographics, Enrollment)
}
