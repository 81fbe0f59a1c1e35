from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ieps", "0013_find_parts_by_student")]

    operations = [
        migrations.AddIndex(
            model_name="goal",
            index=models.Index(fields=["organization", "lineage_id"], name="goal_by_lineage"),
        ),
    ]
