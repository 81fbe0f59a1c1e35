"""A copy of a roster that holds what is read and nothing else, to be kept until it has been applied."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from integrations.oneroster.archive import Archive
from integrations.oneroster.plan import Roster


def write_reduced(
    archive: Archive, roster: Roster, target: Path | IO[bytes], *, tick: Callable[[], None] = lambda: None
) -> None:
    """Write the sound files of a roster, without passwords, sign-in names or any other column that is not read.

    Reading the copy gives the same rows and the same findings about them, line by line; findings about the archive
    and its headers are those of the original. `tick` is called every now and then.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        manifest = archive.members.get("manifest")
        if manifest is not None and archive.inspect(manifest).is_sound:
            with archive.open(manifest) as stream:
                copy.writestr("manifest.csv", stream.read())
        for table in roster.tables.values():
            with copy.open(table.name, "w") as stream:
                table.reduce(stream, tick)
