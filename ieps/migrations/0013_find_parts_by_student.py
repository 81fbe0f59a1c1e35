from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ieps", "0012_wall_comments")]

    operations = [
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["organization", "student"], name="service_by_student"),
        ),
        migrations.AddIndex(
            model_name="accommodation",
            index=models.Index(fields=["organization", "student"], name="accommodation_by_student"),
        ),
        migrations.AddIndex(
            model_name="removedpart",
            index=models.Index(fields=["organization", "student"], name="removed_part_by_student"),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["organization", "student"], name="approval_by_student"),
        ),
        migrations.AddIndex(
            model_name="glancereading",
            index=models.Index(fields=["organization", "student"], name="glance_read_by_student"),
        ),
        migrations.AddIndex(
            model_name="amendment",
            index=models.Index(fields=["organization", "student"], name="amendment_by_student"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["organization", "student"], name="comment_by_student"),
        ),
    ]
