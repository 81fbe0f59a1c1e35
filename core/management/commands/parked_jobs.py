"""What workers have given up, for whoever looks after the installation."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.queue import parked_jobs, retry_parked


class Command(BaseCommand):
    help = "List the jobs that failed too often. With --retry they are offered to the workers again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="UUID", help="only those of one organisation")
        parser.add_argument("--retry", action="store_true", help="offer them again")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization_id = UUID(options["organization"]) if options["organization"] else None
        except ValueError:
            raise CommandError("--organization takes the id of an organisation.") from None
        found = parked_jobs(organization_id=organization_id)
        for job in found:
            self.stdout.write(
                f"{job.created_at:%Y-%m-%d %H:%M} {job.organization_id} {job.name} {job.id}"
                f" failed {job.attempts} times: {job.last_error}"
            )
        if not found:
            self.stdout.write("No job is parked.")
        elif options["retry"]:
            self.stdout.write(f"{retry_parked(organization_id=organization_id)} offered again.")
