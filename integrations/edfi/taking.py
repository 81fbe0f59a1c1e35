"""Takes values out of one element: each sound or named."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from integrations.edfi.descriptors import GRADES, Descriptors
from integrations.edfi.xml import Node
from integrations.oneroster.dates import DateRefused, Order, parse
from integrations.oneroster.findings import Finding, Severity, refusal, warning

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
YES, NO = frozenset({"1", "true"}), frozenset({"0", "false"})
LONGEST_NAME, LONGEST_ID, LONGEST_WORDS, LONGEST_MAIL = 80, 60, 200, 254
MOST_HOURS = 168  # of a week


class Taking:
    """One element while it is being read."""

    def __init__(self, node: Node, file: str, descriptors: Descriptors, today: date) -> None:
        self.node, self.file, self.descriptors, self.today = node, file, descriptors, today
        self.findings: list[Finding] = []

    @property
    def is_sound(self) -> bool:
        """Whether nothing was refused so far."""
        return all(found.severity is not Severity.REFUSAL for found in self.findings)

    def warn(self, path: str, code: str, /, **values: object) -> None:
        """Something to know about what stands at a path."""
        self.findings.append(warning(self.file, self._line(path), self._column(path), code, **values))

    def refuse(self, path: str, code: str, /, **values: object) -> None:
        """Something for which the whole element is not taken."""
        self.findings.append(refusal(self.file, self._line(path), self._column(path), code, **values))

    def needed(self, path: str, limit: int = LONGEST_NAME) -> str:
        """A text that must be there."""
        text = self.node.said(path)
        if not text:
            self.refuse(path, "element_missing")
        elif len(text) > limit:
            self.refuse(path, "element_too_long", found=len(text), limit=limit)
        return text

    def text(self, path: str, limit: int = LONGEST_WORDS) -> str:
        """A text that may be there, cut to what is kept."""
        text = self.node.said(path)
        if len(text) > limit:
            self.warn(path, "element_too_long", found=len(text), limit=limit)
        return text[:limit]

    def mail(self, path: str) -> str:
        """An e-mail address."""
        text = self.node.said(path)
        if text and (len(text) > LONGEST_MAIL or not MAIL.match(text)):
            self.warn(path, "mail_left_out")
            return ""
        return text

    def day(self, path: str, *, is_needed: bool = False, is_past: bool = False) -> date | None:
        """A date, blank or left out when it cannot be."""
        text = self.node.said(path)
        if not text:
            if is_needed:
                self.refuse(path, "element_missing")
            return None
        say = self.refuse if is_needed else self.warn
        try:
            found = parse(text, Order.UNKNOWN)
        except DateRefused:
            say(path, "date_left_out", value=text)
            return None
        if is_past and found > self.today:
            say(path, "date_in_future", value=text)
            return None
        return found

    def yes(self, path: str) -> bool | None:
        """Yes, no, or not said."""
        text = self.node.said(path).lower()
        if not text:
            return None
        if text in YES or text in NO:
            return text in YES
        self.warn(path, "yes_or_no", value=text)
        return None

    def hours(self, path: str) -> Decimal | None:
        """Hours of a week."""
        text = self.node.said(path)
        if not text:
            return None
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal(-1)
        if not 0 <= found <= MOST_HOURS:
            self.warn(path, "number_left_out", value=text)
            return None
        return found.quantize(Decimal("0.01"))

    def grade(self, path: str) -> str:
        """A grade of ours."""
        uri = self.node.said(path)
        found = self.descriptors.choose(uri, GRADES) if uri else ""
        if uri and not found:
            self.warn(path, "grade_not_known", value=self.descriptors.words(uri))
        return found

    def words(self, node: Node, path: str) -> str:
        """A descriptor in words; one that the descriptor files do not know is named."""
        uri = node.said(path)
        if uri and self.descriptors.is_missing(uri):
            self.warn(path, "descriptor_unknown", value=self.descriptors.words(uri))
        return self.descriptors.words(uri)[:LONGEST_WORDS]

    def span(self, begin: str, end: str, *, is_needed: bool = False) -> tuple[date | None, date | None]:
        """A beginning and an end in their order; an end before the beginning is left out."""
        first, last = self.day(begin, is_needed=is_needed), self.day(end)
        if first is not None and last is not None and last < first:
            self.warn(end, "end_left_out", begin=first, end=last)
            last = None
        return first, last

    def _line(self, path: str) -> int:
        found = self.node.first(path)
        return found.line if found is not None else self.node.line

    def _column(self, path: str) -> str:
        return f"{self.node.name}/{path}" if path else self.node.name


def plain(**values: Any) -> dict[str, Any]:
    """Values as plain JSON, what is blank left out; no is not blank."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if value in (None, "", [], {}):
            continue
        found[name] = value if isinstance(value, str | bool | list | dict) else str(value)
    return found
