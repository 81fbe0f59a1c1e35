"""Puts the rows of a roster together: who is what, what leans on what, what repeats, what stands alone."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from integrations.oneroster.archive import Archive
from integrations.oneroster.findings import Finding, Severity, refusal, warning
from integrations.oneroster.manifest import Manifest, Mode, read_manifest
from integrations.oneroster.reader import FileRefused, Scanned, Table
from integrations.oneroster.rows import (
    SPECS,
    AcademicSession,
    Course,
    Demographics,
    Enrollment,
    Org,
    Record,
    Role,
    SchoolClass,
    User,
    kind_of,
)

R = TypeVar("R", bound=Record)
MOST_ALIKE = 1_000  # warnings of one code in one file that are kept one by one; the rest are counted
DEEPEST_ORG = 10


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier imports left that a row may lean on. Records that ended are not in it."""

    orgs: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # id -> (type, parent)
    sessions: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    users: Mapping[str, str] = field(default_factory=dict)  # id -> student, guardian, staff or blank


@dataclass(frozen=True, slots=True)
class Entry:
    """A sound row, ready to be applied."""

    line: int
    record: Record
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken. `sourced_id` is blank when it could not be read."""

    line: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Index:
    """What rows say of each other, gathered before the first one is applied."""

    orgs: dict[str, tuple[str, str]] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    courses: set[str] = field(default_factory=set)
    classes: dict[str, bool] = field(default_factory=dict)  # id -> has ended
    users: dict[str, str] = field(default_factory=dict)  # id -> kind
    roles: dict[str, str] = field(default_factory=dict)  # user -> kind, from roles.csv
    families: set[str] = field(default_factory=set)  # users with a family role, whatever else they are
    enrolled_as: dict[str, str] = field(default_factory=dict)  # user -> role, for those nothing else places


class Roster:
    """A roster ready to be streamed. Building it reads the ties of every file once."""

    def __init__(self, archive: Archive, *, today: date, known: Known | None = None) -> None:
        """Read manifest, headers and ties. Raises ArchiveRefused."""
        self._archive, self.today = archive, today
        self.known = known or Known()
        self.findings: list[Finding] = list(archive.findings)
        self.tables: dict[str, Table] = {}
        self._open_tables()
        users = self.tables.get("users")
        self.manifest: Manifest = read_manifest(
            archive, has_role_column=bool(users and users.has("role") and "roles" not in self.tables)
        )
        self.findings = [*self.manifest.findings, *self.findings]
        self._index = _Index()
        self._read_index()
        # Filled while streaming; whoever resumes streams from the start and skips what is done.
        self.ids: dict[str, set[str]] = {noun: set() for noun in self.tables}
        self.unread: Counter[str] = Counter()

    @property
    def nouns(self) -> tuple[str, ...]:
        """The kinds of rows that can be read, in the order in which they are applied."""
        return tuple(noun for noun in SPECS if noun in self.tables)

    @property
    def lines(self) -> int:
        """How many lines there are to read, headers left out. Close enough for a progress bar."""
        return sum(max(table.lines - 1, 1) for table in self.tables.values())

    def is_bulk(self, noun: str) -> bool:
        """Whether the file holds every record of its kind."""
        return self.manifest.modes.get(noun) is Mode.BULK

    def may_end_others(self, noun: str) -> tuple[bool, Finding | None]:
        """Whether records that this file does not name have left, or why not. Ask after streaming."""
        name = self.tables[noun].name
        if not self.is_bulk(noun):
            return False, None
        if self.unread[noun]:
            return False, warning(name, 0, "", "leaving_skipped")
        if not self.ids[noun]:
            return False, warning(name, 0, "", "bulk_empty")
        return True, None

    def stream(self, noun: str) -> Iterator[Entry | Refused]:
        """Every line of one file, in order, resolved. Like warnings beyond `MOST_ALIKE` are only counted."""
        alike: Counter[str] = Counter()
        table = self.tables[noun]
        seen: dict[str, tuple[int, int]] = {}
        last = 0
        for scanned in table.scan():
            last = scanned.line
            result = self._resolve_one(noun, table.name, scanned, seen)
            kept = []
            for finding in result.findings:
                if finding.severity is Severity.WARNING:
                    alike[finding.code] += 1
                    if alike[finding.code] > MOST_ALIKE:
                        continue
                kept.append(finding)
            yield result if len(kept) == len(result.findings) else replace(result, findings=tuple(kept))
        more = tuple(
            warning(table.name, 0, "", "more_of_the_same", count=count - MOST_ALIKE, code=code)
            for code, count in sorted(alike.items())
            if count > MOST_ALIKE
        )
        if more:
            yield Refused(last + 1, more)

    def kind_of_user(self, user: str) -> str | None:
        """What somebody is: student, guardian, staff, blank when nothing says, None when unknown."""
        found = self._index.users.get(user)
        return self.known.users.get(user) if found is None else found or self.known.users.get(user, "")

    def _resolve_one(
        self, noun: str, file: str, scanned: Scanned, seen: dict[str, tuple[int, int]]
    ) -> Entry | Refused:
        record = scanned.record
        if record is None:
            # Whoever stands on a refused line has not left: without its id, nobody can be said to have left.
            self.unread[noun] += 1
            return Refused(scanned.line, scanned.findings)
        sourced_id, content = record.sourced_id, hash(record)
        first = seen.get(sourced_id)
        if first is not None:
            line, first_content = first
            if content == first_content:
                found = warning(file, scanned.line, "sourcedId", "duplicate_identical", line=line)
                return Entry(scanned.line, record, (*scanned.findings, found))
            found = refusal(file, scanned.line, "sourcedId", "duplicate_different", line=line)
            return Refused(scanned.line, (*scanned.findings, found))
        seen[sourced_id] = (scanned.line, content)
        self.ids[noun].add(sourced_id)
        ties = _Ties(self, file, scanned.line)
        resolved = ties.resolve(record)
        findings = (*scanned.findings, *ties.findings)
        return (
            Refused(scanned.line, findings) if resolved is None else Entry(scanned.line, resolved, findings)
        )

    def _open_tables(self) -> None:
        members = dict(self._archive.members)
        profiles = members.pop("userProfiles", None)
        if profiles is not None:
            self._weigh_profiles(members, profiles.name)
        for noun, spec in SPECS.items():
            member = members.get(noun)
            if member is None:
                continue
            inspection = self._archive.inspect(member)
            try:
                table = Table(self._archive, member, spec, inspection=inspection, today=self.today)
            except FileRefused as refused:
                self.findings.extend(refused.findings)
                continue
            self.findings.extend(table.findings)
            self.tables[noun] = table

    def _weigh_profiles(self, members: Mapping[str, object], name: str) -> None:
        """User profiles hold passwords, so they are not read; unless they are roles by another name."""
        member = self._archive.members["userProfiles"]
        try:
            table = Table(
                self._archive,
                member,
                SPECS["roles"],
                inspection=self._archive.inspect(member),
                today=self.today,
            )
        except FileRefused:
            self.findings.append(warning(name, 0, "", "unused_file", name=name))
            return
        if "roles" in members:
            self.findings.append(warning(name, 0, "", "misplaced_roles", name=name))
            return
        self.findings.append(warning(name, 0, "", "roles_elsewhere", name=name))
        self.findings.extend(table.findings)
        self.tables["roles"] = table

    def _read_index(self) -> None:
        index = self._index
        for org in self._records("orgs", Org):
            if not org.ended:
                index.orgs.setdefault(org.sourced_id, (org.type, org.parent))
        for session in self._records("academicSessions", AcademicSession):
            index.sessions.add(session.sourced_id)
        for course in self._records("courses", Course):
            index.courses.add(course.sourced_id)
        for school_class in self._records("classes", SchoolClass):
            index.classes.setdefault(school_class.sourced_id, school_class.ended)
        for role in self._records("roles", Role):
            if not role.ended:
                self._index_role(role)
        self._index_users()

    def _index_role(self, role: Role) -> None:
        roles, kind = self._index.roles, kind_of(role.role)
        if kind == "guardian":
            self._index.families.add(role.user)
        if roles.get(role.user) != "student" and (
            role.is_primary or kind == "student" or role.user not in roles
        ):
            roles[role.user] = kind

    def _index_users(self) -> None:
        """Users and what they are; who has no role anywhere is looked for among the enrollments."""
        index = self._index
        unplaced = set()
        for user in self._records("users", User):
            if user.sourced_id not in index.users:
                kind = index.roles.get(user.sourced_id) or kind_of(user.role)
                index.users[user.sourced_id] = kind
                if not kind and not self.known.users.get(user.sourced_id):
                    unplaced.add(user.sourced_id)
        if unplaced:
            for enrollment in self._records("enrollments", Enrollment):
                if enrollment.user in unplaced and not enrollment.ended:
                    index.enrolled_as.setdefault(enrollment.user, enrollment.role)
            index.users.update({user: kind_of(role) for user, role in index.enrolled_as.items()})

    def _records(self, noun: str, kind: type[R]) -> Iterator[R]:
        table = self.tables.get(noun)
        if table is None:
            return
        for scanned in table.scan():
            if isinstance(scanned.record, kind):
                yield scanned.record


class _Ties:
    """What one row leans on. Only a row that means nothing without it is refused."""

    def __init__(self, roster: Roster, file: str, line: int) -> None:
        self._roster, self._index, self._known = roster, roster._index, roster.known
        self._file, self._line = file, line
        self.findings: list[Finding] = []

    def resolve(self, record: Record) -> Record | None:
        """The row with its ties checked, or None when it cannot stand."""
        if isinstance(record, Enrollment):
            return self._enrollment(record)
        if isinstance(record, User):
            return self._user(record)
        if isinstance(record, Role):
            return self._role(record)
        if isinstance(record, Demographics):
            return record if self._has_user(record.sourced_id, "sourcedId") else None
        if isinstance(record, SchoolClass):
            return self._class(record)
        if isinstance(record, Org):
            self._check(record.parent, "parentSourcedId", "parent_unknown", self._is_org(record.parent))
        elif isinstance(record, AcademicSession):
            self._check(record.parent, "parentSourcedId", "parent_unknown", self._is_session(record.parent))
        elif isinstance(record, Course):
            self._check(record.org, "orgSourcedId", "org_unknown", self._is_org(record.org))
        return record

    def _enrollment(self, record: Enrollment) -> Record | None:
        if not self._has_user(record.user, "userSourcedId"):
            return None
        ended = self._index.classes.get(record.school_class)
        if ended is None and record.school_class not in self._known.classes:
            self._refuse("classSourcedId", "class_unknown", value=record.school_class)
            return None
        if ended and not record.ended:
            self._warn("classSourcedId", "class_ended", value=record.school_class)
        kind = self._roster.kind_of_user(record.user)
        if kind and kind != kind_of(record.role):
            self._warn("role", "role_differs", kind=kind, value=record.role)
        return replace(record, school=self._school(record.school, "schoolSourcedId"))

    def _user(self, record: User) -> Record:
        schools = tuple(dict.fromkeys(self._school(org, "orgSourcedIds") for org in record.orgs))
        record = replace(record, orgs=tuple(org for org in schools if org), agents=self._agents(record))
        if record.sourced_id in self._index.roles or self._known.users.get(record.sourced_id):
            return record
        if record.role:
            if "roles" in self._roster.tables:
                self._warn("role", "role_in_users")
            return record
        enrolled_as = self._index.enrolled_as.get(record.sourced_id, "")
        if enrolled_as:
            self._warn("role", "role_from_enrollments", value=enrolled_as)
            return replace(record, role=enrolled_as)
        self._warn("role", "role_missing")
        return record

    def _role(self, record: Role) -> Record | None:
        if not self._has_user(record.user, "userSourcedId"):
            return None
        if record.end and record.end < self._roster.today and not record.ended:
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
        own = self._roster.kind_of_user(record.sourced_id)
        kept = []
        for agent in record.agents:
            kind = self._roster.kind_of_user(agent)
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
