from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("progress", "0001_initial"), ("ieps", "0002_wall")]

    operations = [Wall("ProgressPoint"), Wall("GoalSummary")]
