from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_wall_and_keep_signatures")]

    operations = [
        migrations.AddIndex(
            model_name="signedversion",
            index=models.Index(fields=["organization", "student"], name="signed_version_by_student"),
        ),
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(fields=["organization", "student"], name="signature_by_student"),
        ),
        migrations.AddIndex(
            model_name="generatedfile",
            index=models.Index(fields=["organization", "student"], name="generated_file_by_student"),
        ),
    ]
