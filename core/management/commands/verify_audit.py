"""Whether anybody has changed the audit behind the application."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.chain import Finding, verify
from core.registry import lent

SAID = {
    "edited": "entry {entry} was edited (seal {seq})",
    "deleted": "entry {entry} was deleted (seal {seq})",
    "gap": "a seal is missing at {seq}",
    "broken": "seal {seq} does not follow the one before it",
    "tail_cut": "the tail is cut: an anchor knows more than the chain, from seal {seq} on",
    "anchor_broken": "seal {seq} is not what its anchor says",
    "unsealed": "entry {entry} has no seal and waits for none",
}


class Command(BaseCommand):
    help = (
        "Check the chain of the audit against its entries and its anchors; fails when anything was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="UUID", help="only that of one organisation")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for organization_id in self._organizations(options["organization"]):
            verdict = verify(organization_id)
            wrong += verdict.count
            state = "whole" if verdict.is_whole else f"NOT whole, {verdict.count} findings"
            self.stdout.write(
                f"{organization_id}: {state}; {verdict.entries} sealed, {verdict.waiting} waiting, "
                f"{verdict.anchors} anchors"
            )
            for finding in verdict.findings:
                self.stdout.write(f"  {said(finding)}")
        if wrong:
            raise CommandError(f"{wrong} findings.")

    def _organizations(self, named: str | None) -> tuple[UUID, ...]:
        try:
            return (UUID(named),) if named else tuple(lent("accounts.organization_ids")())
        except ValueError:
            raise CommandError("--organization takes the id of an organisation.") from None


def said(finding: Finding) -> str:
    """A finding in words."""
    return SAID[finding.kind].format(entry=finding.entry_id, seq=finding.seq)
