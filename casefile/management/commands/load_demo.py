"""`load_demo`: the demonstration districts, once; `--print-signins` says who can sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organization
from accounts.rights import Role
from casefile.demo.build import build
from casefile.demo.people import OTHER_NAME, OTHER_PEOPLE, PASSWORD, PEOPLE, SLUG


class Command(BaseCommand):
    help = "Make the demonstration districts where they are not there yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--print-signins", action="store_true", help="print who can sign in, and the password"
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is any district")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("load_demo makes people whose password is public: never in production.")
        is_wanted = not options["if_empty"] or not Organization.objects.exists()
        if is_wanted and build():
            self.stdout.write("The demonstration districts are ready.")
        if (
            options["print_signins"]
            and Organization.objects.filter(slug=SLUG, is_demonstration=True).exists()
        ):
            self.stdout.write(signins())


def signins() -> str:
    """Who can sign in, as a table."""
    shown: dict[str, tuple[str, str, str, str]] = {}
    for person in (*PEOPLE, *OTHER_PEOPLE):
        role = str(Role(person.role).label)
        place = f"{OTHER_NAME}: " if person.domain.startswith("marigold") else ""
        shown.setdefault(
            person.key, (f"{person.given} {person.family}", role, person.email, f"{place}{person.shows}")
        )
    widths = [max(len(row[column]) for row in shown.values()) for column in range(3)]
    lines = [
        f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]}".rstrip()
        for row in shown.values()
    ]
    return "\n".join([f"Sign in as any of these. The password of all is: {PASSWORD}", *lines])
