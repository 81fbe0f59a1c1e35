"""How a shared text stands in a page: readable as it is, and an editor where there is JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from coediting import delta
from core.templatetags.ui import initials, moment, near_date

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coediting.queries import HistoryPage, Piece, Sitting, TextState

register = template.Library()

APART = 16
"""Percent of the slider between two days written under it."""
LAST_STOP = 86
MOST_SITTINGS = 60
"""Beside a version: of the others the slider tells."""


@register.filter
def text_html(ops: delta.Ops) -> SafeString:
    """A text as paragraphs and lists."""
    return mark_safe(delta.html(ops))  # noqa: S308  # every word and address in it is escaped there


@dataclass(frozen=True, slots=True)
class Stop:
    """A day under the slider: the first version of it, and where that is, in percent."""

    version: int
    label: str
    share: float


@register.filter
def stops(page: HistoryPage) -> list[Stop]:
    """A few days of a text's history, spread over its versions."""
    firsts: dict[date, int] = {}
    for sitting in page.sittings:
        firsts.setdefault(timezone.localdate(sitting.began_at), sitting.first_version)
    found = [
        Stop(version, str(near_date(day)), round(100 * version / page.newest, 2))
        for day, version in firsts.items()
    ]
    kept: list[Stop] = []
    for stop in found:
        if stop.share <= LAST_STOP and (not kept or stop.share - kept[-1].share >= APART):
            kept.append(stop)
    return [*kept, Stop(page.newest, gettext("Now"), 100)]


@register.filter
def newest_sittings(page: HistoryPage) -> tuple[Sitting, ...]:
    """Who wrote when, the latest first; of a long history those around the version that is shown."""
    found = sorted(page.sittings, key=lambda one: one.last_version, reverse=True)
    later = sum(one.first_version > page.version for one in found)
    first = max(0, min(later - MOST_SITTINGS // 2, len(found) - MOST_SITTINGS))
    return tuple(found[first : first + MOST_SITTINGS])


@register.filter
def authored(lines: Sequence[Sequence[Piece]]) -> SafeString:
    """The words of a text with the colour of who wrote each; put together here, for there are hundreds of them."""
    when = lru_cache(maxsize=None)(_when)
    return format_html_join(
        "", "<p>{}</p>", ((_authored(line, when) if line else mark_safe("<br>"),) for line in lines)
    )


def _authored(line: Sequence[Piece], when: Callable[[date], str]) -> SafeString:
    return mark_safe("".join(_piece(piece, when) for piece in line))  # noqa: S308  # each is escaped there


def _piece(piece: Piece, when: Callable[[date], str]) -> str:
    author, day = piece.author, timezone.localdate(piece.at)
    name = escape(author.name)
    told = moment(piece.at) if day == timezone.localdate() else when(day)
    mark = (
        f'<span class="sr-only">{name}: </span>'
        f'<b class="by-mark" data-p="{author.colour}" aria-hidden="true">{escape(initials(author.name))}</b>'
        if piece.is_new_author
        else ""
    )
    title = f"{name}, {escape(told)}"
    return f'{mark}<span class="by" data-p="{author.colour}" title="{title}">{escape(piece.text)}</span>'


def _when(day: date) -> str:
    return str(near_date(day))


@register.filter
def before_last(page: HistoryPage) -> int:
    """The version before the last sitting."""
    return max(one.first_version for one in page.sittings) - 1


@register.simple_tag
def version_words(page: HistoryPage) -> str:
    """Which version is shown, who made it and when."""
    name = (
        gettext("Now, version %(number)d") if page.is_newest else gettext("Version %(number)d of %(newest)d")
    ) % {"number": page.version, "newest": page.newest}
    return name if page.last is None else f"{name}, {page.last.by_name}, {moment(page.last.began_at)}"


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
