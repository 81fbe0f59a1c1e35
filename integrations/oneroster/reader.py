"""Reads one file of a roster: true line numbers, forgiving headers, no line able to spoil its neighbours.

Columns that nobody needs, passwords first, are dropped here: they never enter a record, a finding or a log.
"""

import csv
import difflib
import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import IO

from integrations.oneroster import dates
from integrations.oneroster.archive import Archive, Inspection, Member
from integrations.oneroster.findings import Finding, Severity, refusal, warning
from integrations.oneroster.lines import Line, RowRefused
from integrations.oneroster.rows import Record
from integrations.oneroster.specs import Spec

LONGEST_LINE = 65_536
TICK_LINES = 20_000
LONGEST_RECORD_LINES = 20  # a longer record is a quotation mark that somebody forgot to close
LIKE_ENOUGH = 0.85
UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
UNFIT_UTF_16 = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
LINE_END = re.compile("\r\n|\r|\n")
NOT_A_LETTER = re.compile(r"[^a-z0-9]")
# Lines that end in the same finding as the ones they stand for.
BROKEN_LINES = {"bad_quotes": '"x"x\n', "line_too_long": "x" * (LONGEST_LINE + 1) + "\n"}
UNFIT_SIGNS = {"nul_byte": "\0", "control_character": "\x01", "undecodable": "\udc80"}
TOO_LONG = "\0too long\n"  # stands in for a line that is never held in memory as a whole


class FileRefused(Exception):
    """The file as a whole cannot be read. `findings` say why."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__(", ".join(finding.code for finding in findings))


@dataclass(frozen=True, slots=True)
class Scanned:
    """One line: the record, or None when it was refused, and what there is to say of it."""

    line: int
    record: Record | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """One record as text, or the code of what is wrong with its shape. `column` is an index, or -1."""

    line: int
    cells: list[str]
    code: str = ""
    column: int = -1


class Table:
    """One file whose header is understood. Iterating it twice reads it twice."""

    def __init__(
        self, archive: Archive, member: Member, spec: Spec, *, inspection: Inspection, today: date
    ) -> None:
        """Read the header. Raises FileRefused."""
        self._archive, self._member, self.spec, self._today = archive, member, spec, today
        self.name = member.name
        if not inspection.is_sound:
            raise FileRefused(refusal(self.name, 0, "", "file_corrupt", name=self.name))
        self._encoding = self._find_encoding()
        self._unfit = UNFIT_UTF_16 if self._encoding == "utf-16" else UNFIT
        self.findings: list[Finding] = []
        self.header: list[str] = []
        self._header_line = 0
        self.positions = self._read_header()
        self._least = max(place + 1 for place, cell in enumerate(self.header) if cell)
        self._order = self._find_order() if inspection.has_slashed_dates else dates.Order.UNKNOWN
        self.lines = inspection.lines

    def has(self, column: str) -> bool:
        """Whether the file has a column, however it is spelt."""
        return column in self.positions

    def scan(self) -> Iterator[Scanned]:
        """Every line after the header, in order, as a record or as a refusal."""
        columns = self.spec.columns
        pick = itemgetter(*(self.positions.get(column, -1) for column in columns))
        parse, days = self.spec.parse, dict[str, date]()
        for raw in self._records():
            cells = raw.cells
            if raw.code:
                yield self._refused(raw)
                continue
            if not self._fits(cells):
                found = refusal(
                    self.name, raw.line, "", "column_count", found=len(cells), expected=len(self.header)
                )
                yield Scanned(raw.line, None, (found,))
                continue
            cells = self._fitted(cells)
            cells.append("")
            line = Line(
                self.name,
                raw.line,
                dict(zip(columns, map(str.strip, pick(cells)), strict=True)),
                order=self._order,
                days=days,
                today=self._today,
            )
            try:
                line.modified()
                record = parse(line)
            except RowRefused as refused:
                yield Scanned(raw.line, None, (*line.warnings, refused.finding))
                continue
            yield Scanned(raw.line, record, tuple(line.warnings))

    def reduce(self, target: IO[bytes], tick: Callable[[], None] = lambda: None) -> None:
        """Write the file again with nothing in it but what `scan` reads: same lines, same findings, no password."""
        kept, number = frozenset(self.positions.values()), 0
        with io.TextIOWrapper(target, "utf-8", errors="surrogateescape", newline="") as text:
            writer = csv.writer(text, lineterminator="\n")
            for count, raw in enumerate(self._all_records()):
                if not count % TICK_LINES:
                    tick()
                text.write("\n" * (raw.line - number - 1))
                number = raw.line
                if raw.line == self._header_line:
                    writer.writerow(raw.cells)
                elif raw.code in BROKEN_LINES:
                    text.write(BROKEN_LINES[raw.code])
                elif raw.code:
                    sign, at = UNFIT_SIGNS[raw.code], max(raw.column, 0)
                    writer.writerow([sign if place == at else "" for place in range(len(raw.cells))])
                elif self._fits(raw.cells):
                    cells = [cell if place in kept else "" for place, cell in enumerate(raw.cells)]
                    writer.writerow(cells)
                    number += sum(len(LINE_END.findall(cell)) for cell in cells)
                else:
                    # Who knows into which column a password slipped.
                    writer.writerow(["x"] * len(raw.cells))

    def _fits(self, cells: list[str]) -> bool:
        """Whether a line means one thing: only columns without a name or without content are missing or too many."""
        width = len(self.header)
        if len(cells) == width:
            return True
        return len(cells) >= self._least and not any(cell.strip() for cell in cells[width:])

    def _fitted(self, cells: list[str]) -> list[str]:
        width = len(self.header)
        return cells if len(cells) == width else [*cells[:width], *[""] * (width - len(cells))]

    def _refused(self, raw: Raw) -> Scanned:
        column = self.header[raw.column] if 0 <= raw.column < len(self.header) else ""
        return Scanned(raw.line, None, (refusal(self.name, raw.line, column, raw.code, limit=LONGEST_LINE),))

    def _find_encoding(self) -> str:
        with self._archive.open(self._member) as stream:
            start = stream.read(64)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        if b"\0" in start:
            raise FileRefused(refusal(self.name, 0, "", "encoding", name=self.name))
        return "utf-8-sig"

    def _records(self) -> Iterator[Raw]:
        """Every record after the header."""
        for raw in self._all_records():
            if raw.line > self._header_line:
                yield raw

    def _all_records(self) -> Iterator[Raw]:
        errors = "replace" if self._encoding == "utf-16" else "surrogateescape"
        with (
            self._archive.open(self._member) as stream,
            io.TextIOWrapper(stream, encoding=self._encoding, errors=errors, newline="") as text,
        ):
            yield from _split(_Lines(text), self._unfit, lambda: len(self.header))

    def _read_header(self) -> dict[str, int]:
        raw = next(self._all_records(), None)
        if raw is None:
            raise FileRefused(refusal(self.name, 0, "", "file_empty", name=self.name))
        if raw.code in {"undecodable", "nul_byte"}:
            raise FileRefused(refusal(self.name, raw.line, "", "encoding", name=self.name))
        if raw.code:
            raise FileRefused(refusal(self.name, raw.line, "", "header_unreadable", name=self.name))
        self._header_line = raw.line
        self.header = [cell.strip() for cell in raw.cells]
        positions, findings = match_header(self.header, self.spec, self.name, raw.line)
        missing = [column for column in self.spec.required if column not in positions]
        if missing:
            # Without a header, a pupil's row stands where names of columns should: nothing of it is repeated.
            raise FileRefused(
                *(
                    refusal(self.name, raw.line, name, "column_missing", column=name, name=self.name)
                    for name in missing
                )
            )
        if repeated := [finding for finding in findings if finding.severity is Severity.REFUSAL]:
            raise FileRefused(*repeated)
        self.findings.extend(findings)
        return positions

    def _find_order(self) -> dates.Order:
        places = [
            self.positions[name] for name in (*self.spec.days, "dateLastModified") if name in self.positions
        ]
        return dates.order_of(
            raw.cells[place].strip()
            for raw in self._records()
            if not raw.code
            for place in places
            if place < len(raw.cells)
        )


def match_header(header: list[str], spec: Spec, file: str, line: int) -> tuple[dict[str, int], list[Finding]]:
    """Which column stands where, exact spelling first, then case and signs, then what is much alike."""
    positions: dict[str, int] = {}
    findings: list[Finding] = []
    open_cells = {
        place: cell for place, cell in enumerate(header) if cell and not cell.lower().startswith("metadata.")
    }
    known = (*spec.columns, *spec.passed_over)
    taken: dict[str, int] = {}
    for place, cell in list(open_cells.items()):
        if cell in known and cell not in taken:
            taken[cell] = place
            del open_cells[place]
        elif cell in spec.columns:
            findings.append(refusal(file, line, cell, "column_repeated", column=cell))
            del open_cells[place]
    for is_like in (False, True):
        for place, cell in list(open_cells.items()):
            column = _alike(cell, [name for name in known if name not in taken], is_like=is_like)
            if column:
                taken[column] = place
                findings.append(warning(file, line, cell, "header_spelling", found=cell, column=column))
                del open_cells[place]
    findings.extend(warning(file, line, cell, "header_unknown", found=cell) for cell in open_cells.values())
    if unnamed := sum(not cell for cell in header):
        findings.append(warning(file, line, "", "header_unnamed", found=unnamed))
    positions.update({column: place for column, place in taken.items() if column in spec.columns})
    return positions, findings


def _alike(cell: str, names: list[str], *, is_like: bool) -> str:
    plain = NOT_A_LETTER.sub("", cell.lower())
    by_plain = {name.lower(): name for name in names}
    if not is_like:
        return by_plain.get(plain, "")
    close = difflib.get_close_matches(plain, list(by_plain), n=1, cutoff=LIKE_ENOUGH)
    return by_plain[close[0]] if close else ""


class _Runaway(Exception):
    """A record takes more lines than any real one."""


class _Lines:
    """Physical lines with their numbers; lines swallowed by a wrong quotation mark can be given back."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._read = text.readline
        self._back: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LONGEST_RECORD_LINES:
            raise _Runaway
        line = self._back.popleft() if self._back else self._next_line()
        self.number += 1
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> int:
        """Start again after the first line taken. Returns its number."""
        later = self.taken[1:]
        self._back.extendleft(reversed(later))
        self.number -= len(later)
        return self.number

    def _next_line(self) -> str:
        line = self._read(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) < LONGEST_LINE or line[-1] in "\r\n":
            return line
        while line and line[-1] not in "\r\n":
            line = self._read(LONGEST_LINE)
        return TOO_LONG


def _split(lines: _Lines, unfit: re.Pattern[str], width: Callable[[], int]) -> Iterator[Raw]:
    """Records with the number of their first line. A wrong one costs its first line only."""
    reader = csv.reader(lines, strict=True)
    taken = lines.taken
    while True:
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Runaway):
            yield _broken(lines)
            continue
        if len(taken) > 1 and width() and len(cells) != width():
            yield _broken(lines)
            continue
        if not cells or (len(cells) == 1 and not cells[0].strip()):
            continue
        first = lines.number - len(taken) + 1
        code, column = "", -1
        for line in taken:
            if unfit.search(line):
                code, column = _unfitness(line, cells, unfit)
                break
        yield Raw(first, cells, code, column)


def _broken(lines: _Lines) -> Raw:
    is_too_long = lines.taken[0] is TOO_LONG
    return Raw(lines.give_back_all_but_first(), [], "line_too_long" if is_too_long else "bad_quotes")


def _unfitness(line: str, cells: list[str], unfit: re.Pattern[str]) -> tuple[str, int]:
    if line is TOO_LONG:
        return "line_too_long", -1
    character = unfit.findall(line)[0]
    column = next((place for place, cell in enumerate(cells) if character in cell), -1)
    if character == "\0":
        return "nul_byte", column
    return ("undecodable" if character > "\x7f" else "control_character"), column
