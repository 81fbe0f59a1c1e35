from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("students", "0001_initial"), ("accounts", "0002_wall")]

    operations = [
        Wall("Student"),
        Wall("ExternalId"),
        Wall("TeamMember"),
        Wall("Guardian"),
        Wall("Tag"),
        Wall("SearchWord"),
        Wall("RosterEntry"),
    ]
