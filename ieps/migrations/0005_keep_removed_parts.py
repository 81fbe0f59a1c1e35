import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    dependencies = [("ieps", "0004_add_benchmarks_to_goals"), ("students", "0002_wall")]

    operations = [
        migrations.CreateModel(
            name="RemovedPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("goal", "Goal"),
                            ("service", "Service"),
                            ("accommodation", "Accommodation"),
                        ],
                        max_length=13,
                    ),
                ),
                ("part_id", models.UUIDField()),
                ("values", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("removed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "iep",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="removed",
                        to="ieps.iep",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="students.student",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "iep"], name="removed_part_by_iep")],
                "constraints": [models.UniqueConstraint(fields=("part_id",), name="removed_part_once")],
            },
        ),
    ]
