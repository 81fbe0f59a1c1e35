"""`manage.py break_glass SLUG EMAIL --reason WHY`: an administrator for a day, when nobody in a district can help."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import organization_by_slug, software_actor
from accounts.joining import link_to_join
from accounts.mutations import open_in_emergency
from core.errors import NotFound, SpedError
from core.tenant import organization as within


class Command(BaseCommand):
    """Written into the district's audit and told to its administrators, with the reason."""

    help = "Print the link to an administrator's role that ends by itself. The district's administrators are told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name of the district")
        parser.add_argument("email", help="of whoever comes in")
        parser.add_argument("--reason", required=True, help="why; the district reads it")
        parser.add_argument("--days", type=int, default=1, help="days of the district, today the first (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            district = organization_by_slug(options["slug"])
        except NotFound:
            raise CommandError("There is no such district.") from None
        actor = software_actor(organization=district, name="break_glass")
        try:
            with within(district.id):
                secret = open_in_emergency(
                    actor=actor, email=options["email"], reason=options["reason"], days=options["days"]
                )
        except SpedError as error:
            raise CommandError(error.in_words()) from None
        last = actor.today + timedelta(days=options["days"] - 1)
        self.stdout.write(
            f"{district.name}: an administrator until {last} is over there. Once, within the hour:"
        )
        self.stdout.write(link_to_join(district.slug, secret))
