"""How the cells of a line become values: what is wrong ends the row, what is odd is noted."""

import unicodedata
from collections.abc import Mapping
from datetime import date

from integrations.oneroster import dates
from integrations.oneroster.findings import Finding, refusal, warning
from integrations.oneroster.rows import FAMILY_ROLES, PUPIL_ROLES, STAFF_ROLES

LONGEST_ID = 120
LONGEST_NAME = 80
LONGEST_TITLE = 120
LONGEST_EMAIL = 254
LONGEST_PHONE = 40

ENDED = frozenset({"tobedeleted", "inactive", "deleted"})
ACTIVE = frozenset({"", "active"})
TRUE = frozenset({"true", "1", "yes", "y", "t"})
FALSE = frozenset({"false", "0", "no", "n", "f"})

ROLES = {role.lower(): role for role in PUPIL_ROLES | FAMILY_ROLES | STAFF_ROLES}
GRADES = {
    **{f"{number:02}": f"{number:02}" for number in range(1, 14)},
    **{str(number): f"{number:02}" for number in range(1, 10)},
    **{f"grade {number}": f"{number:02}" for number in range(1, 13)},
    **dict.fromkeys(("kg", "k", "0", "00", "kindergarten", "tk"), "KG"),
    **dict.fromkeys(("pk", "ps", "pr", "it", "-1", "-01", "pre-k", "prek", "prekindergarten"), "PK"),
    **{f"{number}th": f"{number:02}" for number in range(4, 13)},
    "1st": "01",
    "2nd": "02",
    "3rd": "03",
}


class RowRefused(Exception):
    """The row cannot stand. `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.code)


class Line:
    """One line of one file, read column by column; warnings gather on the way."""

    __slots__ = ("_cells", "_days", "_order", "file", "number", "today", "warnings")

    def __init__(
        self,
        file: str,
        number: int,
        cells: Mapping[str, str],
        *,
        order: dates.Order,
        days: dict[str, date],
        today: date,
    ) -> None:
        self.file, self.number, self._cells = file, number, cells
        self._order, self._days, self.today = order, days, today
        self.warnings: list[Finding] = []

    def refuse(self, column: str, code: str, /, **values: object) -> RowRefused:
        """The exception that ends this row."""
        return RowRefused(refusal(self.file, self.number, column, code, **values))

    def warn(self, column: str, code: str, /, **values: object) -> None:
        """Note something that does not end the row."""
        self.warnings.append(warning(self.file, self.number, column, code, **values))

    def text(self, column: str, limit: int = LONGEST_NAME) -> str:
        """A cell that may be blank. Raises RowRefused when it is too long."""
        value = self._cells[column]
        if len(value) > limit:
            raise self.refuse(column, "field_too_long", found=len(value), limit=limit)
        return value if value.isascii() else unicodedata.normalize("NFC", value)

    def required(self, column: str, limit: int = LONGEST_TITLE) -> str:
        """A cell that must not be blank. Raises RowRefused."""
        value = self.text(column, limit)
        if not value and not (self.is_over and column != "sourcedId"):
            raise self.refuse(column, "required_blank")
        return value

    @property
    def is_over(self) -> bool:
        """Whether the row only says that a record has ended: then nothing but its sourcedId need be there."""
        return self._cells["status"].lower() in ENDED

    def key(self, column: str = "sourcedId") -> str:
        """A sourcedId that must be there. Raises RowRefused."""
        return self.required(column, LONGEST_ID)

    def ref(self, column: str) -> str:
        """A sourcedId that may be blank. Raises RowRefused when it is too long."""
        return self.text(column, LONGEST_ID)

    def refs(self, column: str) -> tuple[str, ...]:
        """Several sourcedIds in one cell, each once. Raises RowRefused when one is too long."""
        value = self._cells[column]
        if not value:
            return ()
        if "," not in value:
            return (self.ref(column),)
        found = tuple(dict.fromkeys(part for part in (part.strip() for part in value.split(",")) if part))
        for part in found:
            if len(part) > LONGEST_ID:
                raise self.refuse(column, "field_too_long", found=len(part), limit=LONGEST_ID)
        return found

    def ended(self) -> bool:
        """Whether the status says that the record is over. Blank is active, as bulk files leave it."""
        value = self._cells["status"]
        status = value.lower()
        if status in ACTIVE:
            return False
        if status in ENDED:
            return True
        self.warn("status", "status_unknown", value=value)
        return False

    def flag(self, column: str, default: bool) -> bool:
        """True or false; anything else is noted and left out."""
        value = self._cells[column].lower()
        if not value:
            return default
        if value in TRUE:
            return True
        if value not in FALSE:
            self.warn(column, "flag_unknown", value=value)
            return default
        return False

    def day(self, column: str) -> date | None:
        """A date that may be blank. Raises RowRefused when it is none, or could be two."""
        value = self._cells[column]
        if not value:
            return None
        known = self._days.get(value)
        if known is None:
            try:
                known = self._days[value] = dates.parse(value, self._order)
            except dates.DateRefused as error:
                raise self.refuse(column, error.code, value=value) from None
        return known

    def required_day(self, column: str) -> date | None:
        """A date that must be there. Raises RowRefused."""
        value = self.day(column)
        if value is None and not self.is_over:
            raise self.refuse(column, "required_blank")
        return value

    def modified(self) -> None:
        """Check the date of the last change. Nothing depends on it, so it never ends a row."""
        try:
            self.day("dateLastModified")
        except RowRefused as refused:
            self.warn("dateLastModified", refused.finding.code, **refused.finding.values)

    def grades(self, column: str = "grades") -> tuple[str, ...]:
        """Grades as PK, KG, 01 to 13; what is not known is noted and left out."""
        value = self._cells[column]
        if not value:
            return ()
        found = []
        for part in value.split(","):
            word = part.strip()
            grade = GRADES.get(word.lower())
            if grade is not None:
                found.append(grade)
            elif word:
                self.warn(column, "grade_unknown", value=word)
        return tuple(dict.fromkeys(found))

    def role(self, column: str, *, is_required: bool) -> str:
        """A role as the specification spells it. Raises RowRefused when it is not known."""
        value = self.required(column) if is_required else self.text(column)
        if not value:
            return ""
        role = ROLES.get(value.lower())
        if role is None:
            raise self.refuse(column, "role_unknown", value=value)
        return role

    def name(self, column: str) -> str:
        """A name, without doubled spaces."""
        return " ".join(self.text(column).split())

    def check_span(self, begin: date | None, end: date | None, column: str) -> None:
        """Refuse a span that ends before it starts. Raises RowRefused."""
        if begin and end and end < begin:
            raise self.refuse(column, "ends_before_start", begin=begin, end=end)
