import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.clock import now
from accounts.errors import Invalid
from applications.models import Batch
from evaluation.enums import RescoringKind
from evaluation.models import Rescoring
from evaluation.register import question_in_words, refusal_in_words
from evaluation.selectors.rescorings import ballots_of, rows_of
from evaluation.services.rescoring import question_of, request_rescoring, run_rescoring
from evaluation.services.rescoring_questions import MOST_VALUES
from evaluation.simulation import Question
from jobs.enums import JobState
from jobs.runner import run_claimed

NEEDED = re.compile(r"(?P<criterion>[A-Z]\d+[a-z]?)=(?P<first>\d+)(?:\.\.(?P<last>\d+))?")
SHOWN = 100


def minimum(text: str) -> Question:
    """``C2=80..90`` or ``C2=80``."""
    match = NEEDED.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not understood; write C2=80 or C2=80..90")
    first = int(match["first"])
    values = range(first, int(match["last"] or first) + 1)
    return Question(RescoringKind.MINIMUM, criterion=match["criterion"], values=tuple(values[: MOST_VALUES + 1]))


def day(text: str) -> date:
    """An existing day as ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not an existing day; write YYYY-MM-DD") from None


class Command(BaseCommand):
    help = (
        "Judge stored evaluations again under another version, date, reading or minimum, keep the answer in a store of "
        "its own and print it. A simulation: no verdict changes."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Every command has a `--version` that tells Django's; here it names one of the criteria."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        asked = parser.add_mutually_exclusive_group(required=True)
        asked.add_argument("--version", metavar="YYYY-MM-DD", help="the criteria of a version, by its first day")
        asked.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="another reference date")
        asked.add_argument("--reading", metavar="A9", help="another reading, with --option")
        asked.add_argument("--needed", type=minimum, metavar="C2=80..90", help="another minimum, or a row of them")
        parser.add_argument("--option", type=int, metavar="N", help="the place of the option in the register, from 1")
        parser.add_argument("--batch", metavar="2026-07", help="only the files of this batch")
        parser.add_argument("--all", action="store_true", help="superseded evaluations too")

    @translation.override("en")
    def handle(self, **options: Any) -> None:
        question = _question(options)
        try:
            batch = _batch(options["batch"])
            rescoring, job = request_rescoring(question, batch=batch, with_superseded=options["all"], by=None, at=now())
        except Invalid as error:
            raise CommandError("; ".join(str(each.message) for each in error.problems) or error.message) from error
        if job is None:
            raise CommandError("This was asked already.")
        ended = run_claimed(job.pk, lambda claimed: run_rescoring(claimed, at=now()))
        if ended is None or ended.state != JobState.DONE:
            raise CommandError(f"It could not be worked out: {ended.error_detail if ended else 'another runs it'}")
        rescoring.refresh_from_db()
        self._print(rescoring)

    def _print(self, rescoring: Rescoring) -> None:
        counts = rescoring.counts
        self.stdout.write(f"{question_in_words(question_of(rescoring), 'en')}. Simulation, not a decision.")
        self.stdout.write(
            f"{counts['judged']} judged, {counts['outcome_changed']} with another outcome, "
            f"{counts['refused']} that cannot be judged."
        )
        for value, passing in counts.get("by_value", {}).items():
            self.stdout.write(f"  {value:>5}  {passing['pass']} of {passing['sites']} sites meet it")
        rows = rows_of(rescoring)
        for row in rows[:SHOWN]:
            what = "; ".join(f"{name}: {was or '-'} → {then or '-'}" for name, (was, then) in row.changes.items())
            said = "; ".join(f"cannot be judged: {refusal_in_words(each, 'en')}" for each in row.refused)
            value = f"{row.value:>5}  " if row.value is not None else ""
            outcome = f"{row.outcome_before} → {row.outcome_after or '?'}"
            self.stdout.write(f"  {value}{row.application.reference:<14} {outcome}  {what or said}")
        for ballot in ballots_of(rescoring):
            if ballot.flips:
                reference = ballot.ballot.application.reference
                self.stdout.write(f"  {reference:<14} ballot {ballot.outcome_before} → {ballot.outcome_after}")
        more = rows.count() - SHOWN
        if more > 0:
            self.stdout.write(f"  and {more} more: /rescorings/{rescoring.pk}/")
        self.stdout.write(f"Kept as /rescorings/{rescoring.pk}/")


def _question(options: dict[str, Any]) -> Question:
    if (options["reading"] is None) != (options["option"] is None):
        raise CommandError("--reading and --option belong together: --reading A9 --option 3")
    if options["version"]:
        return Question(RescoringKind.VERSION, version=options["version"])
    if options["on"]:
        return Question(RescoringKind.DATE, reference_on=options["on"])
    if options["reading"]:
        return Question(RescoringKind.READING, reading=options["reading"], option=options["option"])
    asked: Question = options["needed"]
    return asked


def _batch(code: str | None) -> Batch | None:
    if code is None:
        return None
    known = {batch.code: batch for batch in Batch.objects.order_by("year", "half")}
    if code not in known:
        raise CommandError(f"There is no batch {code}. There is: {', '.join(known) or 'none'}.")
    return known[code]
