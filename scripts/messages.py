"""Collect the strings that people read into locale/, and compile what the translators wrote.

`collect` reads Python and templates as Django's makemessages does, but without GNU gettext: the same reading runs in
the tests, on every machine. `compile` writes the .mo files that Django loads.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
NOT_OURS = {".venv", ".local", "node_modules", "tests", "bench", "scripts", "migrations"}
CALL = re.compile(r"\b(?:n?p?gettext|_)\(")

# How many leading arguments of a call are its context, its singular and its plural.
SHAPES = {
    "_": "s",
    "gettext": "s",
    "gettext_lazy": "s",
    "gettext_noop": "s",
    "ngettext": "sp",
    "ngettext_lazy": "sp",
    "pgettext": "cs",
    "pgettext_lazy": "cs",
    "npgettext": "csp",
    "npgettext_lazy": "csp",
}


class NotCollectable(Exception):
    """A string is marked for translation, but put together when the program runs."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to translate: what it says, for many, and what tells it from its namesakes."""

    singular: str
    plural: str = ""
    context: str | None = None


def main() -> None:
    """Parse the command line and do one of the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("collect", "compile"))
    step = parser.parse_args().step
    for path in catalogues():
        if step == "compile":
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
        else:
            missing = collect(path)
            sys.stdout.write(f"{path.relative_to(ROOT)}: {missing} to translate\n")


def catalogues() -> list[Path]:
    """The .po file of every language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def collect(path: Path) -> int:
    """Make one catalogue hold exactly the messages of the source. Returns how many wait for a translation."""
    old = polib.pofile(str(path), wrapwidth=110)
    known = {message_of(entry): entry for entry in old}
    new = polib.POFile(wrapwidth=110)
    new.header, new.metadata = old.header, old.metadata
    for message, files in messages().items():
        entry = known.get(message) or polib.POEntry(
            msgid=message.singular, msgid_plural=message.plural, msgctxt=message.context
        )
        if message.plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        entry.occurrences = [(file, "") for file in files]
        entry.linenum = None
        new.append(entry)
    new.save(str(path))
    return sum(not entry.translated() for entry in new)


def message_of(entry: polib.POEntry) -> Message:
    """What an entry of a catalogue translates."""
    return Message(entry.msgid, entry.msgid_plural, entry.msgctxt)


def messages() -> dict[Message, list[str]]:
    """Every message of the source, with the files it stands in, in the order of files and lines."""
    found: dict[Message, list[str]] = {}
    for path in sources():
        text = path.read_text()
        name = str(path.relative_to(ROOT))
        for message in from_python(text) if path.suffix == ".py" else from_template(text):
            files = found.setdefault(message, [])
            if name not in files:
                files.append(name)
    return found


def sources() -> Iterator[Path]:
    """Python modules and templates that may say something to a person."""
    for pattern in ("*.py", "*.html", "*.txt"):
        for path in sorted(ROOT.glob(f"*/**/{pattern}")):
            parts = path.relative_to(ROOT).parts
            if NOT_OURS.isdisjoint(parts) and (path.suffix == ".py" or "templates" in parts):
                yield path


def from_template(text: str) -> Iterator[Message]:
    """The messages of a template, by Django's own reading of its tags."""
    code = templatize(text)
    for call in CALL.finditer(code):
        yield from from_python(code[call.start() : closing(code, call.end())])


def closing(code: str, start: int) -> int:
    """Where the call ends whose arguments begin at `start`: at the first bracket outside a string."""
    quote, at = "", start
    while quote or code[at] != ")":
        if code[at] == "\\":
            at += 1
        elif quote == code[at]:
            quote = ""
        elif not quote and code[at] in "'\"":
            quote = code[at]
        at += 1
    return at + 1


def from_python(text: str) -> Iterator[Message]:
    """The messages of Python source. Raises NotCollectable."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in SHAPES:
            yield from from_call(SHAPES[name], call)


def from_call(shape: str, call: ast.Call) -> Iterator[Message]:
    """The message of one call; none when it names a variable, whose words are marked elsewhere."""
    said = {}
    for part, node in zip(shape, call.args, strict=False):
        if isinstance(node, ast.JoinedStr | ast.BinOp):
            raise NotCollectable(f"line {node.lineno}: {ast.unparse(node)}")
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return
        said[part] = node.value
    if said.get("s"):
        yield Message(said["s"], said.get("p", ""), said.get("c"))


if __name__ == "__main__":
    main()
