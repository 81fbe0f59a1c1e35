"""What PostgreSQL plans by, gathered at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = (
        "Tell PostgreSQL how full its tables are, after much was loaded or a backup restored. It looks by itself "
        "within minutes; until then a page of a list may take seconds. Runs as the owner of the tables."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'django_migrations'"
            )
            if cursor.fetchone() != (True,):
                raise CommandError("the owner of the tables alone may do that: set DATABASE_OWNER_URL.")
            cursor.execute("ANALYZE")
