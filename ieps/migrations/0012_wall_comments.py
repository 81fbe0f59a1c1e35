from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("ieps", "0011_keep_comments")]

    operations = [Wall("Comment")]
