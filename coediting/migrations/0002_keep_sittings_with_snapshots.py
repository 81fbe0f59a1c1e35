from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coediting", "0001_keep_texts_and_their_changes")]

    operations = [
        migrations.AddField(
            model_name="textsnapshot", name="since", field=models.PositiveIntegerField(null=True)
        ),
        migrations.AddField(model_name="textsnapshot", name="sittings", field=models.JSONField(null=True)),
    ]
