from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("progress", "0012_find_scores_by_student")]

    operations = [
        migrations.AddIndex(
            model_name="goalsummary",
            index=models.Index(
                fields=["organization", "goal"],
                name="goal_summary_mastered",
                condition=models.Q(mastered_on__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="goalsummary",
            index=models.Index(
                fields=["organization", "last_on"],
                name="goal_summary_by_last_score",
                condition=models.Q(mastered_on=None),
            ),
        ),
    ]
