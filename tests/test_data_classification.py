"""Every field of a district's or a person's rows is classified (R26): `docs/data-classification.md` is the table."""

from fnmatch import fnmatch
from pathlib import Path

from django.apps import apps

from core.encrypted import BlindIndexField, Encrypted

PAGE = Path(__file__).resolve().parent.parent / "docs" / "data-classification.md"
KINDS = {"encrypted", "hashed", "plain behind the wall", "plain, own row only", "no personal data"}


def listed():
    """The rows of the page: table, patterns of fields, how they are kept."""
    found = []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and cells[0] not in {"table", "---"}:
            found.append((cells[0], [name.strip() for name in cells[1].split(",")], cells[2]))
    return found


def classified():
    """Models whose rows belong to an organisation or to a person, with their columns."""
    for model in apps.get_models():
        fields = {field.column: field for field in model._meta.local_fields}
        if "organization_id" in fields or model._meta.app_label == "accounts":
            yield model._meta.db_table, fields


def kinds_of(table, column):
    own = [kind for name, patterns, kind in listed() if name == table and column in patterns]
    if own:
        return own
    return [
        kind
        for name, patterns, kind in listed()
        if name in {table, "any"} and any(fnmatch(column, pattern) for pattern in patterns)
    ]


def test_every_field_is_classified():
    missing = [
        f"| {table} | {column} | one of: {', '.join(sorted(KINDS))} |"
        for table, fields in classified()
        for column in fields
        if not kinds_of(table, column)
    ]

    assert not missing, "add to docs/data-classification.md:\n" + "\n".join(missing)


def test_what_is_said_to_be_encrypted_is_and_nothing_else():
    """R26"""
    for table, fields in classified():
        for column, field in fields.items():
            kinds = kinds_of(table, column)
            if isinstance(field, Encrypted):
                assert kinds == ["encrypted"], f"{table}.{column} is encrypted"
            elif isinstance(field, BlindIndexField):
                assert kinds == ["hashed"], f"{table}.{column} is a blind index"
            elif kinds == ["encrypted"]:
                assert field.get_internal_type() == "BinaryField", f"{table}.{column} is not sealed"


def test_the_page_names_no_kind_and_no_table_of_its_own():
    tables = {table for table, _fields in classified()} | {"any"}

    assert {kind for _table, _patterns, kind in listed()} == KINDS
    assert {table for table, _patterns, _kind in listed()} <= tables
