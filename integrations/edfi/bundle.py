"""The XML files of one zip, or of a folder made into one."""

import zipfile
from pathlib import Path
from typing import IO, BinaryIO

from integrations.oneroster.archive import Archive, ArchiveRefused, Limits, Member
from integrations.oneroster.findings import refusal, warning

MOST_ALIKE = 500  # XML repeats itself, and shrinks further than other text
EPOCH = (1980, 1, 1, 0, 0, 0)  # so that the same folder is the same zip


class Bundle(Archive):
    """An archive whose members are XML files, by their path in it. Which is what, their roots say."""

    def __init__(self, source: Path | BinaryIO, *, limits: Limits | None = None) -> None:
        """Read the directory. Raises ArchiveRefused."""
        super().__init__(source, limits=limits or Limits(ratio=MOST_ALIKE))

    def _place(self, entry: zipfile.ZipInfo, name: str) -> None:
        if not name.lower().endswith(".xml"):
            self.findings.append(warning(name, 0, "", "not_xml", name=name))
        elif entry.filename in self.members:
            self.findings.append(refusal(name, 0, "", "repeated_file", name=name))
        elif self._is_readable(entry, name):
            self.members[entry.filename] = Member("", name, entry)

    def _check_found(self) -> None:
        if not self.members:
            raise ArchiveRefused("no_edfi")


def pack_folder(folder: Path, target: IO[bytes], *, limits: Limits | None = None) -> None:
    """Put the XML files of a folder and of the folders in it into a zip, always the same way. Raises ArchiveRefused."""
    limits = limits or Limits()
    paths = sorted(path for path in folder.rglob("*.xml") if path.is_file() and not path.is_symlink())
    if len(paths) > limits.entries:
        raise ArchiveRefused("too_many_files", found=len(paths), limit=limits.entries)
    if sum(path.stat().st_size for path in paths) > limits.total_bytes:
        raise ArchiveRefused("too_large", limit=limits.total_bytes // 1_000_000)
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
    target.seek(0)
