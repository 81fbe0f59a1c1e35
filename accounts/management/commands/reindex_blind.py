"""`manage.py reindex_blind`: write the index over encrypted fields anew, after a new BLIND_INDEX_KEY."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Organization
from core.rotation import reindex


class Command(BaseCommand):
    help = (
        "Write the index over encrypted fields anew. Until it ends, what was not reached is not found by it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="one district only")

    def handle(self, *args: Any, **options: Any) -> None:
        districts = Organization.objects.order_by("slug")
        if options["organization"]:
            districts = districts.filter(slug=options["organization"])
        for district in districts:
            self.stdout.write(f"{district.slug}: {reindex(district.id)} values indexed anew")
