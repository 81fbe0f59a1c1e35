"""When a server has written down all that was typed."""

import time
from typing import Any

from django.db.models import F

from coediting.models import Text
from core.tenant import organization


def wait_until_written_down(cast: Any) -> None:
    """The server keeps texts whole a moment after they were typed: not while the rows are wiped."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with organization(cast.district.id):
            if not Text.objects.exclude(told_version=F("version")).exists():
                return
        time.sleep(0.2)
