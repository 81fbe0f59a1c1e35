"""How a shared text stands in a page: readable as it is, and an editor where there is JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from coediting import delta

if TYPE_CHECKING:
    from coediting.queries import TextState

register = template.Library()


@register.filter
def text_html(ops: delta.Ops) -> SafeString:
    """A text as paragraphs and lists."""
    return mark_safe(delta.html(ops))  # noqa: S308  # every word and address in it is escaped there


@register.inclusion_tag("coediting/_text.html")
def shared_text(
    text: TextState, *, label: str, help: str = "", labelled_by: str = "", tools: bool = True
) -> dict[str, Any]:
    """One shared text, named `label` for those who hear the page.

    `labelled_by` is the id of a heading that shows the name already; `help` is a sentence under the text. With
    `tools=False` the page brings its own toolbar: `data-text-tools` on an element, for the text that has the focus.
    """
    return {
        "text": text,
        "content": {"version": text.version, "ops": text.ops},
        "label": label,
        "help": help,
        "labelled_by": labelled_by,
        "tools": tools,
    }
