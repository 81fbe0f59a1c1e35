"""Print a bearer token for the API, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import districts_of, organization_by_slug, software_actor
from accounts.models import Person
from accounts.mutations import issue_token
from core.errors import SpedError
from core.tenant import organization as within


class Command(BaseCommand):
    """`issue_token EMAIL [--days N] [--organization SLUG]`"""

    help = "Print a bearer token of a person for one organization. It is shown once and kept as a hash only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--days", type=int, default=30, help="how long it holds, 1 to 366 (30)")
        parser.add_argument(
            "--organization", default="", help="short name of the organization, when there are several"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.with_email(options["email"]).filter(is_active=True).first()
        if person is None:
            raise CommandError("Nobody signs in with this e-mail address.")
        slugs = [district.slug for district in districts_of(person.id)]
        wanted = options["organization"]
        if wanted and wanted not in slugs:
            raise CommandError(f"This person holds no role in {wanted}.")
        if not wanted and len(slugs) != 1:
            raise CommandError(
                f"Say which organization: --organization {' or '.join(slugs) or '(none has a role)'}."
            )
        organization = organization_by_slug(wanted or slugs[0])
        actor = software_actor(organization=organization, name="issue_token")
        try:
            with within(organization.id):
                token = issue_token(actor=actor, person_id=person.id, days=options["days"])
        except SpedError as error:
            raise CommandError(error.in_words()) from error
        self.stdout.write(token)
