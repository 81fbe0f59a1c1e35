"""What the two import commands share: start, go on, print what became of the rows."""

import time
from pathlib import Path
from typing import Any, BinaryIO, ClassVar
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import organization_by_slug, software_actor
from core.actor import Actor
from core.errors import SpedError
from core.tenant import organization
from integrations import queries
from integrations.tasks import RosterRefused, advance, receive

SHOWN = 1_000


class ImportCommand(BaseCommand):
    """A roster from a file, with its report on the screen. Run it again on the same file: nothing changes."""

    kind: ClassVar[str]
    name: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--organization", required=True, metavar="SLUG")

    def bring(self, path: Path) -> BinaryIO:
        """The zip to be read. Raises CommandError."""
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        return path.open("rb")

    def handle(self, *, path: Path, organization: str, **options: Any) -> None:
        """Import the file and print what became of it. A killed run goes on where it stopped."""
        began = time.monotonic()
        with self.bring(path) as source:
            try:
                district = organization_by_slug(organization)
            except SpedError as error:
                raise CommandError(f"There is no district {organization}.") from error
            actor = software_actor(organization=district, name=self.name)
            try:
                run_id = self._start(actor, source, path.name)
            except RosterRefused as error:
                raise CommandError(" ".join(error.fields["file"])) from error
            except SpedError as error:
                raise CommandError(str(error.text)) from error
        advance(actor=actor, run_id=run_id, tell=self._tell)
        self._report(actor, run_id, time.monotonic() - began)

    def _start(self, actor: Actor, source: BinaryIO, name: str) -> UUID:
        with organization(actor.organization_id):
            return receive(source, actor=actor, name=name, kind=self.kind, by_command=True)

    def _tell(self, done: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} lines", ending="")

    def _report(self, actor: Actor, run_id: UUID, seconds: float) -> None:
        with organization(actor.organization_id):
            found = queries.import_summary(actor=actor, run_id=run_id)
            notes = [
                queries.finding_line(row) for row in queries.finding_rows(actor=actor, run_id=run_id)[:SHOWN]
            ]
        for note in notes:
            place = ":".join(part for part in (note.file, str(note.line or ""), note.column) if part)
            self.stdout.write(f"{note.severity:8} {place or 'the archive'}: {note.reason}")
        heads = ("created", "updated", "unchanged", "left", "refused", "warnings")
        self.stdout.write(
            "".join(f"{word:>11}" for word in ("", "", *heads)).lstrip(" ").rjust(26 + 11 * len(heads))
        )
        for file in (*found.files, found.totals):
            numbers = "".join(f"{getattr(file, word):>11}" for word in heads)
            self.stdout.write(f"{file.file or 'total':26}{numbers}")
        rate = found.done_lines / seconds if seconds else 0
        self.stdout.write(
            f"{found.kind_label} {found.roster_version}: {found.state_label} {found.failure}".strip()
            + f", {found.done_lines} lines in {seconds:.1f} s ({rate:.0f} lines/s)"
        )
        if found.state != "done":
            raise CommandError("The roster was not applied to its end.")
