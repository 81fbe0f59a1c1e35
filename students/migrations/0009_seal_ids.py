"""Encrypt the Medicaid numbers, and what looks like a Social Security number, that were kept in the open."""

import re
from typing import Any

from django.db import migrations

from core.tenant import organization

SOCIAL_SECURITY = re.compile(r"^\d{3}[- ]\d{2}[- ]\d{4}$")
AT_ONCE = 500


def seal(apps: Any, schema_editor: Any) -> None:
    """Move each sensitive id into its encrypted column. A second run finds nothing to do."""
    for district in apps.get_model("accounts", "Organization").objects.order_by("id"):
        with organization(district.id):
            seal_in(apps.get_model("students", "ExternalId"), district.id)


def seal_in(model: Any, organization_id: Any) -> None:
    """The ids of one district, in batches by id."""
    rows = model.objects.filter(organization_id=organization_id).exclude(value="").order_by("id")
    after = None
    while page := list(rows.filter(id__gt=after)[:AT_ONCE] if after else rows[:AT_ONCE]):
        for row in page:
            if row.kind == "medicaid" or SOCIAL_SECURITY.match(row.value):
                row.secret, row.value = row.value, ""
                row.save(update_fields=["value", "secret", "secret_index"])
        after = page[-1].id


def unseal(apps: Any, schema_editor: Any) -> None:
    """Put the ids back into the open, for an older release."""
    for district in apps.get_model("accounts", "Organization").objects.order_by("id"):
        with organization(district.id):
            model = apps.get_model("students", "ExternalId")
            for row in model.objects.filter(organization_id=district.id, secret__isnull=False).iterator():
                row.value, row.secret = row.secret, None
                row.save(update_fields=["value", "secret", "secret_index"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_wall"), ("students", "0008_make_room_for_sealed_fields")]

    operations = [migrations.RunPython(seal, unseal)]
