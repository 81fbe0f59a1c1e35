"""What the endpoints of districts and people share."""

import hashlib
import json
from typing import Any

from core.api import ApiPages


def version_of(data: Any) -> str:
    """A version that changes with what is shown."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()[:20]


class NewestFirst(ApiPages):
    """The newest first."""

    ordering = ("-created_at", "-id")  # type: ignore[assignment]  # the base names one column
