from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("ieps", "0005_keep_removed_parts")]

    operations = [Wall("RemovedPart")]
