import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_keep_school_years"),
        ("ieps", "0009_measure_goals_with_rules"),
        ("progress", "0004_wall_measurement_and_decisions"),
        ("students", "0010_hold_sealed_ids"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("period_name", models.CharField(max_length=40, verbose_name="reporting period")),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(verbose_name="until")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Español")],
                        default="en",
                        max_length=5,
                        verbose_name="language of the family",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Being written"),
                            ("issued", "Sent"),
                            ("corrected", "Replaced by a correction"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(default=1)),
                (
                    "revision_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="why it is corrected"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(null=True)),
                ("changed_by_name", models.CharField(blank=True, max_length=120)),
                ("data_until", models.DateField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("sent_on", models.DateField(null=True)),
                ("sent_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "digest",
                    models.CharField(blank=True, help_text="SHA-256 of what was sent.", max_length=64),
                ),
                (
                    "iep",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "revises",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="progress.progressreport",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
        ),
        migrations.CreateModel(
            name="GoalNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "statement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mastered", "mastered"),
                            ("sufficient", "sufficient"),
                            ("some", "some"),
                            ("insufficient", "insufficient"),
                            ("not_introduced", "not_introduced"),
                        ],
                        max_length=16,
                        verbose_name="statement",
                    ),
                ),
                (
                    "narrative",
                    models.TextField(
                        blank=True,
                        validators=[django.core.validators.MaxLengthValidator(4000)],
                        verbose_name="note to the family",
                    ),
                ),
                (
                    "objection",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_mastered", "not_mastered"),
                            ("misses_target", "misses_target"),
                            ("rule_fired", "rule_fired"),
                            ("no_data", "no_data"),
                            ("no_gain", "no_gain"),
                            ("on_track", "on_track"),
                            ("was_measured", "was_measured"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="why the statement holds all the same"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("written_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "frozen",
                    models.JSONField(default=dict, help_text="The numbers and sentences as they were sent."),
                ),
                ("chart", models.TextField(blank=True, help_text="The chart as it was sent, as SVG.")),
                (
                    "goal",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ieps.goal",
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
                (
                    "report",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="progress.progressreport",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="progressreport",
            index=models.Index(
                fields=["organization", "student", "-first_on"], name="progress_report_by_student"
            ),
        ),
        migrations.AddIndex(
            model_name="progressreport",
            index=models.Index(
                fields=["organization", "first_on", "student"], name="progress_report_by_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.UniqueConstraint(
                fields=("organization", "student", "first_on", "revision"),
                name="progress_report_revision_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "draft")),
                fields=("organization", "student", "first_on"),
                name="progress_report_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    models.Q(
                        ("data_until__isnull", False),
                        ("sent_at__isnull", False),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="progress_report_sent_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revision", 1), models.Q(("revision_reason", ""), _negated=True), _connector="OR"
                ),
                name="progress_report_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_on__gte", models.F("first_on"))), name="progress_report_period"
            ),
        ),
        migrations.AddIndex(
            model_name="goalnote",
            index=models.Index(fields=["organization", "student"], name="goal_note_by_student"),
        ),
        migrations.AddConstraint(
            model_name="goalnote",
            constraint=models.UniqueConstraint(
                fields=("organization", "report", "goal"), name="goal_note_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="goalnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("objection", ""), models.Q(("statement", ""), _negated=True), _connector="OR"
                ),
                name="goal_note_objects_to_something",
            ),
        ),
    ]
