"""Puts the rows of a roster together: who is what, what leans on what, what repeats, what stands alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from integrations.oneroster.archive import Archive
from integrations.oneroster.dates import Order
from integrations.oneroster.findings import Finding, Severity, refusal, warning
from integrations.oneroster.lines import Line
from integrations.oneroster.manifest import Manifest, Mode, read_manifest
from integrations.oneroster.reader import FileRefused, Scanned, Table
from integrations.oneroster.rows import (
    AcademicSession,
    Course,
    Enrollment,
    Org,
    Record,
    Role,
    SchoolClass,
    User,
    kind_of,
)
from integrations.oneroster.specs import SPECS
from integrations.oneroster.ties import Index, Known, Ties, kind_of_user

R = TypeVar("R", bound=Record)
MOST_ALIKE = 1_000  # warnings of one code in one file that are kept one by one; the rest are counted


@dataclass(frozen=True, slots=True)
class Entry:
    """A sound row, ready to be applied."""

    line: int
    record: Any  # what its kind of import makes of a row
    findings: tuple[Finding, ...] = ()
    is_repeat: bool = False  # an earlier line says the same
    is_absent: bool = (
        False  # no line at all: a bulk file no longer names the record; `line` only keeps the order
    )
    at: tuple[str, int] | None = None  # file and line, where `line` only keeps the order


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken. `sourced_id` is blank when it could not be read."""

    line: int
    findings: tuple[Finding, ...]
    sourced_id: str = ""
    at: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Findings about the file rather than about one of its rows; `line` only keeps the order."""

    line: int
    findings: tuple[Finding, ...]


Result = Entry | Refused | Remark


def fewer_alike(results: Iterator[Entry | Refused], file: str) -> Iterator[Result]:
    """The same results; like warnings beyond `MOST_ALIKE` are only counted, in a remark at the end."""
    alike: Counter[str] = Counter()
    last = 0
    for result in results:
        last = result.line
        kept = []
        for finding in result.findings:
            if finding.severity is Severity.WARNING:
                alike[finding.code] += 1
                if alike[finding.code] > MOST_ALIKE:
                    continue
            kept.append(finding)
        yield result if len(kept) == len(result.findings) else replace(result, findings=tuple(kept))
    more = tuple(
        warning(file, 0, "", "more_of_the_same", count=count - MOST_ALIKE, code=code)
        for code, count in sorted(alike.items())
        if count > MOST_ALIKE
    )
    if more:
        yield Remark(last + 1, more)


class Roster:
    """The files of a roster whose headers are understood. `prepare` reads their ties; then they can be streamed."""

    def __init__(self, archive: Archive, *, today: date, known: Known | None = None) -> None:
        """Read manifest, headers and ties. Raises ArchiveRefused."""
        self._archive, self.today = archive, today
        self._known = known or Known()
        self.findings: list[Finding] = list(archive.findings)
        self.tables: dict[str, Table] = {}
        self._open_tables()
        users = self.tables.get("users")
        self.manifest: Manifest = read_manifest(
            archive, has_role_column=bool(users and users.has("role") and "roles" not in self.tables)
        )
        self.findings = [*self.manifest.findings, *self.findings]
        self.known = self._still_known()
        self._index = Index()
        # Filled while streaming; whoever resumes streams from the start and skips what is done.
        self.ids: dict[str, set[str]] = {noun: set() for noun in self.tables}
        self.unread: Counter[str] = Counter()

    def _still_known(self) -> Known:
        """What earlier imports left, without what a bulk file of this one says anew."""
        known, is_bulk = self._known, self.is_bulk
        return Known(
            orgs={} if is_bulk("orgs") else known.orgs,
            sessions=frozenset() if is_bulk("academicSessions") else known.sessions,
            courses=frozenset() if is_bulk("courses") else known.courses,
            classes=frozenset() if is_bulk("classes") else known.classes,
            users={} if is_bulk("users") else known.users,
            roles={} if is_bulk("users") else known.roles,
        )

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

    def stream(self, noun: str) -> Iterator[Result]:
        """Every line of one file, in order, resolved. Like warnings beyond `MOST_ALIKE` are only counted."""
        return fewer_alike(self._resolved(noun), self.tables[noun].name)

    def _resolved(self, noun: str) -> Iterator["Entry | Refused"]:
        table = self.tables[noun]
        seen: dict[str, tuple[int, int]] = {}
        for scanned in table.scan():
            yield self._resolve_one(noun, table.name, scanned, seen)

    def absent(self, noun: str, ids: Sequence[str], *, first_line: int) -> Iterator[Entry]:
        """Records that a bulk file no longer names, as rows that end them. `first_line` keeps them in order."""
        spec, name = SPECS[noun], self.tables[noun].name
        blank = dict.fromkeys(spec.columns, "") | {"status": "tobedeleted"}
        for place, sourced_id in enumerate(ids):
            line = Line(
                name, 0, blank | {"sourcedId": sourced_id}, order=Order.UNKNOWN, days={}, today=self.today
            )
            found = warning(name, 0, "sourcedId", "left_roster", value=sourced_id)
            yield Entry(first_line + place, spec.parse(line), (found,), is_absent=True)

    def kind_of_user(self, user: str) -> str | None:
        """What somebody is: student, guardian, staff, blank when nothing says, None when unknown."""
        return kind_of_user(user, self._index, self.known)

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
                return Entry(scanned.line, record, (*scanned.findings, found), is_repeat=True)
            found = refusal(file, scanned.line, "sourcedId", "duplicate_different", line=line)
            return Refused(scanned.line, (*scanned.findings, found), sourced_id)
        seen[sourced_id] = (scanned.line, content)
        self.ids[noun].add(sourced_id)
        ties = Ties(
            self._index, self.known, file, scanned.line, has_roles="roles" in self.tables, today=self.today
        )
        resolved = ties.resolve(record)
        findings = (*scanned.findings, *ties.findings)
        if resolved is None:
            return Refused(scanned.line, findings, sourced_id)
        return Entry(scanned.line, resolved, findings)

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

    def prepare(self) -> None:
        """Read what the rows of every file say of each other, before the first one is applied."""
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
                if not kind and not self.known.has_role_record(user.sourced_id):
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
