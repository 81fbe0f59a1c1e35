from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ieps", "0009_measure_goals_with_rules")]

    operations = [
        migrations.AddField(
            model_name="iep",
            name="notes",
            field=models.TextField(blank=True, verbose_name="notes of the team"),
        ),
    ]
