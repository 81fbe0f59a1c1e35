import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.encrypted
import core.ids
from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_wall"),
        ("students", "0007_keep_program_enrollments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Allergy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "ended_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="no longer since"),
                ),
                ("substance", core.encrypted.EncryptedTextField(max_length=160, verbose_name="allergic to")),
                (
                    "reaction",
                    core.encrypted.EncryptedTextField(
                        blank=True, default="", max_length=2000, verbose_name="reaction"
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("life_threatening", "Life-threatening"),
                            ("severe", "Severe"),
                            ("moderate", "Moderate"),
                            ("mild", "Mild"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=16,
                        verbose_name="severity",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "ended_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="no longer since"),
                ),
                ("name", core.encrypted.EncryptedTextField(max_length=160, verbose_name="condition")),
                (
                    "notes",
                    core.encrypted.EncryptedTextField(
                        blank=True, default="", max_length=2000, verbose_name="what to know"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HealthPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "diet",
                    core.encrypted.EncryptedTextField(
                        blank=True, default="", max_length=2000, verbose_name="diet"
                    ),
                ),
                (
                    "emergency_plan",
                    core.encrypted.EncryptedTextField(
                        blank=True, default="", max_length=2000, verbose_name="emergency plan"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Medication",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "ended_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="no longer since"),
                ),
                ("name", core.encrypted.EncryptedTextField(max_length=160, verbose_name="medication")),
                (
                    "dose",
                    core.encrypted.EncryptedTextField(
                        blank=True, default="", max_length=160, verbose_name="dose"
                    ),
                ),
                (
                    "times",
                    core.encrypted.EncryptedTextField(
                        blank=True, default="", max_length=160, verbose_name="when it is given"
                    ),
                ),
                (
                    "prescriber",
                    core.encrypted.EncryptedTextField(
                        blank=True, default="", max_length=160, verbose_name="prescribed by"
                    ),
                ),
                ("is_given_at_school", models.BooleanField(default=False, verbose_name="given at school")),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="externalid",
            name="external_id_once_per_district",
        ),
        migrations.AddField(
            model_name="externalid",
            name="secret",
            field=core.encrypted.EncryptedTextField(blank=True, max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="externalid",
            name="secret_index",
            field=core.encrypted.BlindIndexField(null=True, of="secret"),
        ),
        migrations.AddField(
            model_name="guardian",
            name="court_restrictions",
            field=core.encrypted.EncryptedTextField(
                blank=True, max_length=2000, null=True, verbose_name="what the court ordered"
            ),
        ),
        migrations.AddField(
            model_name="guardian",
            name="may_contact",
            field=models.BooleanField(default=True, verbose_name="may contact the student"),
        ),
        migrations.AddField(
            model_name="guardian",
            name="may_pick_up",
            field=models.BooleanField(default=True, verbose_name="may pick the student up"),
        ),
        migrations.AddField(
            model_name="guardian",
            name="may_see_records",
            field=models.BooleanField(default=True, verbose_name="may see the records"),
        ),
        migrations.AlterField(
            model_name="externalid",
            name="value",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddConstraint(
            model_name="externalid",
            constraint=models.UniqueConstraint(
                condition=models.Q(("value", ""), _negated=True),
                fields=("organization", "kind", "value"),
                name="external_id_plain_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="externalid",
            constraint=models.UniqueConstraint(
                fields=("organization", "kind", "secret_index"), name="external_id_secret_once"
            ),
        ),
        migrations.AddField(
            model_name="allergy",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
            ),
        ),
        migrations.AddField(
            model_name="allergy",
            name="student",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="students.student",
            ),
        ),
        migrations.AddField(
            model_name="condition",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
            ),
        ),
        migrations.AddField(
            model_name="condition",
            name="student",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="students.student",
            ),
        ),
        migrations.AddField(
            model_name="healthplan",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
            ),
        ),
        migrations.AddField(
            model_name="healthplan",
            name="student",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="students.student",
            ),
        ),
        migrations.AddField(
            model_name="medication",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
            ),
        ),
        migrations.AddField(
            model_name="medication",
            name="student",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="students.student",
            ),
        ),
        migrations.AddIndex(
            model_name="allergy",
            index=models.Index(fields=["organization", "student"], name="allergy_by_student"),
        ),
        migrations.AddIndex(
            model_name="condition",
            index=models.Index(fields=["organization", "student"], name="condition_by_student"),
        ),
        migrations.AddConstraint(
            model_name="healthplan",
            constraint=models.UniqueConstraint(
                fields=("organization", "student"), name="health_plan_one_per_student"
            ),
        ),
        migrations.AddIndex(
            model_name="medication",
            index=models.Index(fields=["organization", "student"], name="medication_by_student"),
        ),
        Wall("Allergy"),
        Wall("Condition"),
        Wall("HealthPlan"),
        Wall("Medication"),
    ]
