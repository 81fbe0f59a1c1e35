"""The formats of a shared text as paragraphs and lists, for any kind of document. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from casefile.printed_iep.languages import language_of

Ops = Sequence[dict[str, Any]]
Run = dict[str, Any]
Block = dict[str, Any]
OBJECT = "\ufffc"


def paragraphs(ops: Ops, language: str) -> list[Block]:
    """A text as blocks: `p` with `runs`, `bullet` and `ordered` with `lines` of runs; each names its language."""
    blocks: list[Block] = []
    for runs, kind in _lines(ops):
        if kind and blocks and blocks[-1]["kind"] == kind:
            blocks[-1]["lines"].append(runs)
        elif kind:
            blocks.append({"kind": kind, "lines": [runs]})
        elif runs:
            blocks.append({"kind": "p", "runs": runs})
    for block in blocks:
        lines = block.get("lines") or [block["runs"]]
        words = " ".join(run["t"] for line in lines for run in line)
        block["lang"] = language_of(words, language)
    return blocks


def _lines(ops: Ops) -> Iterator[tuple[list[Run], str]]:
    """Each line's runs, and of which kind of list it is: the line break itself says so."""
    runs: list[Run] = []
    for op in ops:
        words, format_ = op.get("insert"), op.get("attributes") or {}
        if not isinstance(words, str):
            words = OBJECT
        first, *others = words.split("\n")
        _add(runs, first, format_)
        for more in others:
            yield runs, str(format_.get("list", ""))
            runs = []
            _add(runs, more, format_)
    if runs:
        yield runs, ""


def _add(runs: list[Run], words: str, format_: dict[str, Any]) -> None:
    words = words.replace("\t", "    ")
    if not words:
        return
    run: Run = {"t": words}
    for name, short in (("bold", "b"), ("italic", "i"), ("underline", "u")):
        if format_.get(name):
            run[short] = True
    if format_.get("link"):
        run["link"] = str(format_["link"])
    runs.append(run)
