"""`manage.py import_edfi PATH --organization SLUG`: a district from Ed-Fi files, with its report on the screen."""

import tempfile
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import CommandError

from integrations.edfi.bundle import pack_folder
from integrations.oneroster.archive import ArchiveRefused
from integrations.queries import reason
from integrations.reporting import ImportCommand


class Command(ImportCommand):
    kind = "edfi"
    name = "import_edfi"
    help = "Import Ed-Fi XML files, a folder or a zip, into a district. Run it again: nothing changes."

    def bring(self, path: Path) -> BinaryIO:
        """The zip to be read, made of the folder where one is given. Raises CommandError."""
        if not path.is_dir():
            return super().bring(path)
        packed = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
        try:
            pack_folder(path, packed)
        except ArchiveRefused as error:
            packed.close()
            raise CommandError(reason(error.finding.code, dict(error.finding.values))) from error
        return packed
