"""`manage.py make_roster PATH --rows N --seed S`: a OneRoster zip of invented people, to measure imports with."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.oneroster.synthetic import write_roster


class Command(BaseCommand):
    help = "Write a OneRoster 1.2 zip of invented people; the same seed gives the same people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, path: Path, rows: int, seed: int, **options: Any) -> None:
        """Write the file and say how many rows it has."""
        try:
            with path.open("wb") as target:
                count = write_roster(target, rows=rows, seed=seed, today=datetime.now(UTC).date())
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{path}: {count} rows")
