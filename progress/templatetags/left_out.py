"""Why scores do not count, as notes under the chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from progress.left_out import LeftOutNote, notes_of

if TYPE_CHECKING:
    from progress.queries import GoalProgress

register = template.Library()


@register.simple_tag
def left_out_notes(page: GoalProgress) -> tuple[LeftOutNote, ...]:
    """The notes that the numbers in the chart point to."""
    return notes_of(page)
