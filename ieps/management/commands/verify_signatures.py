"""Compute the hashes of everything that was signed again: `manage.py verify_signatures [--organization SLUG]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import software_actors
from accounts.queries import organization_of
from core.tenant import organization
from ieps.queries import signed_ieps, verified_iep


class Command(BaseCommand):
    help = (
        "Compare every signed version of every IEP with its hash, and say each. Ends with 1 when one differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which district; all of them without it."""
        parser.add_argument("--organization", default="", help="the slug of one district")

    def handle(self, *_args: Any, organization: str = "", **_options: Any) -> None:
        """Go through the districts, IEP by IEP; names of students are not printed."""
        checked = altered = 0
        for actor in software_actors(name="Throughline"):
            found, wrong = self._district(actor, organization)
            checked, altered = checked + found, altered + wrong
        self.stdout.write(f"{checked} signed versions checked, {altered} not as they were signed.")
        if altered:
            raise CommandError("Something is not as it was signed: see the lines above.", returncode=1)

    def _district(self, actor: Any, slug: str) -> tuple[int, int]:
        checked = altered = 0
        with organization(actor.organization_id):
            district = organization_of(actor=actor)
            ids = signed_ieps(actor=actor) if slug in {"", district.slug} else ()
        for iep_id in ids:
            with organization(actor.organization_id):
                found = verified_iep(actor=actor, iep_id=iep_id)
            for version in found.versions:
                checked += 1
                altered += not version.holds
                state = "as signed" if version.holds else "NOT AS SIGNED"
                if version.holds and version.is_earlier:
                    state = "as signed, an earlier text"
                self.stdout.write(f"{district.slug}  iep {iep_id}  {version.digest[:16]}  {state}")
                for finding in version.findings:
                    self.stdout.write(f"    {finding.code}  {finding.place}")
        return checked, altered
