from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("accounts", "0002_wall")]

    operations = [Wall("Message")]
