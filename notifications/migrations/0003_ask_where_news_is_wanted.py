from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_wall")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="is_in_app",
            field=models.BooleanField(default=True, help_text="Shown to the person on pages."),
        ),
        migrations.AddField(
            model_name="message",
            name="is_by_email",
            field=models.BooleanField(default=True, help_text="To be sent by e-mail."),
        ),
    ]
