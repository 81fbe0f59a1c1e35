import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sessions_and_providers"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="is_read_only",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="name",
            field=models.CharField(
                blank=True, help_text="What it is for, in the words of who made it.", max_length=80
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="features",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Parts of the program turned on or off here; see accounts/features.py.",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="is_program",
            field=models.BooleanField(
                default=False, help_text="Stands for another program, which has a token and never signs in."
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="quiet_by_email",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12),
                blank=True,
                default=list,
                help_text="Kinds of news not sent by e-mail.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="quiet_in_app",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12),
                blank=True,
                default=list,
                help_text="Kinds of news not shown on pages.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="start_page",
            field=models.CharField(
                choices=[
                    ("day", "My day"),
                    ("caseload", "Caseload"),
                    ("district", "District"),
                    ("family", "My children"),
                ],
                default="day",
                max_length=8,
                verbose_name="first page after signing in",
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("email", models.EmailField(max_length=254)),
                ("given_name", models.CharField(blank=True, max_length=80)),
                ("family_name", models.CharField(blank=True, max_length=80)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("teacher", "Teacher"),
                            ("specialist", "Specialist"),
                            ("coordinator", "Coordinator"),
                            ("paraprofessional", "Paraprofessional"),
                            ("finance", "Finance"),
                            ("viewer", "Viewer"),
                            ("parent", "Parent"),
                        ],
                        max_length=16,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=80)),
                ("is_district_wide", models.BooleanField(default=False)),
                (
                    "starts_on",
                    models.DateField(help_text="The first day of the role, when it is accepted by then."),
                ),
                (
                    "guardian_id",
                    models.UUIDField(
                        help_text="The guardian of a student who is invited, if any.", null=True
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True, help_text="Empty until its link is made for sending.", max_length=64
                    ),
                ),
                ("sendings", models.PositiveSmallIntegerField(default=1)),
                ("sent_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
        ),
        migrations.CreateModel(
            name="InvitationSchool",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "invitation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="school_links",
                        to="accounts.invitation",
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
                    "school",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.school",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "right",
                    models.CharField(help_text="One of `accounts.rights.SINGLE_RIGHTS`.", max_length=24),
                ),
                (
                    "effect",
                    models.CharField(choices=[("add", "added"), ("take", "taken away")], max_length=4),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, help_text="The first day without it.", null=True)),
                ("reason", models.CharField(max_length=200)),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "person"], name="grant_by_person")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on", None)),
                        fields=("organization", "person", "right"),
                        name="grant_once_per_right",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="grant_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["organization", "-created_at", "-id"], name="invitation_by_time"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["organization", "email"], name="invitation_by_email"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("digest", ""), _negated=True),
                fields=("organization", "digest"),
                name="invitation_digest_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitationschool",
            constraint=models.UniqueConstraint(
                fields=("organization", "invitation", "school"), name="invitation_school_once"
            ),
        ),
        Wall("Grant"),
        Wall("Invitation"),
        Wall("InvitationSchool"),
    ]
