from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.ids
from core.rls import Wall

ID = models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)


def organization() -> Any:
    return models.ForeignKey(
        db_index=False,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.organization",
    )


def created_at() -> Any:
    return models.DateTimeField(default=django.utils.timezone.now, editable=False)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0004_chain_the_audit"), ("students", "0002_wall")]

    operations = [
        migrations.CreateModel(
            name="ChainCheck",
            fields=[
                ("id", ID.clone()),
                ("created_at", created_at()),
                ("asked_by_name", models.CharField(max_length=120)),
                ("finished_at", models.DateTimeField(null=True)),
                ("entries", models.BigIntegerField(default=0)),
                ("waiting", models.BigIntegerField(default=0)),
                ("anchors", models.BigIntegerField(default=0)),
                ("count", models.BigIntegerField(default=0)),
                ("findings", models.JSONField(default=list)),
                ("organization", organization()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "-created_at"], name="chain_check_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at", None)),
                        fields=("organization",),
                        name="chain_check_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", ID.clone()),
                ("created_at", created_at()),
                ("party", models.CharField(max_length=160, verbose_name="who asked")),
                ("asked_on", models.DateField(verbose_name="asked on")),
                ("disclosed_on", models.DateField(blank=True, null=True, verbose_name="disclosed on")),
                ("what", models.CharField(blank=True, max_length=400, verbose_name="what was disclosed")),
                ("purpose", models.CharField(max_length=300, verbose_name="purpose")),
                ("interest", models.CharField(max_length=300, verbose_name="legitimate interest")),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("consent", "Written consent of the parent (99.30)"),
                            ("school", "Another school where the student enrolls (99.31(a)(2))"),
                            ("authority", "Audit or evaluation by an education authority (99.31(a)(3))"),
                            ("aid", "Financial aid (99.31(a)(4))"),
                            ("juvenile", "Juvenile justice system (99.31(a)(5))"),
                            ("study", "Study for the district (99.31(a)(6))"),
                            ("accrediting", "Accrediting organization (99.31(a)(7))"),
                            ("court", "Court order or subpoena (99.31(a)(9))"),
                            ("emergency", "Health or safety emergency (99.31(a)(10), 99.36)"),
                            ("welfare", "Child welfare agency (99.31(a)(16))"),
                        ],
                        max_length=12,
                        verbose_name="legal basis",
                    ),
                ),
                (
                    "redisclosure",
                    models.CharField(blank=True, max_length=300, verbose_name="to whom they may pass it on"),
                ),
                ("recorded_by_name", models.CharField(max_length=120)),
                ("organization", organization()),
                (
                    "student",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="students.student",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organization", "student", "-asked_on"], name="disclosure_by_student"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disclosed_on", None),
                            models.Q(("what", ""), _negated=True) & models.Q(("basis", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disclosure_says_what_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disclosed_on", None),
                            ("disclosed_on__gte", models.F("asked_on")),
                            _connector="OR",
                        ),
                        name="disclosure_after_request",
                    ),
                ],
            },
        ),
        Wall("ChainCheck"),
        Wall("Disclosure"),
    ]
