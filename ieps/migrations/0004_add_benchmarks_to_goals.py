from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ieps", "0003_count_changes_by_section")]

    operations = [
        migrations.AddField(
            model_name="goal",
            name="benchmarks",
            field=models.TextField(
                blank=True, max_length=2000, verbose_name="benchmarks or short-term objectives"
            ),
        ),
    ]
