"""What a report can be narrowed to, in words."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from integrations.kinds import KINDS

Choices = tuple[tuple[str, StrOrPromise], ...]

OUTCOMES: Choices = (
    ("", _("All outcomes")),
    ("created", _("Created")),
    ("updated", _("Updated")),
    ("unchanged", _("Unchanged")),
    ("left", _("Marked as left")),
    ("refused", _("Refused")),
)
SEVERITIES: Choices = (("", _("All findings")), ("refusal", _("Refused")), ("warning", _("Warnings")))
NOUNS = tuple((noun, noun) for kind in KINDS.values() for noun in kind.nouns)


def files_of(kind: str) -> Choices:
    """The files that a report of a kind can be narrowed to."""
    return (("", _("All files")), *KINDS[kind].files.items())
