from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("ieps", "0007_propose_amendments")]

    operations = [Wall("Amendment")]
