"""One frozen record for each kind of row. What nobody needs is not read, so it has no place here."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

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
    begin: date | None
    end: date | None
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
