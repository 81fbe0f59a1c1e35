from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("students", "0002_wall")]

    operations = [
        Wall("Consent"),
    ]
