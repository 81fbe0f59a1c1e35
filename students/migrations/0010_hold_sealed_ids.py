from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("students", "0009_seal_ids")]

    operations = [
        migrations.AddConstraint(
            model_name="externalid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("value", ""), _negated=True),
                        models.Q(("kind", "medicaid"), _negated=True),
                        ("secret__isnull", True),
                        ("secret_index__isnull", True),
                    ),
                    models.Q(("secret__isnull", False), ("secret_index__isnull", False), ("value", "")),
                    _connector="OR",
                ),
                name="external_id_plain_or_sealed",
            ),
        ),
    ]
