from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.clock import now
from accounts.errors import DeskError
from centres.services.reference import load_products


class Command(BaseCommand):
    help = "Add the real products of centres/reference/products.toml that are not there yet; nothing is overwritten."

    def handle(self, **_options: Any) -> None:
        try:
            loaded = load_products(by=None, at=now())
        except DeskError as error:
            problems = [f"{problem.pointer}: {problem.message}" for problem in getattr(error, "problems", ())]
            raise CommandError(" ".join([str(error.message), *problems])) from error
        self._say("Added", loaded.added)
        self._say("There already, left as they are", loaded.kept)
        self._say("Left out, for no source names the holder", loaded.without_holder)

    def _say(self, what: str, names: tuple[str, ...]) -> None:
        if names:
            self.stdout.write(f"{what}: {', '.join(names)}.")
