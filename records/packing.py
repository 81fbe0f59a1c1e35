"""A copy of a record as one file: for programs, for spreadsheets and for people, with the files of the record."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from progress.views import cell
from records.pdf import printed
from records.queries import WholeRecord, as_json
from students.whole import Row


@dataclass(frozen=True, slots=True)
class Packed:
    """The zip, and the characters that its PDF could not print."""

    data: bytes
    unprintable: tuple[str, ...]


def packed(record: WholeRecord, pages: dict[str, Any]) -> Packed:
    """`record.json`, `tables/*.csv`, `record.pdf` and `files/` in one zip. `pages` is the document to print."""
    pdf = printed(pages["document"])
    listed = [
        {"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for path, data in record.files
    ]
    about = {**pages["about"], "files": listed, "unprintable_in_pdf": list(pdf.unprintable)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        words = as_json(record, about=about)
        archive.writestr("record.json", json.dumps(words, ensure_ascii=False, indent=1))
        archive.writestr("record.pdf", pdf.data)
        for name, rows in record.tables.items():
            archive.writestr(f"tables/{name}.csv", as_csv(rows))
        for path, data in record.files:
            archive.writestr(path, data)
    return Packed(target.getvalue(), pdf.unprintable)


def as_csv(rows: Sequence[Row]) -> bytes:
    """One table for spreadsheets: UTF-8 with a byte order mark, no cell that is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    heads = list(rows[0]) if rows else []
    writer.writerow(heads)
    writer.writerows([_cell(row.get(name)) for name in heads] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | dict):
        return cell(json.dumps(value, ensure_ascii=False))
    return cell(str(value))
