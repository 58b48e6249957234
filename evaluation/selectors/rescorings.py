"""What the store of re-scorings tells, and to whom: of the register the public learns numbers over what is decided."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import is_holder
from applications.enums import ApplicationState
from applications.models import Application
from evaluation.models import Ballot, MinisterialDecision, RescoredBallot, RescoredFile, Rescoring

FLIPS = ~Q(outcome_after="") & ~Q(outcome_after=F("outcome_before"))
ENDS = {
    "ADOPTED": _("adopted"),
    "NOT_ADOPTED": _("not adopted"),
    "NO_QUORUM": _("no quorum"),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Over how many files or ballots, and how many would end otherwise; None: nothing to tell yet."""

    judged: int
    flipped: int


@dataclass(frozen=True, slots=True)
class FlippedFile:
    """One file that would end otherwise; not `stored`: it is under review and judged on what is confirmed."""

    application: Application
    before: str
    after: str
    changes: Mapping[str, Sequence[str]]
    stored: bool

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        return [(name, was, then) for name, (was, then) in self.changes.items()]


@dataclass(frozen=True, slots=True)
class FlippedBallot:
    """One ballot that would end otherwise; its ends as the words of a proposal put to the vote."""

    ballot: Ballot
    before: str
    after: str

    @property
    def before_word(self) -> str:
        return str(ENDS.get(self.before, self.before))

    @property
    def after_word(self) -> str:
        return str(ENDS.get(self.after, self.after))


@dataclass(frozen=True, slots=True)
class Flips:
    """What another option would have changed, as far as the reader may know; `as_of` is when that was worked out."""

    option: int
    as_of: datetime
    public: Numbers
    files: tuple[FlippedFile, ...]
    ballots: tuple[FlippedBallot, ...]
    refused: int


def rescorings_listed(user: User) -> QuerySet[Rescoring]:
    return Rescoring.objects.visible_to(user).select_related("job", "requested_by", "batch")


def rows_of(rescoring: Rescoring, *, changed_only: bool = True) -> QuerySet[RescoredFile]:
    """The files of a run by value and reference; unless all are wanted, those that differ or cannot be judged."""
    rows = rescoring.files.select_related(
        "application__batch", "application__centre__hospital", "application__product", "assessment"
    ).order_by("value", "application__batch__year", "application__batch__half", "application__number", "pk")
    return rows.filter(FLIPS | ~Q(changes={}) | ~Q(refused=[])) if changed_only else rows


def ballots_of(rescoring: Rescoring) -> QuerySet[RescoredBallot]:
    return rescoring.ballots.select_related("ballot__meeting", "ballot__application__batch")


def flipped_ballots(rescoring: Rescoring) -> list[FlippedBallot]:
    rows = ballots_of(rescoring).filter(FLIPS)
    return [FlippedBallot(row.ballot, row.outcome_before, row.outcome_after) for row in rows]


def flips_of(reading: str, *, user: User | None, today: date) -> dict[int, Flips]:
    """By option, what the newest finished run of the register found."""
    newest = _newest(reading)
    if not newest:
        return {}
    runs = newest.values()
    numbers = _public_numbers(runs, today)
    files, ballots = _files_for(user, runs), _ballots_for(user, runs)
    refused = _refused_for(user, runs)
    return {
        option: Flips(
            option=option,
            as_of=run.finished_at or run.requested_at,
            public=numbers[run.pk],
            files=tuple(files[run.pk]),
            ballots=tuple(ballots[run.pk]),
            refused=refused.get(run.pk, 0),
        )
        for option, run in newest.items()
    }


def _newest(reading: str) -> dict[int, Rescoring]:
    found = Rescoring.objects.filter(for_register=True, reading=reading, finished_at__isnull=False)
    return {run.option or 0: run for run in found.order_by("requested_at")}


def public_files(today: date) -> QuerySet[Application]:
    """Decided on, every decision published: what the public may count."""
    unpublished = MinisterialDecision.objects.filter(application=OuterRef("pk"), published_on__gt=today)
    return Application.objects.filter(~Exists(unpublished), state=ApplicationState.DECIDED)


def _public_numbers(runs: Collection[Rescoring], today: date) -> dict[UUID, Numbers]:
    found: dict[UUID, Numbers] = defaultdict(lambda: Numbers(0, 0))
    of_files = RescoredFile.objects.filter(assessment__isnull=False, application__in=public_files(today))
    of_ballots = RescoredBallot.objects.filter(ballot__application__in=public_files(today))
    for rows in (of_files.exclude(outcome_after=""), of_ballots):
        for row in (
            rows.filter(rescoring__in=runs)
            .order_by()
            .values("rescoring")
            .annotate(judged=Count("pk"), flipped=Count("pk", filter=FLIPS))
        ):
            found[row["rescoring"]] = Numbers(row["judged"], row["flipped"])
    return found


def _sees_files(user: User | None) -> bool:
    """Holders know the numbers that all know: a file named here could be another company's, or be judged live."""
    return user is not None and not is_holder(user)


def _files_for(user: User | None, runs: Collection[Rescoring]) -> dict[UUID, list[FlippedFile]]:
    found: dict[UUID, list[FlippedFile]] = defaultdict(list)
    if user is None or not _sees_files(user):
        return found
    rows = RescoredFile.objects.filter(FLIPS | ~Q(changes={}), rescoring__in=runs).exclude(outcome_after="")
    seen = rows.filter(application__in=Application.objects.readable_by(user))
    names = ("application__batch", "application__centre__hospital", "application__product")
    for row in seen.select_related(*names).order_by(
        "application__batch__year", "application__batch__half", "application__number"
    ):
        stored = row.assessment_id is not None
        found[row.rescoring_id].append(
            FlippedFile(row.application, row.outcome_before, row.outcome_after, row.changes, stored)
        )
    return found


def _refused_for(user: User | None, runs: Collection[Rescoring]) -> dict[UUID, int]:
    if user is None or not _sees_files(user):
        return {}
    rows = RescoredFile.objects.filter(rescoring__in=runs, outcome_after="")
    seen = rows.filter(application__in=Application.objects.readable_by(user))
    return dict(seen.order_by().values_list("rescoring").annotate(Count("pk")))


def _ballots_for(user: User | None, runs: Collection[Rescoring]) -> dict[UUID, list[FlippedBallot]]:
    found: dict[UUID, list[FlippedBallot]] = defaultdict(list)
    if user is None or not _sees_files(user):
        return found
    rows = RescoredBallot.objects.filter(FLIPS, rescoring__in=runs)
    seen = rows.filter(
        ballot__in=Ballot.objects.visible_to(user), ballot__application__in=Application.objects.readable_by(user)
    )
    for row in seen.select_related("ballot__meeting", "ballot__application__batch").order_by("ballot__closed_at"):
        found[row.rescoring_id].append(FlippedBallot(row.ballot, row.outcome_before, row.outcome_after))
    return found
