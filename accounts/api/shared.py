"""What the endpoints of districts and people share."""

from accounts import queries
from core.api import ApiPages


class NewestFirst(ApiPages):
    """The newest first."""

    ordering = ("-created_at", "-id")  # type: ignore[assignment]  # the base names one column


class PersonPages(ApiPages):
    """By family name."""

    ordering = queries.BY_NAME  # type: ignore[assignment]  # the base names one column
