from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ieps", "0002_wall")]

    operations = [
        migrations.AddField(
            model_name="iep",
            name="section_versions",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="service",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="service",
            name="changed_by_name",
            field=models.CharField(blank=True, editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="changed_by_name",
            field=models.CharField(blank=True, editable=False, max_length=120),
        ),
    ]
