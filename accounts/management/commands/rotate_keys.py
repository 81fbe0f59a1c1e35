"""`manage.py rotate_keys`: seal with the newest key what is under an older one, while everybody works."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import software_actor
from accounts.models import Organization
from core.encrypted import ring
from core.queue import enqueue
from core.rotation import Rotation, keys_in_use, rotate
from core.tenant import organization


class Command(BaseCommand):
    help = "Encrypt with the newest key what an older one holds, and say which keys are still in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="one district only")
        parser.add_argument("--count", action="store_true", help="change nothing, only say what is left")
        parser.add_argument("--queue", action="store_true", help="let the workers do it")

    def handle(self, *args: Any, **options: Any) -> None:
        districts = Organization.objects.order_by("slug")
        if options["organization"]:
            districts = districts.filter(slug=options["organization"])
        if not districts:
            raise CommandError("There is no such district.")
        done = Rotation()
        for district in districts:
            if options["queue"]:
                self._promise(district)
            elif not options["count"]:
                done += rotate(district.id)
        if options["queue"]:
            self.stdout.write(f"{len(districts)} districts are with the workers; ask again with --count.")
            return
        self._tell(done, [keys_in_use(district.id) for district in districts])

    def _promise(self, district: Organization) -> None:
        with organization(district.id):
            enqueue("core.rotate_keys", actor=software_actor(organization=district, name="rotate_keys"))

    def _tell(self, done: Rotation, found: list[dict[str, Counter[str]]]) -> None:
        held: Counter[str] = Counter()
        for by_key in found:
            for key_id, by_column in by_key.items():
                held[key_id] += by_column.total()
        self.stdout.write(f"{done.sealed} values encrypted anew, {done.unreadable} that no key opens")
        for number, key_id in enumerate(ring().ids):
            note = "newest" if number == 0 else "in use" if held[key_id] else "can be taken away"
            self.stdout.write(f"key {key_id}: {held[key_id]} values, {note}")
        for key_id in sorted(set(held) - set(ring().ids)):
            self.stdout.write(f"key {key_id}: {held[key_id]} values, and this key is missing")
