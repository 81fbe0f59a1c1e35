"""Opens a zip file of unknown origin without believing its directory. Nothing is written to disk."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self

from integrations.oneroster.findings import Finding, refusal, warning

MEGABYTE = 1_000_000
CHUNK = 256 * 1024
ENCRYPTED = 0x1
READABLE = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What reading a broken zip raises. `zipfile` itself says RuntimeError for a member that is encrypted, and a kind of it
# for a way of packing that it does not know.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
# Flat text of a few lines may well shrink a hundredfold; the ratio is judged above this size only.
RATIO_FREE_BYTES = MEGABYTE
SLASHED_DATE = re.compile(rb"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}(?![0-9])")

FILES = (
    "manifest",
    "orgs",
    "academicSessions",
    "courses",
    "classes",
    "users",
    "roles",
    "demographics",
    "enrollments",
    "userProfiles",
)
UNUSED = (
    "categories",
    "classResources",
    "courseResources",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "scoreScales",
    "userResources",
)
KNOWN = {noun.lower(): noun for noun in (*FILES, *UNUSED)}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is unpacked: entries, bytes over all files, and bytes for each packed byte."""

    entries: int = 1_000
    total_bytes: int = 100 * MEGABYTE
    ratio: int = 100


class ArchiveRefused(Exception):
    """The archive as a whole is not opened. `finding` says why."""

    def __init__(self, code: str, **values: object) -> None:
        self.finding = refusal("", 0, "", code, **values)
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the roster. `name` as in the archive, without folders; `noun` as in the specification."""

    noun: str
    name: str
    info: zipfile.ZipInfo


@dataclass(frozen=True, slots=True)
class Inspection:
    """What unpacking a member once has shown. `lines` counts line ends; not exact for UTF-16."""

    is_sound: bool
    lines: int = 0
    has_slashed_dates: bool = False


class Archive:
    """The roster files of one zip, by noun, and what was odd about the zip itself."""

    def __init__(self, source: Path | BinaryIO, *, limits: Limits | None = None) -> None:
        """Read the directory. Raises ArchiveRefused."""
        self.limits = limits or Limits()
        self.findings: list[Finding] = []
        self.members: dict[str, Member] = {}
        try:
            self._zip = zipfile.ZipFile(source)
        except (*UNREADABLE, zipfile.LargeZipFile, ValueError) as error:
            raise ArchiveRefused("not_a_zip") from error
        try:
            self._read_directory()
        except ArchiveRefused:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def inspect(self, member: Member) -> Inspection:
        """Unpack a member once, counting: sums checked, lines counted. Raises ArchiveRefused for a bomb."""
        lines, has_dates, tail = 0, False, b""
        try:
            with self.open(member) as stream:
                while chunk := stream.read(CHUNK):
                    lines += chunk.count(b"\n")
                    has_dates = has_dates or SLASHED_DATE.search(tail + chunk.replace(b"\0", b"")) is not None
                    tail = chunk[-16:]
        except UNREADABLE:
            return Inspection(is_sound=False)
        lines += bool(tail) and not tail.rstrip(b"\0").endswith(b"\n")
        return Inspection(is_sound=True, lines=lines, has_slashed_dates=has_dates)

    @contextmanager
    def open(self, member: Member) -> Iterator[BinaryIO]:
        """The bytes of a member, counted while they are unpacked. Raises ArchiveRefused for too many."""
        with self._zip.open(member.info) as packed:
            most_by_ratio = max(member.info.compress_size * self.limits.ratio, RATIO_FREE_BYTES)
            counted = _Counted(packed, member.name, most_by_ratio, self.limits)
            yield io.BufferedReader(counted, CHUNK)

    def _read_directory(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > self.limits.entries:
            raise ArchiveRefused("too_many_files", found=len(entries), limit=self.limits.entries)
        if sum(entry.file_size for entry in entries) > self.limits.total_bytes:
            raise ArchiveRefused("too_large", limit=self.limits.total_bytes // MEGABYTE)
        for entry in sorted(entries, key=lambda entry: entry.filename.count("/")):
            if not entry.is_dir():
                self._add(entry)
        self._check_found()

    def _add(self, entry: zipfile.ZipInfo) -> None:
        parts = entry.filename.replace("\\", "/").split("/")
        name = parts[-1]
        if name.startswith(".") or "__MACOSX" in parts or not name:
            return
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            self.findings.append(refusal(name, 0, "", "unsafe_name", name=entry.filename))
            return
        self._place(entry, name)

    def _check_found(self) -> None:
        """Raises ArchiveRefused when there is nothing to read."""
        if not any(noun in self.members for noun in FILES if noun not in {"manifest", "userProfiles"}):
            raise ArchiveRefused("no_roster")

    def _place(self, entry: zipfile.ZipInfo, name: str) -> None:
        """Keep a file of the directory under what it is."""
        stem, _, extension = name.rpartition(".")
        noun = KNOWN.get(stem.lower()) if extension.lower() == "csv" else None
        if noun is None:
            self.findings.append(warning(name, 0, "", "unknown_file", name=name))
        elif noun in self.members:
            self.findings.append(refusal(name, 0, "", "repeated_file", name=name))
        elif not self._is_readable(entry, name):
            return
        elif noun in UNUSED:
            self.findings.append(warning(name, 0, "", "unused_file", name=name))
        else:
            if name != f"{noun}.csv":
                self.findings.append(
                    warning(name, 0, "", "file_name_case", name=name, expected=f"{noun}.csv")
                )
            self.members[noun] = Member(noun, name, entry)

    def _is_readable(self, entry: zipfile.ZipInfo, name: str) -> bool:
        """Whether a file can be unpacked. Raises ArchiveRefused for a locked one."""
        if entry.flag_bits & ENCRYPTED:
            raise ArchiveRefused("encrypted")
        if entry.compress_type in READABLE:
            return True
        self.findings.append(refusal(name, 0, "", "file_corrupt", name=name))
        return False


class _Counted(io.RawIOBase):
    """Passes bytes on until there are more than there may be."""

    def __init__(self, source: IO[bytes], name: str, most: int, limits: Limits) -> None:
        super().__init__()
        self._source, self._name, self._most, self._limits = source, name, most, limits
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        self._seen += len(data)
        if self._seen > self._limits.total_bytes:
            raise ArchiveRefused("too_large", limit=self._limits.total_bytes // MEGABYTE)
        if self._seen > self._most:
            raise ArchiveRefused("zip_bomb", name=self._name, limit=self._limits.ratio)
        buffer[: len(data)] = data
        return len(data)
