from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DeskError
from accounts.services.demo import require_demo_database
from evaluation.demo.story import is_seeded, seed_year
from evaluation.demo.tables import DEMO_DAY


class Command(BaseCommand):
    help = "Load the demo year, once. Refused on a database that `make run` did not create."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, default=DEMO_DAY, metavar="YYYY-MM-DD")

    def handle(self, *, today: date, **_options: Any) -> None:
        if today != DEMO_DAY:
            raise CommandError(f"The demo plays on {DEMO_DAY.isoformat()}, no other day.")
        try:
            require_demo_database()
            if is_seeded():
                self.stdout.write("The demo year is there already; nothing was changed.")
                return
            filings = seed_year(settings.CART_DEMO_PASSWORD)
        except DeskError as error:
            said = [f"{problem.pointer}: {problem.message}" for problem in getattr(error, "problems", ())]
            raise CommandError(" ".join([str(error.message), *said])) from error
        self.stdout.write(f"The demo year is loaded: {len(filings.by_key)} applications in three batches.")
