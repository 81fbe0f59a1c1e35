from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0002_wall")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="file",
            field=models.CharField(
                blank=True, default="", help_text="Blank where the noun names the file.", max_length=200
            ),
            preserve_default=False,
        ),
    ]
