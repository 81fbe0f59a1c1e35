from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coediting", "0002_keep_sittings_with_snapshots")]

    operations = [
        migrations.AddField(
            model_name="text", name="told_version", field=models.PositiveIntegerField(default=0)
        ),
        migrations.RemoveField(model_name="text", name="snapshot_version"),
    ]
