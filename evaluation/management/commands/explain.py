"""`manage.py explain WHAT`: why a file, an evaluation or a receipt has its verdicts, in words."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DeskError, Invalid
from evaluation.board.traces import trace_of_application
from evaluation.receipts import UnreadableReceipt, read_receipt, retold
from evaluation.rules.explain import LANGUAGES
from evaluation.selectors.evaluations import filed_application, stored_evaluation
from evaluation.trace.build import trace_of_receipt
from evaluation.trace.lines import tree_lines
from evaluation.trace.model import Trace
from evaluation.trace.sources import trace_of_stored

REFERENCE = re.compile(r"(\d{4})-(\d{2})[/-](\d{1,4})")


class Command(BaseCommand):
    help = "Explain the verdicts of an application (2026-07/0042), a stored evaluation (its id) or a receipt (a file)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", metavar="REFERENCE|ID|FILE")
        parser.add_argument("--language", choices=LANGUAGES, default="en")
        parser.add_argument("--criterion", default="", metavar="C2", help="only this criterion")

    def handle(self, *, what: str, language: str, criterion: str, **_options: Any) -> None:
        try:
            found = trace_named(what, language)
        except UnreadableReceipt as unreadable:
            raise CommandError(f"{what}: {unreadable}", returncode=2) from unreadable
        except Invalid as error:
            said = [f"{problem.pointer}: {problem.message}" for problem in error.problems]
            raise CommandError(" ".join([str(error.message), *said])) from error
        except DeskError as error:
            raise CommandError(str(error.message)) from error
        if criterion and not found.only(criterion):
            known = ", ".join(finding.id for finding in found.findings)
            raise CommandError(f"There is no criterion {criterion} here; there are {known}.", returncode=2)
        for line in tree_lines(found, criterion=criterion):
            self.stdout.write(line)


def trace_named(what: str, language: str) -> Trace:
    """Raises CommandError for what names nothing."""
    if match := REFERENCE.fullmatch(what):
        application = filed_application(int(match[1]), int(match[2]), int(match[3]))
        if application is None:
            raise CommandError(f"There is no application {what}.", returncode=2)
        return trace_of_application(application, language)
    if (pk := as_uuid(what)) is not None:
        evaluation = stored_evaluation(pk)
        if evaluation is None:
            raise CommandError(f"There is no evaluation {what}.", returncode=2)
        return trace_of_stored(evaluation, language)
    return trace_of_receipt(retold(read_receipt(content_of(what))), language)


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def content_of(name: str) -> bytes:
    """The bytes of a file. Raises CommandError when it cannot be read."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror or error}.", returncode=2) from error
