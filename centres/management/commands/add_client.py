from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.clock import now, today
from accounts.enums import Role
from accounts.errors import DeskError, Invalid
from accounts.services.clients import CLIENT_ROLES
from centres.models import Holder
from centres.services.clients import register_client


class Command(BaseCommand):
    help = "Register an API client of the secretariat or of one holder. `make token` then prints a token for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("client", metavar="CLIENT", help="the name by which the client is known, such as acme-erp")
        parser.add_argument("--name", required=True, help="what machine it is, for those who read the audit trail")
        parser.add_argument("--role", required=True, choices=[role.value for role in CLIENT_ROLES])
        parser.add_argument("--holder", default="", help="the holder's name in the register, for the role HOLDER")

    def handle(self, *, client: str, name: str, role: str, holder: str, **_options: Any) -> None:
        if (role == Role.HOLDER) != bool(holder):
            raise CommandError("A client of the role HOLDER needs --holder, one of the secretariat has none.")
        company = Holder.objects.filter(name=holder).first()
        if holder and company is None:
            raise CommandError(f"There is no holder named {holder}.")
        try:
            register_client(client_id=client, name=name, holder=company, valid_from=today(), by=None, at=now())
        except Invalid as error:
            raise CommandError("; ".join(str(problem.message) for problem in error.problems)) from error
        except DeskError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{client}: {role.lower()} {holder}".rstrip())
