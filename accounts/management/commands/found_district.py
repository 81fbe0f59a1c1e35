"""`manage.py found_district SLUG NAME --administrator EMAIL`: begin a district, and let its first administrator in."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actors import software_actor
from accounts.founding import create_organization
from accounts.joining import link_to_join
from accounts.models import Organization
from accounts.mutations import invite_person, make_invitation_link, revoke_invitation
from accounts.queries import administrators, waiting_for
from accounts.rights import Role
from core.errors import SpedError
from core.tenant import organization as within


class Command(BaseCommand):
    """Asked again for a district without an administrator, it makes a new link."""

    help = (
        "Begin a district and print the link by which its first administrator comes in, once, within 7 days."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name in addresses: /d/SLUG/")
        parser.add_argument("name", help="name on pages and papers")
        parser.add_argument("--administrator", required=True, metavar="EMAIL")
        parser.add_argument(
            "--timezone", default="America/Los_Angeles", help="by which its days begin (America/Los_Angeles)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"]
        try:
            with transaction.atomic():
                district = Organization.objects.filter(slug=slug).first() or create_organization(
                    slug=slug, name=options["name"], timezone=options["timezone"]
                )
                if district.name != options["name"]:
                    raise CommandError(f"{slug} is known already, as {district.name}.")
                secret = self._invite(district, options["administrator"])
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        except SpedError as error:
            raise CommandError(error.in_words()) from None
        self.stdout.write(
            f"{district.name} ({district.timezone}): the first administrator comes in here, once, within 7 days:"
        )
        self.stdout.write(link_to_join(slug, secret))

    def _invite(self, district: Organization, email: str) -> str:
        """The secret of the first administrator's link. Raises CommandError when the district has one already."""
        actor = software_actor(organization=district, name="found_district")
        with within(district.id):
            if administrators(actor=actor).exists():
                raise CommandError(
                    f"{district.slug} has an administrator, who invites others. When none of them can: break_glass."
                )
            for lost in waiting_for(actor=actor, email=email, role=Role.ADMINISTRATOR):
                revoke_invitation(actor=actor, invitation_id=lost.id)
            found = invite_person(actor=actor, email=email, role=Role.ADMINISTRATOR, is_district_wide=True)
            return make_invitation_link(actor=actor, invitation_id=found.id)
