from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.clock import now
from accounts.enums import Scope
from accounts.errors import DeskError, Invalid
from accounts.services.clients import find_client, issue_token


class Command(BaseCommand):
    help = "Print a new token for an API client. It is shown this once: the database keeps only its hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("client", metavar="CLIENT", help="the name of the API client, such as demo-holder1")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            metavar="SCOPE",
            help=f"a scope of the token, may be repeated; without it all of the client's, of {', '.join(Scope.values)}",
        )
        parser.add_argument("--days", type=int, default=30, help="how many days the token lives (30)")

    def handle(self, *, client: str, scope: list[str] | None, days: int, **_options: Any) -> None:
        try:
            found = find_client(client)
            issued = issue_token(
                found, scopes=scope or found.scopes, by=None, at=now(), expires_in=timedelta(days=days)
            )
        except Invalid as error:
            raise CommandError("; ".join(str(problem.message) for problem in error.problems)) from error
        except DeskError as error:
            raise CommandError(error.message) from error
        self.stderr.write(f"{client}: {' '.join(issued.scopes)}, until {issued.expires_at:%Y-%m-%d %H:%M} UTC")
        self.stdout.write(issued.token)
