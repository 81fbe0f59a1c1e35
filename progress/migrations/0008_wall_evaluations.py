from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("progress", "0007_keep_evaluations")]

    operations = [Wall("EvaluationRun")]
