"""What a page that stands alone carries with it: its styles, and pictures that this program drew."""

from functools import lru_cache
from pathlib import Path

from django import template
from django.utils.safestring import SafeString, mark_safe

from casefile import printed_iep

register = template.Library()
STYLES = Path(printed_iep.__file__).with_name("alone.css")


@register.simple_tag
def alone_style() -> SafeString:
    """The styles of a page that needs nothing else."""
    return mark_safe(f"<style>\n{_styles()}</style>")  # noqa: S308  # a file of ours


@register.filter
def drawn(svg: str) -> SafeString:
    """A chart or a drawn signature: made here, of numbers and escaped words."""
    return mark_safe(svg)  # noqa: S308  # charts escape each word; handwriting.py writes numbers alone


@lru_cache(maxsize=1)
def _styles() -> str:
    return STYLES.read_text()
