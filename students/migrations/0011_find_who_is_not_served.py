from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("students", "0010_hold_sealed_ids")]

    operations = [
        migrations.AddIndex(
            model_name="student",
            index=models.Index(
                fields=["organization", "id"],
                condition=Q(eligibility__in=("exited", "not_eligible"))
                | Q(enrollment__in=("transferred", "graduated", "inactive"))
                | Q(archived_at__isnull=False),
                name="student_not_served",
            ),
        ),
    ]
