import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.clock import now
from accounts.enums import Language, Role
from accounts.errors import DeskError, Invalid
from accounts.services.users import create_user


class Command(BaseCommand):
    help = "Create a user, such as the first administrator. The password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--language", default=Language.NL.value, choices=Language.values)

    def handle(self, *, email: str, name: str, role: str, language: str, **_options: Any) -> None:
        password = _asked_password()
        try:
            user = create_user(
                email=email, name=name, role=role, language=language, password=password, by=None, at=now()
            )
        except Invalid as error:
            raise CommandError("; ".join(str(problem.message) for problem in error.problems)) from error
        except DeskError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{user.email}: {user.get_role_display()}")


def _asked_password() -> str:
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password
