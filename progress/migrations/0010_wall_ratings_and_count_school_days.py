"""Put ratings behind the wall; what a district set in days of the calendar becomes as many school days."""

from typing import Any

from django.db import migrations

from core.rls import Wall
from core.tenant import organization

WEEK, SCHOOL_WEEK = 7, 5


def _each(apps: Any, turned: Any) -> None:
    for district in apps.get_model("accounts", "Organization").objects.order_by("id"):
        with organization(district.id):
            for row in apps.get_model("progress", "DistrictRule").objects.filter(organization_id=district.id):
                row.quiet_days = turned(row.quiet_days)
                row.save(update_fields=["quiet_days"])


def to_school_days(apps: Any, schema_editor: Any) -> None:
    """Three weeks stay three weeks: 21 days become 15 school days."""
    _each(apps, lambda days: max(3, min(90, round(days * SCHOOL_WEEK / WEEK))))


def to_days(apps: Any, schema_editor: Any) -> None:
    """For an older release."""
    _each(apps, lambda days: max(5, min(120, round(days * WEEK / SCHOOL_WEEK))))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_keep_school_years"),
        ("progress", "0009_rate_attainment_and_standards"),
    ]

    operations = [Wall("AttainmentRating"), migrations.RunPython(to_school_days, to_days)]
