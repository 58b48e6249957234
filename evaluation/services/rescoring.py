"""Ask what other rules would have given, and keep the answer apart: it can never change a verdict."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.errors import Invalid, NotAllowed, Problem, sentence
from accounts.models import User
from accounts.services.audit import record_event
from applications.models import Batch
from evaluation.enums import RescoringKind
from evaluation.models import RescoredBallot, RescoredFile, Rescoring
from evaluation.policies import may_request_rescoring
from evaluation.register import alternatives, of_the_vote
from evaluation.services.rescoring_bases import counted_ballots, live_bases, stored_bases, stored_ids
from evaluation.services.rescoring_questions import require_answerable
from evaluation.simulation import Base, Question, Side, Simulation, ballot_sides, passes
from evaluation.voting import voting_rules
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import advance_job, create_job

RESCORE = "evaluation.rescore"
REFRESH = "evaluation.refresh_register"


@transaction.atomic
def request_rescoring(
    question: Question,
    *,
    batch: Batch | None = None,
    with_superseded: bool = False,
    key: str = "",
    by: User | None,
    at: datetime,
) -> tuple[Rescoring, Job | None]:
    """Write down what is asked and the order to work it out; the same key asks once and gives no second job.

    `by` None is the command line. Raises NotAllowed, and Invalid naming what is allowed.
    """
    if by is not None and not may_request_rescoring(by):
        raise NotAllowed
    require_answerable(question)
    asked = {**question_fields(question), "batch": batch, "with_superseded": with_superseded}
    if key and (earlier := Rescoring.objects.filter(requested_by=by, idempotency_key=key).first()) is not None:
        return _same(earlier, asked), None
    try:
        with transaction.atomic():
            return _ordered(asked, key=key, by=by, at=at)
    except IntegrityError:
        return _same(Rescoring.objects.get(requested_by=by, idempotency_key=key), asked), None


def _ordered(asked: dict[str, Any], *, key: str, by: User | None, at: datetime) -> tuple[Rescoring, Job]:
    job = create_job(kind=RESCORE, subject=f"{asked['kind']} {_subject(asked)}".strip(), at=at)
    rescoring = Rescoring.objects.create(**asked, idempotency_key=key, requested_by=by, requested_at=at, job=job)
    record_event(rescoring, by=by, at=at, verb="request_rescoring", after={"kind": rescoring.kind})
    return rescoring, job


def _same(earlier: Rescoring, asked: dict[str, Any]) -> Rescoring:
    if any(getattr(earlier, name) != value for name, value in asked.items()):
        problem = Problem("/Idempotency-Key", "duplicate", sentence("idempotency-key-reused", {}))
        raise Invalid("idempotency-key-reused", problems=[problem])
    return earlier


def question_fields(question: Question) -> dict[str, Any]:
    """A question as the columns of its row."""
    return {
        "kind": question.kind,
        "criteria_version": question.version,
        "reference_on": question.reference_on,
        "reading": question.reading,
        "option": question.option,
        "criterion": question.criterion,
        "values": list(question.values),
    }


def question_of(rescoring: Rescoring) -> Question:
    return Question(
        kind=RescoringKind(rescoring.kind),
        version=rescoring.criteria_version,
        reference_on=rescoring.reference_on,
        reading=rescoring.reading,
        option=rescoring.option,
        criterion=rescoring.criterion,
        values=tuple(rescoring.values),
    )


def _subject(asked: dict[str, Any]) -> str:
    values = asked["values"]
    parts = [asked["criteria_version"], asked["reference_on"], asked["reading"], asked["option"], asked["criterion"]]
    return " ".join(str(each) for each in [*parts, f"{values[0]}-{values[-1]}" if values else ""] if each)


@transaction.atomic
def order_register(*, at: datetime) -> Job:
    """The order to work out the register anew; one that has not begun yet will see what is committed now."""
    waiting = Job.objects.select_for_update(skip_locked=True).filter(kind=REFRESH, state=JobState.QUEUED, attempt=0)
    return waiting.first() or create_job(kind=REFRESH, subject="register", at=at)


def run_rescoring(job: Job, *, at: datetime) -> dict[str, Any]:
    """Work out what was asked; done again after a kill it starts over, and there is one result."""
    for rescoring in Rescoring.objects.filter(job=job, finished_at=None).select_related("batch"):
        _run(job, [rescoring], at=at)
    return {"rescoring": [str(each) for each in Rescoring.objects.filter(job=job).values_list("pk", flat=True)]}


def refresh_register(job: Job, *, at: datetime) -> dict[str, Any]:
    """Put every other option that can be computed to every file and ballot; it replaces the run before."""
    runs = [_register_run(job, question, at=at) for question in alternatives()]
    pending = [each for each in runs if each.finished_at is None]
    if pending:
        _run(job, pending, at=at)
    return {"alternatives": len(runs)}


def _register_run(job: Job, question: Question, *, at: datetime) -> Rescoring:
    rescoring, _created = Rescoring.objects.get_or_create(
        job=job,
        reading=question.reading,
        option=question.option,
        for_register=True,
        defaults={"kind": question.kind, "requested_at": at},
    )
    return rescoring


@dataclass(slots=True)
class Tally:
    """What one run adds up to; per value the sites that pass, by their newest evaluation in scope."""

    counts: Counter[str] = field(default_factory=Counter)
    sites: dict[int, dict[UUID, bool | None]] = field(default_factory=dict)

    def add(self, base: Base, side: Side) -> None:
        self.counts["judged" if side.after else "refused"] += 1
        if side.after:
            self.counts["outcome_changed"] += side.after != side.before
            self.counts["verdict_changed"] += bool(side.changes)
        if side.value is not None:
            self.sites.setdefault(side.value, {})[base.centre] = passes(side)

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            name: self.counts[name] for name in ("judged", "refused", "outcome_changed", "verdict_changed")
        }
        if self.sites:
            told["by_value"] = {str(value): _passing(found.values()) for value, found in self.sites.items()}
        return told


def _passing(verdicts: Iterable[bool | None]) -> dict[str, int]:
    known = [each for each in verdicts if each is not None]
    return {"pass": sum(known), "sites": len(known)}


def _run(job: Job, rescorings: Sequence[Rescoring], *, at: datetime) -> None:
    """Files and ballots in chunks, each committed with the lease in hand; the counts come last."""
    _start_over(rescorings)
    of_votes = [each for each in rescorings if of_the_vote(question_of(each))]
    of_files = [(each, Simulation(question_of(each)), Tally()) for each in rescorings if each not in of_votes]
    done = 0
    if of_files:
        first = rescorings[0]
        ids = stored_ids(batch=first.batch, with_superseded=first.with_superseded)
        advance_job(job, done=0, total=len(ids))
        for chunk in _chunks(ids, live=first.for_register):
            with transaction.atomic():
                for rescoring, simulation, tally in of_files:
                    _keep_files(rescoring, chunk, simulation, tally)
                done += len(chunk)
                advance_job(job, done=done)
    ballots = {each.pk: _keep_ballots(each) for each in of_votes}
    tallies = {each.pk: tally.as_json() for each, _simulation, tally in of_files} | ballots
    for each in rescorings:
        _finish(job, each, tallies[each.pk], done=done, at=at)


def _chunks(ids: Sequence[UUID], *, live: bool) -> Iterable[list[Base]]:
    yield from stored_bases(ids)
    if live:
        yield from live_bases()


def _start_over(rescorings: Sequence[Rescoring]) -> None:
    """What a killed attempt left behind goes first."""
    RescoredFile.objects.filter(rescoring__in=rescorings).delete()
    RescoredBallot.objects.filter(rescoring__in=rescorings).delete()


def _keep_files(rescoring: Rescoring, chunk: Sequence[Base], simulation: Simulation, tally: Tally) -> None:
    rows = []
    for base in chunk:
        for side in simulation.sides(base):
            tally.add(base, side)
            rows.append(_row(rescoring, base, side))
    RescoredFile.objects.bulk_create(rows, batch_size=1_000)


def _row(rescoring: Rescoring, base: Base, side: Side) -> RescoredFile:
    return RescoredFile(
        rescoring=rescoring,
        application_id=base.application,
        assessment_id=base.assessment,
        value=side.value,
        outcome_before=side.before,
        outcome_after=side.after,
        changes=dict(side.changes),
        refused=list(side.refused),
    )


def _keep_ballots(rescoring: Rescoring) -> dict[str, int]:
    question = question_of(rescoring)
    rows = []
    for ballot, counted in counted_ballots():
        rules = voting_rules(ballot.meeting.held_on)
        sides = ballot_sides(counted, rules, reading=question.reading, option=question.option or 0)
        if sides is not None and (rescoring.batch_id is None or ballot.meeting.batch_id == rescoring.batch_id):
            before, after = sides
            rows.append(RescoredBallot(rescoring=rescoring, ballot=ballot, outcome_before=before, outcome_after=after))
    RescoredBallot.objects.bulk_create(rows, batch_size=1_000)
    return {"judged": len(rows), "refused": 0, "outcome_changed": sum(row.flips for row in rows)}


@transaction.atomic
def _finish(job: Job, rescoring: Rescoring, counts: dict[str, Any], *, done: int, at: datetime) -> None:
    """The run counts from here on; of the register only the newest run of each option is kept."""
    advance_job(job, done=done)
    rescoring.counts, rescoring.finished_at = counts, at
    rescoring.save(update_fields=["counts", "finished_at"])
    if rescoring.for_register:
        same = Rescoring.objects.filter(for_register=True, reading=rescoring.reading, option=rescoring.option)
        same.exclude(pk=rescoring.pk).filter(requested_at__lte=rescoring.requested_at).delete()
