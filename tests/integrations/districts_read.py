"""Ed-Fi districts imported, and what was found in them."""

from integrations.models import ImportFinding
from students.models import Student
from tests.integrations import imports
from tests.integrations.districts import interchange, small_district


def run(cast, content=None, **replaced):
    """Import a district to its end. Returns its summary."""
    return imports.run(cast.ada.actor, content or small_district(**replaced), "edfi")


def programs(*elements):
    return {"StudentProgram": interchange("StudentProgram", *elements)}


def said(summary, *, about=None):
    """Code, file, line and element of every finding about a row."""
    rows = ImportFinding.objects.filter(roster_import_id=summary.id).exclude(line=0).order_by("position")
    return [(row.code, row.file, row.line, row.column) for row in rows if about in {None, row.code}]


def kit():
    return Student.objects.get(family_name="Marrow")
