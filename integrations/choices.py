"""What a report can be narrowed to, in words."""

from django.utils.translation import gettext_lazy as _

from integrations.oneroster.specs import SPECS

OUTCOMES = (
    ("", _("All outcomes")),
    ("created", _("Created")),
    ("updated", _("Updated")),
    ("unchanged", _("Unchanged")),
    ("left", _("Marked as left")),
    ("refused", _("Refused")),
)
SEVERITIES = (("", _("All findings")), ("refusal", _("Refused")), ("warning", _("Warnings")))
FILES = (("", _("All files")), *((noun, f"{noun}.csv") for noun in SPECS))
