"""Fragments of lists that are drawn once and shown many times: to the same person again, and to colleagues."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.dates import date_order

register = template.Library()
MOST_DRAWN = 4096  # some kilobytes each


@register.simple_tag
def drawn(name: str, **values: Hashable) -> SafeString:
    """A fragment made of these values and nothing else, drawn once for equal values, language, day, way of dates and
    district.

    A list of which one row changed costs one row. Values are frozen; what reads the clock is given as words.
    """
    return _drawn(
        name, get_language(), date_order(), get_script_prefix(), timezone.localdate(), tuple(values.items())
    )


@lru_cache(maxsize=MOST_DRAWN)
def _drawn(
    name: str,
    _language: str,
    _dates: str,
    _prefix: str,
    _today: date,
    values: tuple[tuple[str, Hashable], ...],
) -> SafeString:
    return mark_safe(get_template(name).render(dict(values)))  # noqa: S308  # a template escapes what it is given
