"""Build a large synthetic district for measurement."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from accounts.models import Organization
from casefile.synthetic import Size, build


class Command(BaseCommand):
    help = (
        "Build a synthetic district of N students, two goals each with 25 points; the same for the same seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--students", type=int, default=1_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()

        def said(rows: str, count: int) -> None:
            self.stdout.write(f"{time.monotonic() - began:7.1f} s  {count:>9,} {rows}")

        size = Size(students=options["students"], seed=options["seed"])
        there = Organization.objects.filter(slug__regex=rf"^synthetic-\d+-{size.seed}$").first()
        if there is not None:
            raise CommandError(
                f"/d/{there.slug}/ was made with the seed {size.seed}, from which all ids are made. "
                "Choose another with --seed."
            )
        district = build(size, today=now().date(), said=said)
        call_command("rebuild_summaries", organization=district.slug)
        said("goal summaries", size.goals)
        self.stdout.write(f"{district.name}: /d/{district.slug}/")
