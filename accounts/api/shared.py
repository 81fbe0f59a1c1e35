"""What the endpoints of districts and people share."""

from core.api import ApiPages


class NewestFirst(ApiPages):
    """The newest first."""

    ordering = ("-created_at", "-id")  # type: ignore[assignment]  # the base names one column
