from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_roster_imports"), ("accounts", "0002_wall")]

    operations = [
        Wall("RosterImport"),
        Wall("ImportRow"),
        Wall("ImportFinding"),
        Wall("RosterRecord"),
    ]
