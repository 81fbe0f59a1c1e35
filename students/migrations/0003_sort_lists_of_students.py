"""Keep the sort keys of lists of students in the database, each with its index."""

import datetime

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_wall"),
        ("students", "0002_wall"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="student",
            name="student_by_grade",
        ),
        migrations.AddField(
            model_name="student",
            name="grade_rank",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(grade="PK", then=-1),
                    models.When(grade="KG", then=0),
                    models.When(grade="", then=99),
                    default=django.db.models.functions.comparison.Cast("grade", models.SmallIntegerField()),
                    output_field=models.SmallIntegerField(),
                ),
                output_field=models.SmallIntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="student",
            name="next_due_on",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    django.db.models.functions.comparison.Least("annual_review_on", "reevaluation_due_on"),
                    models.Value(datetime.date(9999, 12, 31)),
                ),
                output_field=models.DateField(),
            ),
        ),
        migrations.AddIndex(
            model_name="student",
            index=models.Index(
                fields=["organization", "grade_rank", "sort_name", "id"], name="student_by_grade"
            ),
        ),
        migrations.AddIndex(
            model_name="student",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["organization", "next_due_on", "id"],
                name="student_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="student",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["organization", "-changed_at", "-id"],
                name="student_by_change",
            ),
        ),
    ]
