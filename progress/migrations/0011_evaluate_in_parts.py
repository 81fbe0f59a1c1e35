from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("progress", "0010_wall_ratings_and_count_school_days")]

    operations = [
        migrations.RemoveConstraint(model_name="evaluationrun", name="evaluation_once_a_day"),
        migrations.AddField(
            model_name="evaluationrun", name="part", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddConstraint(
            model_name="evaluationrun",
            constraint=models.UniqueConstraint(
                fields=("organization", "on", "part"), name="evaluation_once_a_day"
            ),
        ),
    ]
