"""Compute every goal's summary anew from its points."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.actors import software_actor
from accounts.models import Organization
from core.tenant import organization
from progress.mutations import rebuild_summaries
from progress.queries import goals_with_points

GOALS_AT_ONCE = 500


class Command(BaseCommand):
    help = "Compute every goal's summary anew from its points. Changes nothing that is right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="one district only")

    def handle(self, *args: Any, **options: Any) -> None:
        districts = Organization.objects.order_by("slug")
        if options["organization"]:
            districts = districts.filter(slug=options["organization"])
        for district in districts:
            changed, seen = self._rebuild(district)
            self.stdout.write(f"{district.slug}: {seen} goals, {changed} summaries written")

    def _rebuild(self, district: Organization) -> tuple[int, int]:
        actor = software_actor(organization=district, name="rebuild_summaries")
        changed = seen = 0
        after = None
        while True:
            with organization(district.id):
                goal_ids = goals_with_points(actor=actor, after=after, limit=GOALS_AT_ONCE)
                if not goal_ids:
                    return changed, seen
                changed += rebuild_summaries(actor=actor, goal_ids=goal_ids)
            seen += len(goal_ids)
            after = goal_ids[-1]
