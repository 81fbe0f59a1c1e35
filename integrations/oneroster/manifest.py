"""The manifest: which version, and for each file whether it is whole, changes only, or absent."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from integrations.oneroster.archive import FILES, UNUSED, Archive
from integrations.oneroster.findings import Finding, refusal, warning

LONGEST_MANIFEST = 100_000
VERSIONS = ("1.1", "1.2")
READ = tuple(noun for noun in FILES if noun not in {"manifest", "userProfiles"})
NOUNS = {noun.lower(): noun for noun in (*FILES, *UNUSED)}


class Mode(StrEnum):
    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the sender says of the files. `modes` has every file that is there and none that is not."""

    version: str
    modes: Mapping[str, Mode]
    findings: tuple[Finding, ...] = field(default=())


def read_manifest(archive: Archive, *, has_role_column: bool) -> Manifest:
    """The manifest. Where it is silent, a file is a delta, which takes nothing away."""
    guess = "1.2" if "roles" in archive.members or not has_role_column else "1.1"
    there = [noun for noun in READ if noun in archive.members]
    member = archive.members.get("manifest")
    if member is None:
        found = warning("manifest.csv", 0, "", "manifest_missing")
        return Manifest(guess, dict.fromkeys(there, Mode.DELTA), (found,))
    text = _text(archive)
    if text is None:
        reasons = (refusal(member.name, 0, "", "file_corrupt", name=member.name),)
        return Manifest(guess, dict.fromkeys(there, Mode.DELTA), reasons)
    said, findings = _properties(text, member.name)
    version, about_version = _version(said, member.name, guess)
    modes, about_files = _modes(said, member.name, there)
    return Manifest(version, modes, (*findings, *about_version, *about_files))


def _text(archive: Archive) -> str | None:
    member = archive.members["manifest"]
    if not archive.inspect(member).is_sound:
        return None
    with archive.open(member) as stream:
        data = stream.read(LONGEST_MANIFEST)
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return data.decode(encoding, errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _properties(text: str, name: str) -> tuple[dict[str, tuple[int, str]], list[Finding]]:
    """Property to (line, value); names in lower case."""
    said: dict[str, tuple[int, str]] = {}
    findings = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            cells = [cell.strip() for cell in next(csv.reader(io.StringIO(line), strict=True))]
        except (csv.Error, StopIteration):
            cells = []
        if cells[:1] and cells[0].lower() == "propertyname":
            continue
        if not cells or not cells[0] or any(cells[2:]):
            findings.append(warning(name, number, "", "manifest_row"))
            continue
        said[cells[0].lower()] = (number, cells[1] if len(cells) > 1 else "")
    return said, findings


def _version(said: Mapping[str, tuple[int, str]], name: str, guess: str) -> tuple[str, list[Finding]]:
    line, value = said.get("oneroster.version", (0, ""))
    if value in VERSIONS:
        return value, []
    if value == "1.0":
        return "1.1", [
            warning(name, line, "oneroster.version", "manifest_version", value=value, version="1.1")
        ]
    return guess, [
        warning(name, line, "oneroster.version", "manifest_version", value=value or "–", version=guess)
    ]


def _modes(
    said: Mapping[str, tuple[int, str]], name: str, there: list[str]
) -> tuple[dict[str, Mode], list[Finding]]:
    modes: dict[str, Mode] = {}
    findings = []
    for noun in NOUNS.values():
        line, value = said.get(f"file.{noun.lower()}", (0, ""))
        file, label, word = f"{noun}.csv", f"file.{noun}", value.lower()
        if noun not in there:
            # A file that nothing here reads may well be announced and missing.
            if noun in READ and word in {"bulk", "delta"}:
                findings.append(refusal(name, line, label, "file_missing", file=file))
            elif line and not value:
                findings.append(warning(name, line, label, "manifest_blank_absent", name=label))
            continue
        modes[noun] = Mode.BULK if word == "bulk" else Mode.DELTA
        if word == "absent" or not line:
            findings.append(warning(name, line, label, "manifest_absent", file=file))
        elif not value:
            findings.append(warning(name, line, label, "manifest_blank", name=label, file=file))
        elif word not in {"bulk", "delta"}:
            findings.append(warning(name, line, label, "manifest_mode", name=label, value=value))
    return modes, sorted(findings, key=lambda finding: finding.line)
