"""What one row leans on: a school, a parent, a class, a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from integrations.oneroster.findings import Finding, refusal, warning
from integrations.oneroster.rows import (
    AcademicSession,
    Demographics,
    Enrollment,
    Org,
    Record,
    Role,
    SchoolClass,
    User,
    kind_of,
)

DEEPEST_ORG = 10


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier imports left that a row may lean on. Records that ended are not in it."""

    orgs: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # id -> (type, parent)
    sessions: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    users: Mapping[str, str] = field(default_factory=dict)  # id -> student, guardian, staff or blank
    roles: Mapping[str, str] = field(default_factory=dict)  # id -> role, of those whose own row says it

    def has_role_record(self, user: str) -> bool:
        """Whether somebody's role is known from a row of roles.csv, not from their own."""
        return bool(self.users.get(user)) and not self.roles.get(user)


@dataclass(slots=True)
class Index:
    """What rows say of each other, gathered before the first one is applied."""

    orgs: dict[str, tuple[str, str]] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    courses: set[str] = field(default_factory=set)
    classes: dict[str, bool] = field(default_factory=dict)  # id -> has ended
    users: dict[str, str] = field(default_factory=dict)  # id -> kind
    roles: dict[str, str] = field(default_factory=dict)  # user -> kind, from roles.csv
    families: set[str] = field(default_factory=set)  # users with a family role, whatever else they are
    enrolled_as: dict[str, str] = field(default_factory=dict)  # user -> role, for those nothing else places


def kind_of_user(user: str, index: Index, known: Known) -> str | None:
    """What somebody is: student, guardian, staff, blank when nothing says, None when unknown."""
    found = index.users.get(user)
    return known.users.get(user) if found is None else found or known.users.get(user, "")


class Ties:
    """What one row leans on. Only a row that means nothing without it is refused."""

    def __init__(
        self, index: Index, known: Known, file: str, line: int, *, has_roles: bool, today: date
    ) -> None:
        self._index, self._known, self._file, self._line = index, known, file, line
        self._has_roles, self._today = has_roles, today
        self.findings: list[Finding] = []

    def resolve(self, record: Record) -> Record | None:
        """The row with its ties checked, or None when it cannot stand. A row that ends something leans on nothing."""
        if record.ended:
            return record
        resolved: Record | None = record
        if isinstance(record, Enrollment):
            resolved = self._enrollment(record)
        elif isinstance(record, User):
            resolved = self._user(record)
        elif isinstance(record, Role):
            resolved = self._role(record)
        elif isinstance(record, Demographics):
            resolved = record if self._has_user(record.sourced_id, "sourcedId") else None
        elif isinstance(record, SchoolClass):
            resolved = self._class(record)
        elif isinstance(record, Org):
            self._check(record.parent, "parentSourcedId", "parent_unknown", self._is_org(record.parent))
        elif isinstance(record, AcademicSession):
            self._check(record.parent, "parentSourcedId", "parent_unknown", self._is_session(record.parent))
        else:
            self._check(record.org, "orgSourcedId", "org_unknown", self._is_org(record.org))
        return resolved

    def _enrollment(self, record: Enrollment) -> Record | None:
        if not self._has_user(record.user, "userSourcedId"):
            return None
        ended = self._index.classes.get(record.school_class)
        if ended is None and record.school_class not in self._known.classes:
            self._refuse("classSourcedId", "class_unknown", value=record.school_class)
            return None
        if ended and not record.ended:
            self._warn("classSourcedId", "class_ended", value=record.school_class)
        kind = self._kind_of_user(record.user)
        if kind and kind != kind_of(record.role):
            self._warn("role", "role_differs", kind=kind, value=record.role)
        return replace(record, school=self._school(record.school, "schoolSourcedId"))

    def _user(self, record: User) -> Record:
        schools = tuple(dict.fromkeys(self._school(org, "orgSourcedIds") for org in record.orgs))
        record = replace(record, orgs=tuple(org for org in schools if org), agents=self._agents(record))
        if record.sourced_id in self._index.roles or self._known.has_role_record(record.sourced_id):
            return record
        if record.role:
            if self._has_roles:
                self._warn("role", "role_in_users")
            return record
        enrolled_as = self._index.enrolled_as.get(record.sourced_id, "")
        if enrolled_as:
            self._warn("role", "role_from_enrollments", value=enrolled_as)
            return replace(record, role=enrolled_as)
        said_before = self._known.roles.get(record.sourced_id, "")
        if not said_before:
            self._warn("role", "role_missing")
        return replace(record, role=said_before)

    def _role(self, record: Role) -> Record | None:
        if not self._has_user(record.user, "userSourcedId"):
            return None
        if record.end and record.end < self._today and not record.ended:
            self._warn("endDate", "role_over", value=record.end)
        return replace(record, org=self._school(record.org, "orgSourcedId"))

    def _class(self, record: SchoolClass) -> Record:
        self._check(
            record.course,
            "courseSourcedId",
            "course_unknown",
            record.course in self._index.courses or record.course in self._known.courses,
        )
        for session in record.sessions:
            self._check(session, "termSourcedIds", "session_unknown", self._is_session(session))
        return replace(record, school=self._school(record.school, "schoolSourcedId"))

    def _agents(self, record: User) -> tuple[str, ...]:
        """The ties that make sense: a pupil's family, or a family member's pupils."""
        own = self._kind_of_user(record.sourced_id)
        kept = []
        for agent in record.agents:
            kind = self._kind_of_user(agent)
            if kind is None:
                self._warn("agentSourcedIds", "agent_unknown", value=agent)
            elif (
                kind == "guardian"
                or agent in self._index.families
                or (own == "guardian" and kind == "student")
            ):
                kept.append(agent)
            else:
                self._warn("agentSourcedIds", "agent_not_family", value=agent, kind=kind or "–")
        return tuple(kept)

    def _kind_of_user(self, user: str) -> str | None:
        return kind_of_user(user, self._index, self._known)

    def _has_user(self, user: str, column: str) -> bool:
        if user in self._index.users or user in self._known.users:
            return True
        self._refuse(column, "user_unknown", value=user)
        return False

    def _is_org(self, org: str) -> bool:
        return org in self._index.orgs or org in self._known.orgs

    def _is_session(self, session: str) -> bool:
        return session in self._index.sessions or session in self._known.sessions

    def _school(self, org: str, column: str) -> str:
        """The school that an organization is or belongs to, else the organization itself."""
        if not org:
            return ""
        place, kind = org, ""
        for _ in range(DEEPEST_ORG):
            found = self._index.orgs.get(place) or self._known.orgs.get(place)
            if found is None:
                break
            kind = kind or found[0]
            if found[0] == "school":
                if place != org:
                    self._warn(column, "org_within_school", value=org, type=kind, school=place)
                return place
            if found[0] != "department":
                break
            place = found[1]
        if not kind:
            self._warn(column, "org_unknown", value=org)
            return ""
        self._warn(column, "org_not_school", value=org, type=kind)
        return org

    def _check(self, value: str, column: str, code: str, is_there: bool) -> None:
        if value and not is_there:
            self._warn(column, code, value=value)

    def _warn(self, column: str, code: str, /, **values: object) -> None:
        self.findings.append(warning(self._file, self._line, column, code, **values))

    def _refuse(self, column: str, code: str, /, **values: object) -> None:
        self.findings.append(refusal(self._file, self._line, column, code, **values))
