"""Reads XML of unknown origin as a stream: one element under the root after the other, each with its line."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, NoReturn
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import errors

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from integrations.oneroster.findings import Finding, refusal

CHUNK = 64 * 1024
DEEPEST = 30
MOST_NODES = 5_000  # in one element under the root
LONGEST_TEXT = 10_000
NAMESPACE = re.compile(r"http://ed-fi\.org/([0-9]+)((?:\.[0-9]+)*)\Z")
VERSIONS = frozenset({"4", "5"})
ROOT = re.compile(r"Interchange([A-Za-z]+)\Z")
DECLARED = re.compile(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)")
NOT_CLOSED = frozenset(
    errors.codes[message]
    for message in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        errors.XML_ERROR_PARTIAL_CHAR,
    )
)
ENCODINGS = frozenset(
    errors.codes[message]
    for message in (errors.XML_ERROR_UNKNOWN_ENCODING, errors.XML_ERROR_INCORRECT_ENCODING)
)


class XmlRefused(Exception):
    """A file that is not read. `finding` says why."""

    def __init__(self, name: str, code: str, line: int = 0, **values: object) -> None:
        self.finding: Finding = refusal(name, line, "", code, **{"name": name, **values})
        super().__init__(code)


class Node:
    """An element: its name without the namespace, its text, what is in it."""

    __slots__ = ("children", "line", "name", "text")

    def __init__(self, name: str, line: int) -> None:
        self.name, self.line, self.text = name, line, ""
        self.children: list[Node] = []

    def first(self, path: str) -> "Node | None":
        """The first element at a path such as `Name/FirstName`."""
        head, _slash, rest = path.partition("/")
        for child in self.children:
            if child.name == head:
                found = child.first(rest) if rest else child
                if found is not None:
                    return found
        return None

    def all(self, name: str) -> list["Node"]:
        """Every element of that name right inside."""
        return [child for child in self.children if child.name == name]

    def said(self, path: str) -> str:
        """The text at a path, blanks taken off; blank when it is not there."""
        found = self.first(path)
        return " ".join(found.text.split()) if found is not None else ""


class Document:
    """One XML file: which interchange it is, in which version, and its elements."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Read up to the root. Raises XmlRefused."""
        self.name = name
        self._stream = stream
        self._builder = _Builder(name)
        self._parser = DefusedXMLParser(target=self._builder, forbid_dtd=True)
        self._builder.place = self._parser.parser
        self._decoder: codecs.IncrementalDecoder | None = None
        self._is_open = True
        while self._is_open and not self._builder.root:
            self._feed()
        if not self._builder.root:
            raise XmlRefused(name, "xml_truncated")
        self.interchange, self.version = _root(name, self._builder.root)

    @property
    def line(self) -> int:
        """How far it was read."""
        return int(self._parser.parser.CurrentLineNumber)

    def elements(self) -> Iterator[Node]:
        """The elements under the root, in order. Raises XmlRefused, perhaps after some."""
        while True:
            done, self._builder.done = self._builder.done, []
            yield from done
            if not self._is_open:
                return
            self._feed()

    def _feed(self) -> None:
        data = self._stream.read(CHUNK)
        try:
            if data:
                self._check_text(data)
                self._parser.feed(data)
            else:
                self._is_open = False
                self._parser.close()
        except ParseError as error:
            self._explain(error, is_over=not data)
        except DefusedXmlException as error:
            raise XmlRefused(self.name, "xml_entities", self.line) from error
        except (LookupError, ValueError) as error:
            raise XmlRefused(self.name, "xml_encoding") from error

    def _check_text(self, data: bytes) -> None:
        """Text that says it is UTF-8, or says nothing, is. Raises UnicodeDecodeError, a ValueError."""
        if self._decoder is None:
            declared = DECLARED.search(data[:200])
            is_marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            says = "utf-16" if is_marked else (declared[1].decode() if declared else "utf-8")
            self._decoder = codecs.getincrementaldecoder(says)()
        self._decoder.decode(data)

    def _explain(self, error: ParseError, *, is_over: bool) -> NoReturn:
        line = error.position[0]
        if error.code in ENCODINGS:
            raise XmlRefused(self.name, "xml_encoding") from error
        if is_over or error.code in NOT_CLOSED:
            raise XmlRefused(self.name, "xml_truncated", line) from error
        raise XmlRefused(self.name, "xml_broken", line) from error


class _Builder:
    """What the parser tells. Nothing is kept of an element once it was handed on."""

    def __init__(self, name: str) -> None:
        self.name, self.root, self.depth, self.nodes = name, "", 0, 0
        self.place: object = None
        self.open: list[Node] = []
        self.done: list[Node] = []

    def start(self, tag: str, attributes: object) -> None:
        """An element begins; what its attributes say is not used here."""
        del attributes
        if not self.root:
            self.root = tag
            self.depth = 1
            return
        line = int(getattr(self.place, "CurrentLineNumber", 0))
        node = Node(tag.rpartition("}")[2], line)
        self.nodes = self.nodes + 1 if self.open else 1
        if len(self.open) >= DEEPEST:
            raise XmlRefused(self.name, "xml_too_deep", line, limit=DEEPEST)
        if self.nodes > MOST_NODES:
            raise XmlRefused(self.name, "xml_too_much", line, limit=MOST_NODES)
        if self.open:
            self.open[-1].children.append(node)
        self.open.append(node)

    def data(self, text: str) -> None:
        """Text inside the innermost element."""
        if self.open:
            node = self.open[-1]
            if len(node.text) + len(text) > LONGEST_TEXT:
                raise XmlRefused(self.name, "xml_long_text", node.line, limit=LONGEST_TEXT)
            node.text += text

    def end(self, tag: str) -> None:
        """An element is over; one right under the root is ready."""
        del tag
        if self.open:
            node = self.open.pop()
            if not self.open:
                self.done.append(node)

    def close(self) -> None:
        """The file is over."""


def _root(name: str, tag: str) -> tuple[str, str]:
    """Which interchange and which version a root stands for."""
    space, _brace, local = tag.removeprefix("{").rpartition("}")
    found = ROOT.match(local)
    if found is None:
        raise XmlRefused(name, "xml_root", found=local)
    version = NAMESPACE.match(space)
    if version is None:
        raise XmlRefused(name, "xml_namespace", found=space or "–")
    if version[1] not in VERSIONS:
        raise XmlRefused(name, "xml_version", found=f"{version[1]}{version[2]}")
    return found[1], f"{version[1]}{version[2]}"
