from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("ieps", "0001_initial"), ("students", "0002_wall")]

    operations = [
        Wall("Iep"),
        Wall("Goal"),
        Wall("Service"),
        Wall("Accommodation"),
        Wall("Approval"),
        Wall("GlanceReading"),
    ]
