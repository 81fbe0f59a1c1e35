"""What progress reports look like in a template: statements, objections and charts in words."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from progress.report_words import apart, objection_words, statement_words

register = template.Library()

TONES = {
    "mastered": "met",
    "sufficient": "ok",
    "some": "watch",
    "insufficient": "act",
    "not_introduced": "none",
}


@register.filter
def statement(value: str) -> str:
    """A statement as families read it."""
    return statement_words(value)


@register.filter
def statement_tone(value: str) -> str:
    """The shape that stands before a statement."""
    return TONES.get(value, "none")


@register.filter
def objects(value: str) -> str:
    """What the data has against a statement, in a sentence."""
    return objection_words(value)


@register.simple_tag
def report_chart(chart: str, key: str) -> SafeString:
    """A chart of a report, with ids of its own. It was drawn by `progress.charts`, which escapes every word."""
    return mark_safe(apart(chart, key))  # noqa: S308  # charts escape each word as they draw it


@register.filter
def says(mapping: dict[str, str], key: str) -> str:
    """What a mapping says under a key; nothing when it says nothing."""
    return mapping.get(str(key), "")
