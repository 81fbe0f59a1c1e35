"""After a backup was restored: destroy again whoever was destroyed since it was made."""

from typing import Any

from django.core.management.base import BaseCommand

from records.tasks import destroy_restored


class Command(BaseCommand):
    """Reads the list of destroyed students, in the database and beside the files, and destroys who is back."""

    help = "Destroys again the records that a restored backup brought back."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say of how many."""
        self.stdout.write(f"{destroy_restored()} records destroyed again")
