"""Puts the rows of Ed-Fi files together: what leans on what, what repeats, what stands alone."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from integrations.edfi.people import years_between
from integrations.edfi.reading import open_kept, rows_of
from integrations.edfi.rows import NOUNS, Item, Row
from integrations.oneroster.findings import Finding, Severity, refusal, warning
from integrations.oneroster.plan import Entry, Refused, Result, fewer_alike

OLD_ENOUGH_TO_LEAVE = 18  # nobody reaches the age limit before
OLD_ENOUGH_TO_GRADUATE = 14
BY_AGE, BY_GRADUATION = ("maximum age", "age limit"), ("graduated",)


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier imports left: pupils with their dates of birth, staff, organizations with their types."""

    students: Mapping[str, str] = field(default_factory=dict)
    staff: frozenset[str] = frozenset()
    places: Mapping[str, str] = field(default_factory=dict)


class District:
    """The kept rows of one upload. `prepare` reads who and what is there; then they can be streamed."""

    def __init__(self, path: Path, *, today: date, known: Known) -> None:
        """Open the kept lists. Raises ArchiveRefused."""
        self._archive: zipfile.ZipFile = open_kept(path)
        self.today = today
        self._students = dict(known.students)
        self._staff = set(known.staff)
        self._places = dict(known.places)
        self.ids: dict[str, set[str]] = {}

    @property
    def nouns(self) -> tuple[str, ...]:
        """The kinds of rows, in the order in which they are applied."""
        return NOUNS

    def prepare(self) -> None:
        """Read what rows refer to, before the first one is applied."""
        for item in self._items("schools"):
            self._places.setdefault(item.sourced_id, item.payload["type"])
        for item in self._items("students"):
            self._students.setdefault(item.sourced_id, item.payload.get("born", ""))
        self._staff.update(item.sourced_id for item in self._items("staff"))

    def may_end_others(self, noun: str) -> tuple[bool, Finding | None]:
        """Nobody has left because a file does not name them: these files do not say whether they hold everything."""
        del noun
        return False, None

    def absent(self, noun: str, ids: object, *, first_line: int) -> Iterator[Entry]:
        """Nobody, as `may_end_others` says."""
        del noun, ids, first_line
        return iter(())

    def stream(self, noun: str) -> Iterator[Result]:
        """Every row of one kind, in order, resolved. `line` is its number among them, `at` where it stands."""
        return fewer_alike(self._resolved(noun), "")

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def _resolved(self, noun: str) -> Iterator[Entry | Refused]:
        seen: dict[str, tuple[str, int]] = {}
        for number, row in enumerate(rows_of(self._archive, noun), 1):
            yield self._resolve(number, row, seen)

    def _resolve(self, number: int, row: Row, seen: dict[str, tuple[str, int]]) -> Entry | Refused:
        at = (row.file, row.line)
        if row.item is None:
            return Refused(number, row.findings, row.sourced_id, at=at)
        place, content = f"{row.file}:{row.line}", hash(repr((row.item.payload, row.item.ended)))
        first = seen.get(row.sourced_id)
        if first is not None:
            before, first_content = first
            if content == first_content:
                found = warning(row.file, row.line, "", "same_again", place=before)
                return Entry(number, row.item, (*row.findings, found), is_repeat=True, at=at)
            found = refusal(row.file, row.line, "", "same_key", place=before)
            return Refused(number, (*row.findings, found), row.sourced_id, at=at)
        seen[row.sourced_id] = (place, content)
        item, said = self._tie(row, row.item)
        findings = (*row.findings, *said)
        if any(found.severity is Severity.REFUSAL for found in said):
            return Refused(number, findings, row.sourced_id, at=at)
        return Entry(number, item, findings, at=at)

    def _tie(self, row: Row, item: Item) -> tuple[Item, list[Finding]]:
        """What a row says of others: refused when nobody is left to whom it could belong."""
        said: list[Finding] = []
        if row.noun in {"placements", "programs", "assessments"} and item.owner not in self._students:
            said.append(refusal(row.file, row.line, "StudentReference", "student_unknown", value=item.owner))
        if row.noun == "assignments" and item.owner not in self._staff:
            said.append(refusal(row.file, row.line, "StaffReference", "staff_unknown", value=item.owner))
        if row.noun == "placements" and self._places.get(item.payload["school"]) != "school":
            found = item.payload["school"]
            said.append(refusal(row.file, row.line, "SchoolReference", "school_unknown", value=found))
        if "place" in item.payload and item.payload["place"] not in self._places:
            found = item.payload["place"]
            said.append(
                warning(row.file, row.line, "EducationOrganizationReference", "place_unknown", value=found)
            )
        if row.noun == "programs":
            item = self._check_program(row, item, said)
        return item, said

    def _check_program(self, row: Row, item: Item, said: list[Finding]) -> Item:
        values = item.payload
        if born := self._students.get(item.owner, ""):
            self._check_age(row, item, date.fromisoformat(born), said)
        services = []
        for service in values.get("services", ()):
            for provider in service.get("providers", ()):
                if provider not in self._staff:
                    said.append(
                        warning(row.file, row.line, "ServiceProvider", "provider_unknown", value=provider)
                    )
            known = [provider for provider in service.get("providers", ()) if provider in self._staff]
            services.append({**service, "providers": known})
        return replace(item, payload={**values, "services": services}) if services else item

    def _check_age(self, row: Row, item: Item, born: date, said: list[Finding]) -> None:
        values = item.payload
        begin = date.fromisoformat(values["begin"])
        if begin < born:
            said.append(warning(row.file, row.line, "BeginDate", "before_birth", value=begin, born=born))
            return
        for column, reason, ended in (
            ("SpecialEducationExitReason", values.get("special_exit", ""), values.get("exited")),
            ("ReasonExited", values.get("exit_reason", ""), values.get("end")),
        ):
            age = years_between(born, date.fromisoformat(ended) if ended else self.today)
            words = reason.lower()
            too_young = any(sign in words for sign in BY_AGE) and age < OLD_ENOUGH_TO_LEAVE
            if too_young or (any(sign in words for sign in BY_GRADUATION) and age < OLD_ENOUGH_TO_GRADUATE):
                said.append(warning(row.file, row.line, column, "exit_at_age", value=reason, age=age))

    def _items(self, noun: str) -> Iterator[Item]:
        for row in rows_of(self._archive, noun):
            if row.item is not None:
                yield row.item
