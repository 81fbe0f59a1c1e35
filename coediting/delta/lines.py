"""A text as what is drawn of it: lines, each with its runs of letters; and as plain HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from coediting.delta.units import Ops

_TAGS = {"bold": "strong", "italic": "em", "underline": "u"}
_LISTS = {"bullet": "ul", "ordered": "ol"}


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, or one item of a list (`list` is "bullet" or "ordered")."""

    runs: tuple[tuple[str, Mapping[str, Any]], ...]
    list: str = ""

    @property
    def plain(self) -> str:
        """Its words alone."""
        return "".join(text for text, _ in self.runs)


def lines(ops: Ops) -> Iterator[Line]:
    """A text line by line. A last line without its line break is a line too; embeds are left out."""
    runs: list[tuple[str, Mapping[str, Any]]] = []
    for op in ops:
        content, attributes = op["insert"], op.get("attributes") or {}
        if not isinstance(content, str):
            continue
        *ended, rest = content.split("\n")
        for words in ended:
            if words:
                runs.append((words, attributes))
            yield Line(tuple(runs), attributes.get("list", ""))
            runs = []
        if rest:
            runs.append((rest, attributes))
    if runs:
        yield Line(tuple(runs))


def html(ops: Ops) -> str:
    """A text as HTML: paragraphs and lists, with the formats of the allow-list and nothing else."""
    return "".join(
        _block(kind, ["".join(_run(words, attributes) for words, attributes in line.runs) for line in some])
        for kind, some in groupby(lines(ops), key=lambda line: line.list)
    )


def _block(kind: str, items: list[str]) -> str:
    tag = _LISTS.get(kind)
    if tag is None:
        return "".join(f"<p>{item or '<br>'}</p>" for item in items)
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def _run(words: str, attributes: Mapping[str, Any]) -> str:
    marked = escape(words)
    for name, tag in _TAGS.items():
        if attributes.get(name):
            marked = f"<{tag}>{marked}</{tag}>"
    if link := attributes.get("link"):
        marked = f'<a href="{escape(str(link))}" rel="noopener noreferrer" target="_blank">{marked}</a>'
    return marked
