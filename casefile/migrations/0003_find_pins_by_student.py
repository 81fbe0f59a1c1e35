from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casefile", "0002_keep_data_groups_and_sheets")]

    operations = [
        migrations.AddIndex(
            model_name="pinnedstudent",
            index=models.Index(fields=["organization", "student"], name="pinned_student_by_student"),
        ),
    ]
