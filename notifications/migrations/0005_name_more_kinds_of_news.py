from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_name_comments_on_ieps"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invitation", "Invitation"),
                    ("team", "Team"),
                    ("iep_review", "IEP to review"),
                    ("iep_comment", "Comment on an IEP"),
                    ("iep_active", "IEP in effect"),
                    ("report", "Progress report"),
                    ("goal_met", "Goal mastered"),
                    ("other", "Other"),
                ],
                max_length=12,
            ),
        ),
    ]
