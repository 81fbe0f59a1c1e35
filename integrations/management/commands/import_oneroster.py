"""`manage.py import_oneroster PATH --organization SLUG`: a roster from a file, with its report on the screen."""

from integrations.reporting import ImportCommand


class Command(ImportCommand):
    kind = "oneroster"
    name = "import_oneroster"
    help = (
        "Import a OneRoster 1.1 or 1.2 zip into a district. Run it again on the same file: nothing changes."
    )
