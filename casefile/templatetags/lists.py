"""Small pieces of the pages about lists."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.http import urlencode

from casefile.queries import ViewRow

register = template.Library()


@register.filter
def get(words: Mapping[str, Any], key: str) -> Any:
    """What stands under a key; the key itself where nothing does."""
    return words.get(key, key)


@register.simple_tag
def view_query(view: ViewRow) -> str:
    """The words of a view as the end of an address."""
    return f"?{urlencode(view.words)}" if view.words else "?view=all"
