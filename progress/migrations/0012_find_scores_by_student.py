from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("progress", "0011_evaluate_in_parts")]

    operations = [
        migrations.AddIndex(
            model_name="progresspoint",
            index=models.Index(fields=["organization", "student"], name="point_by_student"),
        ),
        migrations.AddIndex(
            model_name="secondobservation",
            index=models.Index(fields=["organization", "student"], name="second_look_by_student"),
        ),
        migrations.AddIndex(
            model_name="datatask",
            index=models.Index(fields=["organization", "student"], name="data_task_by_student"),
        ),
        migrations.AddIndex(
            model_name="phase",
            index=models.Index(fields=["organization", "student"], name="phase_by_student"),
        ),
    ]
