"""The kinds of import: how the files of each are looked at, kept, opened again and named in reports."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from integrations.edfi import findings as edfi_findings
from integrations.edfi import rows as edfi_rows
from integrations.edfi.bundle import Bundle
from integrations.edfi.plan import District
from integrations.edfi.plan import Known as EdFiKnown
from integrations.edfi.reading import Reading
from integrations.oneroster import findings as oneroster_findings
from integrations.oneroster import rows as oneroster_rows
from integrations.oneroster.archive import Archive
from integrations.oneroster.findings import Finding
from integrations.oneroster.plan import Entry, Result, Roster
from integrations.oneroster.reduced import write_reduced
from integrations.oneroster.rows import Enrollment, Org, Role, User
from integrations.oneroster.specs import SPECS
from integrations.oneroster.ties import Known

MOST_OF_A_LABEL = 180
Tick = Callable[[], None]
REASONS: Mapping[str, str] = {**oneroster_findings.REASONS, **edfi_findings.REASONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look at the files has shown, and how to keep what is read of them."""

    version: str
    modes: dict[str, str]
    lines: int
    findings: tuple[Finding, ...]
    write: Callable[[IO[bytes]], None]


class Rows(Protocol):
    """Kept rows, file by file, to be applied."""

    ids: dict[str, set[str]]

    @property
    def nouns(self) -> tuple[str, ...]:
        """The kinds of rows in the order in which they are applied."""

    def prepare(self) -> None:
        """Read what rows say of each other."""

    def stream(self, noun: str) -> Iterator[Result]:
        """Every row of one kind, in order, resolved."""

    def may_end_others(self, noun: str) -> tuple[bool, Finding | None]:
        """Whether records that the file does not name have left, or why not."""

    def absent(self, noun: str, ids: Sequence[str], *, first_line: int) -> Iterator[Entry]:
        """Records that the file does not name, as rows that end them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKind:
    """One kind of import. `files` names each noun in reports."""

    code: str
    label: str
    default_name: str
    files: Mapping[str, StrOrPromise]
    payload: Callable[[Any], dict[str, Any]]
    owner: Callable[[Any], str]
    name: Callable[[Any], str]
    look: Callable[[Path | BinaryIO, date, Tick], AbstractContextManager[Looked]]
    reopen: Callable[[Path, date, Any], AbstractContextManager[Rows]]

    @property
    def nouns(self) -> tuple[str, ...]:
        """The kinds of rows in the order in which they are applied."""
        return tuple(self.files)


@contextmanager
def _look_oneroster(source: Path | BinaryIO, today: date, tick: Tick) -> Iterator[Looked]:
    with Archive(source) as archive:
        roster = Roster(archive, today=today)
        yield Looked(
            version=roster.manifest.version,
            modes={noun: mode.value for noun, mode in roster.manifest.modes.items()},
            lines=roster.lines,
            findings=tuple(roster.findings),
            write=lambda target: write_reduced(archive, roster, target, tick=tick),
        )


@contextmanager
def _reopen_oneroster(path: Path, today: date, known: Known) -> Iterator[Rows]:
    with Archive(path) as archive:
        yield Roster(archive, today=today, known=known)


@contextmanager
def _look_edfi(source: Path | BinaryIO, today: date, tick: Tick) -> Iterator[Looked]:
    with Bundle(source) as bundle, ExitStack() as stack:
        reading = stack.enter_context(closing(Reading(bundle, today=today, tick=tick)))
        yield Looked(
            version=reading.version,
            modes={},
            lines=reading.lines,
            findings=tuple(reading.findings),
            write=reading.write,
        )


@contextmanager
def _reopen_edfi(path: Path, today: date, known: EdFiKnown) -> Iterator[Rows]:
    district = District(path, today=today, known=known)
    try:
        yield district
    finally:
        district.close()


def _oneroster_owner(record: oneroster_rows.Record) -> str:
    return record.user if isinstance(record, Role | Enrollment) else ""


def _oneroster_name(record: oneroster_rows.Record) -> str:
    """A few words by which a person knows the row again."""
    if isinstance(record, User):
        return f"{record.given_name} {record.family_name}".strip()[:MOST_OF_A_LABEL]
    if isinstance(record, Org):
        return record.name[:MOST_OF_A_LABEL]
    if isinstance(record, Role | Enrollment):
        return record.role
    return str(getattr(record, "title", ""))[:MOST_OF_A_LABEL]


def _edfi_name(item: edfi_rows.Item) -> str:
    return item.label[:MOST_OF_A_LABEL]


KINDS: Mapping[str, ImportKind] = {
    "oneroster": ImportKind(
        code="oneroster",
        label="OneRoster",
        default_name="roster.zip",
        files={noun: f"{noun}.csv" for noun in SPECS},
        payload=oneroster_rows.payload,
        owner=_oneroster_owner,
        name=_oneroster_name,
        look=_look_oneroster,
        reopen=_reopen_oneroster,
    ),
    "edfi": ImportKind(
        code="edfi",
        label="Ed-Fi",
        default_name="ed-fi.zip",
        files={
            "schools": _("Schools and organizations"),
            "students": _("Students"),
            "staff": _("Staff"),
            "placements": _("Students' schools"),
            "assignments": _("Staff assignments"),
            "programs": _("Programs"),
            "assessments": _("Assessment results"),
        },
        payload=edfi_rows.payload,
        owner=edfi_rows.owner,
        name=_edfi_name,
        look=_look_edfi,
        reopen=_reopen_edfi,
    ),
}
CHOICES = tuple((kind.code, kind.label) for kind in KINDS.values())
