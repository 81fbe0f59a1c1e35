"""What is wrong with a roster, said so that the person who sent it can repair it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST_OF_A_VALUE = 60


class Severity(StrEnum):
    WARNING = "warning"  # the row was taken
    REFUSAL = "refusal"  # the row, the file or the archive was not


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation; pages translate it, this package knows no language."""
    return text


REASONS: Mapping[str, str] = {
    # the archive
    "not_a_zip": gettext_noop("This is not a zip file, or it was cut off on the way. Export it again."),
    "encrypted": gettext_noop("The zip file is locked with a password. Export it without one."),
    "too_many_files": gettext_noop("The zip file holds {found} files; at most {limit} are read."),
    "too_large": gettext_noop("Unpacked, the zip file is larger than {limit} MB."),
    "zip_bomb": gettext_noop(
        "{name} unpacks to more than {limit} times its size. Such a file is not opened."
    ),
    "no_roster": gettext_noop("There is no OneRoster file in this zip, such as users.csv."),
    "unsafe_name": gettext_noop("The name {name} points outside the zip file; it was not opened."),
    "repeated_file": gettext_noop("The zip file holds {name} more than once; only the first was read."),
    "unknown_file": gettext_noop("{name} is no file of OneRoster and was not read."),
    "unused_file": gettext_noop("{name} was not read: nothing here needs it."),
    "misplaced_roles": gettext_noop(
        "{name} holds the columns of roles.csv and was not read: roles.csv is there."
    ),
    "roles_elsewhere": gettext_noop("roles.csv is missing; {name} holds its columns and was read instead."),
    "file_name_case": gettext_noop("{name} was taken for {expected}."),
    # the manifest
    "manifest_missing": gettext_noop(
        "There is no manifest.csv. Rows are added and changed, and nobody is marked as left."
    ),
    "manifest_row": gettext_noop("This line of the manifest is not a name and a value; it was left out."),
    "manifest_blank": gettext_noop("{name} has no value; {file} is there and is read as a delta."),
    "manifest_blank_absent": gettext_noop("{name} has no value; it was taken as absent."),
    "manifest_mode": gettext_noop(
        "{name} says {value}; bulk, delta or absent are known. It is read as a delta."
    ),
    "manifest_version": gettext_noop(
        "The manifest says version {value}; the files were read as version {version}."
    ),
    "manifest_absent": gettext_noop(
        "The manifest says that {file} is absent, but it is there. It is read as a delta."
    ),
    "file_missing": gettext_noop("The manifest announces {file}, but it is not in the zip file."),
    # a whole file
    "file_corrupt": gettext_noop("{name} is damaged and cannot be unpacked. Export it again."),
    "file_empty": gettext_noop("{name} is empty: not even a header line."),
    "encoding": gettext_noop("{name} is not UTF-8 or marked UTF-16. Save it as UTF-8 and send it again."),
    "header_unreadable": gettext_noop("The header line of {name} cannot be read."),
    "column_missing": gettext_noop("The column {column} is missing, and {name} cannot be read without it."),
    "column_repeated": gettext_noop("The column {column} stands twice, so nobody knows which one counts."),
    "header_spelling": gettext_noop("The column {found} was taken for {column}."),
    "header_unknown": gettext_noop("The column {found} is not known and was not read."),
    "header_unnamed": gettext_noop("{found} columns without a name were not read."),
    "leaving_skipped": gettext_noop(
        "Some lines of this bulk file could not be read, so nobody is marked as left because of it."
    ),
    "bulk_empty": gettext_noop("This bulk file has no sound row, so nobody is marked as left because of it."),
    "more_of_the_same": gettext_noop("{count} more lines have the same warning: {code}."),
    "left_roster": gettext_noop("{value} is no longer in the bulk file and was marked as left."),
    # a row
    "undecodable": gettext_noop("This line holds bytes that are not UTF-8."),
    "nul_byte": gettext_noop("This line holds a NUL byte."),
    "control_character": gettext_noop("This line holds a control character."),
    "line_too_long": gettext_noop("This line is longer than {limit} characters."),
    "field_too_long": gettext_noop("This is {found} characters long; at most {limit} are kept."),
    "bad_quotes": gettext_noop("A quotation mark is not closed, or something follows a closed one."),
    "column_count": gettext_noop("This line has {found} columns; the header has {expected}."),
    "required_blank": gettext_noop("This must not be blank."),
    "name_part_blank": gettext_noop("Only one part of the name is filled in."),
    "status_unknown": gettext_noop("The status {value} is not known; the row was taken as active."),
    "flag_unknown": gettext_noop("{value} is neither true nor false; it was left out."),
    "date_unreadable": gettext_noop("{value} is not a date."),
    "date_impossible": gettext_noop("{value} is not a day of the calendar."),
    "date_out_of_range": gettext_noop("The year of {value} cannot be right."),
    "date_ambiguous": gettext_noop(
        "{value} may be day/month or month/day, and no other date of this file tells. Write 2026-09-01."
    ),
    "date_conflict": gettext_noop(
        "{value} may be day/month or month/day, and this file writes its dates both ways. Write 2026-09-01."
    ),
    "birth_in_future": gettext_noop("{value} is after today."),
    "ends_before_start": gettext_noop("The end, {end}, is before the start, {begin}."),
    "grade_unknown": gettext_noop("The grade {value} is not known; it was left out."),
    "email_unreadable": gettext_noop("This is not an e-mail address; it was left out."),
    "role_unknown": gettext_noop("The role {value} is not known."),
    "type_unknown": gettext_noop("The type {value} is not known; it was kept as it is."),
    # between rows
    "duplicate_identical": gettext_noop("This line repeats line {line} word for word."),
    "duplicate_different": gettext_noop(
        "The sourcedId of line {line} again, with other content. Line {line} counts."
    ),
    "org_unknown": gettext_noop("The organization {value} is in no sound row; the row was taken without it."),
    "parent_unknown": gettext_noop("The parent {value} is in no sound row; the row was taken without it."),
    "org_not_school": gettext_noop(
        "{value} is a {type}, not a school, and belongs to no school that is known."
    ),
    "org_within_school": gettext_noop("{value} is a {type}; its school {school} was taken."),
    "agent_unknown": gettext_noop("The agent {value} is in no sound row; the row was taken without the tie."),
    "agent_not_family": gettext_noop(
        "The agent {value} is {kind}, not a parent or guardian; no tie was made."
    ),
    "user_unknown": gettext_noop("The user {value} is in no sound row of users.csv."),
    "class_unknown": gettext_noop("The class {value} is in no sound row of classes.csv."),
    "course_unknown": gettext_noop("The course {value} is in no sound row; the row was taken without it."),
    "session_unknown": gettext_noop("The session {value} is in no sound row; the row was taken without it."),
    "class_ended": gettext_noop("The class {value} has ended."),
    "role_missing": gettext_noop(
        "Nothing says what this person is. They are kept, but join neither pupils nor staff."
    ),
    "role_in_users": gettext_noop(
        "roles.csv says nothing of this person; the role column of users.csv was taken."
    ),
    "role_from_enrollments": gettext_noop(
        "Nothing says what this person is; their enrollment as {value} was taken."
    ),
    "role_over": gettext_noop("This role ended on {value}; the person was kept."),
    "role_differs": gettext_noop("The person is {kind}, but is enrolled here as {value}."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to repair or to know. `line` 0 means the whole file; `file` "" the whole archive."""

    file: str
    line: int
    column: str
    code: str
    severity: Severity
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The sentence in English."""
        return REASONS[self.code].format_map(self.values)


def warning(file: str, line: int, column: str, code: str, /, **values: object) -> Finding:
    """Something to know: what was sent is taken all the same."""
    return Finding(file, line, column, code, Severity.WARNING, _clipped(values))


def refusal(file: str, line: int, column: str, code: str, /, **values: object) -> Finding:
    """Something to repair: what was sent is not taken."""
    return Finding(file, line, column, code, Severity.REFUSAL, _clipped(values))


def _clipped(values: Mapping[str, object]) -> dict[str, str]:
    return {name: _clip(str(value)) for name, value in values.items()}


def _clip(text: str) -> str:
    """Text of unknown origin, short and printable."""
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
    return shown if len(shown) <= MOST_OF_A_VALUE else f"{shown[: MOST_OF_A_VALUE - 1]}…"
