from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        Wall("School"),
        Wall("Membership", own_person_column="person_id"),
        Wall("MembershipSchool"),
    ]
