"""`manage.py verify_receipt WHAT`: run a receipt again and compare byte for byte.

Ends with 0 when identical, 1 when it differs, 2 when there is nothing that can be run again.
"""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluation.management.commands.explain import REFERENCE, as_uuid, content_of
from evaluation.models import ApplicationAssessment, SiteEvaluation
from evaluation.receipts import UnreadableReceipt, Verified, receipt_bytes, verify_receipt
from evaluation.selectors import current_assessment
from evaluation.selectors.evaluations import (
    every_stored_evaluation,
    filed_application,
    number_of_stored_evaluations,
    stored_evaluation,
)

DIFFERS, UNREADABLE = 1, 2
LONGEST_VALUE = 300


class Command(BaseCommand):
    help = "Run a receipt again and compare byte for byte: exit 0 identical, 1 different, 2 cannot be run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", default="", metavar="FILE|ID|REFERENCE")
        parser.add_argument("--all", action="store_true", help="verify every stored evaluation")

    def handle(self, *, what: str, all: bool, **_options: Any) -> None:  # noqa: A002 named as the option
        if all == bool(what):
            raise CommandError("Give a file, an id or a reference, or --all.", returncode=UNREADABLE)
        code = self._all() if all else self._one(what)
        if code:
            sys.exit(code)

    def _one(self, what: str) -> int:
        try:
            evaluation = evaluation_named(what)
            verified = verify_receipt(content_of(what)) if evaluation is None else verify_stored(evaluation)
        except UnreadableReceipt as unreadable:
            raise CommandError(f"{what}: {unreadable}", returncode=UNREADABLE) from unreadable
        for line in report(verified):
            self.stdout.write(line)
        return 0 if verified.is_identical else DIFFERS

    def _all(self) -> int:
        total, failed, worst = number_of_stored_evaluations(), 0, 0
        for done, evaluation in enumerate(every_stored_evaluation(), start=1):
            code, lines = self._verdict(evaluation)
            worst, failed = max(worst, code), failed + bool(code)
            for line in lines:
                self.stdout.write(line)
            if done % 100 == 0 or done == total:
                self.stderr.write(f"{done} of {total}")
        self.stdout.write(f"{total} evaluations verified, {total - failed} identical, {failed} not.")
        return worst

    def _verdict(self, evaluation: SiteEvaluation | ApplicationAssessment) -> tuple[int, list[str]]:
        try:
            verified = verify_stored(evaluation)
        except UnreadableReceipt as unreadable:
            return UNREADABLE, [f"{evaluation.pk}: {unreadable}"]
        return (0, []) if verified.is_identical else (DIFFERS, [f"{evaluation.pk}:", *report(verified)])


def evaluation_named(what: str) -> SiteEvaluation | ApplicationAssessment | None:
    """The stored evaluation of an id or a reference, None for the name of a file. Raises UnreadableReceipt."""
    if match := REFERENCE.fullmatch(what):
        application = filed_application(int(match[1]), int(match[2]), int(match[3]))
        if application is None:
            raise UnreadableReceipt("There is no such application.")
        assessment = current_assessment(application)
        if assessment is None:
            raise UnreadableReceipt("This application has not been assessed yet.")
        return assessment
    pk = as_uuid(what)
    if pk is None:
        return None
    evaluation = stored_evaluation(pk)
    if evaluation is None:
        raise UnreadableReceipt("There is no such evaluation.")
    return evaluation


def verify_stored(evaluation: SiteEvaluation | ApplicationAssessment) -> Verified:
    """The receipt as stored, run again; the hash recorded with it is compared too."""
    content = receipt_bytes(facts=evaluation.facts, answered=evaluation.answer)
    return verify_receipt(content, stored_sha256=evaluation.receipt_sha256, rules_then=evaluation.rules_sha256)


def report(verified: Verified) -> list[str]:
    """What was found, line by line."""
    lines = ["identical" if verified.is_identical else "different"]
    if not verified.criteria_hold:
        lines.append(
            f"The criteria {verified.criteria_id} {verified.criteria_version} are not those of the receipt:"
            f" sha256 {verified.criteria_sha256} here, {verified.named_sha256} there."
        )
    lines += [
        f"  {each.pointer or '/'}: the receipt says {_shown(each.stated)}, running it again gives {_shown(each.found)}"
        for each in verified.differences
    ]
    if not verified.is_canonical:
        lines.append("The file is not canonical JSON (RFC 8785), so its bytes differ; its content is compared.")
    if not verified.sha256_holds:
        lines.append(f"The sha256 recorded with the evaluation is another: {verified.stored_sha256}.")
    lines += [
        f"criteria {verified.criteria_id} {verified.criteria_version}, sha256 {verified.criteria_sha256}",
        f"receipt sha256 {verified.sha256}",
        f"rules' source then {verified.rules_then or 'not known'}",
        f"rules' source now  {verified.rules_now} (reported, not compared)",
    ]
    return lines


def _shown(value: object) -> str:
    text = value if value == "(absent)" else json.dumps(value, ensure_ascii=False)
    return f"{text[:LONGEST_VALUE]}…" if len(str(text)) > LONGEST_VALUE else str(text)
