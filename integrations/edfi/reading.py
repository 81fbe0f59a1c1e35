"""Reads every file of a bundle once: what is sound goes into one list of rows for each noun, the rest is named."""

import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import IO, Any

from integrations.edfi.assessments import assessment
from integrations.edfi.bundle import Bundle
from integrations.edfi.descriptors import Descriptors
from integrations.edfi.people import ORGANIZATIONS, assignment, organization, placement, staff, student
from integrations.edfi.programs import SPECIAL, is_program, program
from integrations.edfi.rows import NOUNS, Item, Row
from integrations.edfi.taking import Taking
from integrations.edfi.xml import Document, Node, XmlRefused
from integrations.oneroster.archive import UNREADABLE, ArchiveRefused, Member
from integrations.oneroster.findings import Finding, Severity, refusal, warning

Read = Callable[[Taking], Item]
Spool = IO[bytes]
IN_MEMORY = 4_000_000
TICK_EVERY = 500
DESCRIPTORS = "Descriptors"

READERS: Mapping[str, Mapping[str, tuple[str, Read]]] = {
    "EducationOrganization": dict.fromkeys(ORGANIZATIONS, ("schools", organization)),
    "Student": {"Student": ("students", student)},
    "StudentEnrollment": {"StudentSchoolAssociation": ("placements", placement)},
    "StaffAssociation": {
        "Staff": ("staff", staff),
        "StaffSchoolAssociation": ("assignments", assignment),
        "StaffEducationOrganizationAssignmentAssociation": ("assignments", assignment),
    },
    "StudentProgram": {},
    "StudentAssessment": {"StudentAssessment": ("assessments", assessment)},
}


class Reading:
    """What the files of a bundle came to. Nothing of what is not needed is in it."""

    def __init__(self, bundle: Bundle, *, today: date, tick: Callable[[], None] = lambda: None) -> None:
        """Read everything. Raises ArchiveRefused when no file is sound."""
        self.findings: list[Finding] = list(bundle.findings)
        self.version = ""
        self.counts: Counter[str] = Counter()
        self.has_special = False
        self._bundle, self._today, self._tick = bundle, today, tick
        self._descriptors = Descriptors()
        self._spools: dict[str, list[Spool]] = {noun: [] for noun in NOUNS}
        self._open = ExitStack()
        try:
            self._read_all([bundle.members[name] for name in sorted(bundle.members)])
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of what was read."""
        self._open.close()

    def _read_all(self, members: Sequence[Member]) -> None:
        waiting = [member for member in members if not self._read(member, is_first=True)]
        for member in waiting:
            self._read(member, is_first=False)
        if not self.lines:
            refused = [found for found in self.findings if found.severity is Severity.REFUSAL]
            if refused:
                raise ArchiveRefused(refused[0].code, **refused[0].values)
            raise ArchiveRefused("no_edfi")
        self._say_what_is_missing()

    @property
    def lines(self) -> int:
        """How many rows there are to apply."""
        return self.counts.total()

    def write(self, target: IO[bytes]) -> None:
        """The rows as a zip of lists, to be kept until they have been applied."""
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for noun in NOUNS:
                with archive.open(f"{noun}.jsonl", "w") as stream:
                    for spool in self._spools[noun]:
                        spool.seek(0)
                        while data := spool.read(1 << 18):
                            stream.write(data)
                    self._tick()

    def _read(self, member: Member, *, is_first: bool) -> bool:
        """Read one file; descriptors first. False when its turn is later."""
        try:
            with self._bundle.open(member) as stream:
                document = Document(stream, member.name)
                if is_first is not (document.interchange == DESCRIPTORS):
                    return False
                self._take(document)
        except XmlRefused as refused:
            self.findings.append(refused.finding)
        except UNREADABLE:
            self.findings.append(refusal(member.name, 0, "", "file_corrupt", name=member.name))
        return True

    def _take(self, document: Document) -> None:
        """Take what is in one file, or nothing of it. Raises XmlRefused."""
        if document.interchange == DESCRIPTORS:
            kept = [node for node in document.elements() if node.name.endswith("Descriptor")]
            for node in kept:
                self._descriptors.add(
                    node.name, node.said("CodeValue"), node.said("ShortDescription"), node.said("Description")
                )
            return
        if document.interchange not in READERS:
            self.findings.append(
                warning(
                    document.name, 0, "", "interchange_unused", name=document.name, found=document.interchange
                )
            )
            return
        spools: dict[str, Spool] = {}
        counts: Counter[str] = Counter()
        unused: Counter[str] = Counter()
        for number, node in enumerate(document.elements()):
            if number % TICK_EVERY == 0:
                self._tick()
            noun, read = _reader(document, node)
            if read is None:
                unused[node.name] += 1
                continue
            self.has_special = self.has_special or node.name == SPECIAL
            counts[noun] += 1
            if noun not in spools:
                spools[noun] = self._open.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  # the stack closes it
            spools[noun].write(_packed(self._row(noun, read, node, document.name)))
        # Only now is the file known to be whole.
        self.counts += counts
        for noun, spool in spools.items():
            self._spools[noun].append(spool)
        for name, count in sorted(unused.items()):
            self.findings.append(
                warning(
                    document.name, 0, name, "elements_unused", name=document.name, found=name, count=count
                )
            )
        self._check_version(document)

    def _row(self, noun: str, read: Read, node: Node, file: str) -> Row:
        taking = Taking(node, file, self._descriptors, self._today)
        item = read(taking)
        return Row(
            noun, file, node.line, item if taking.is_sound else None, item.sourced_id, tuple(taking.findings)
        )

    def _check_version(self, document: Document) -> None:
        if self.version and self.version != document.version:
            self.findings.append(
                warning(
                    document.name,
                    0,
                    "",
                    "versions_differ",
                    name=document.name,
                    found=document.version,
                    version=self.version,
                )
            )
        self.version = self.version or document.version

    def _say_what_is_missing(self) -> None:
        if self.counts["students"] and not self.counts["placements"]:
            self.findings.append(warning("", 0, "", "no_school_link"))
        if self.has_special:
            self.findings.append(warning("", 0, "", "no_iep"))
        if self.counts["programs"] or self.counts["assessments"]:
            self.findings.append(warning("", 0, "", "kept_with_roster"))


def rows_of(archive: zipfile.ZipFile, noun: str) -> Iterator[Row]:
    """The kept rows of a noun, in order."""
    with archive.open(f"{noun}.jsonl") as stream:
        for line in stream:
            yield _unpacked(noun, json.loads(line))


def open_kept(path: Path) -> zipfile.ZipFile:
    """The kept lists. Raises ArchiveRefused."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise ArchiveRefused("not_a_zip") from error


def _reader(document: Document, node: Node) -> tuple[str, Read | None]:
    """The noun of an element and what reads it, if anything does."""
    if document.interchange == "StudentProgram" and is_program(node.name):
        return "programs", program
    return READERS[document.interchange].get(node.name, ("", None))


def _packed(row: Row) -> bytes:
    found: dict[str, Any] = {"file": row.file, "line": row.line, "id": row.sourced_id}
    if row.item is not None:
        found["item"] = asdict(row.item)
    if row.findings:
        found["findings"] = [asdict(finding) for finding in row.findings]
    return json.dumps(found, ensure_ascii=False).encode() + b"\n"


def _unpacked(noun: str, found: Mapping[str, Any]) -> Row:
    findings = tuple(
        Finding(**{**finding, "severity": Severity(finding["severity"])})
        for finding in found.get("findings", ())
    )
    item = Item(**found["item"]) if "item" in found else None
    return Row(noun, found["file"], found["line"], item, found["id"], findings)
