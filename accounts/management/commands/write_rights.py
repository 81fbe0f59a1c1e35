"""Write docs/rights.md from the table of rights."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.rights_page import rights_page


class Command(BaseCommand):
    """`write_rights`"""

    help = "Write docs/rights.md from accounts/rights.py."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "rights.md"
        path.write_text(rights_page())
        self.stdout.write(f"{path.name} written")
