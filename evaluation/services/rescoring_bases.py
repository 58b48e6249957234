"""The files that a re-scoring starts from: evaluations as stored, and files under review on what is confirmed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from accounts.errors import Invalid, Unavailable
from applications.enums import ApplicationState, BatchState
from applications.models import Application, Batch
from centres.models import Listing
from centres.selectors import realised_treatments
from evaluation.enums import BallotState
from evaluation.facts import SiteRecord, gather_facts, site_records
from evaluation.law import criteria_on
from evaluation.live import open_for_now
from evaluation.models import ApplicationAssessment, Attendance, Ballot, Recusal
from evaluation.rules.parse import facts_as_json
from evaluation.services.judgements import counted_capacity, standing_capacity
from evaluation.simulation import Base, CountedBallot

CHUNK = 200
Listed = Mapping[UUID, Sequence[tuple[date, date | None]]]


def stored_ids(*, batch: Batch | None = None, with_superseded: bool = False) -> list[UUID]:
    """The evaluations in scope, oldest first."""
    rows = ApplicationAssessment.objects.order_by("evaluated_at", "pk")
    if batch is not None:
        rows = rows.filter(application__batch=batch)
    if not with_superseded:
        rows = rows.filter(superseded_by=None)
    return list(rows.values_list("pk", flat=True))


def stored_bases(ids: Sequence[UUID]) -> Iterator[list[Base]]:
    """Evaluations as they were stored, a chunk at a time."""
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        found = ApplicationAssessment.objects.select_related("application").in_bulk(some)
        rows = [found[each] for each in some]
        listed = _listed({row.application.centre_id for row in rows})
        yield [_stored(row, listed) for row in rows]


def _stored(row: ApplicationAssessment, listed: Listed) -> Base:
    centre = row.application.centre_id
    return Base(
        application=row.application_id,
        assessment=row.pk,
        centre=centre,
        version=row.criteria_version,
        document=row.facts,
        outcome=row.outcome,
        verdicts={finding["id"]: finding["verdict"] for finding in row.answer["findings"]},
        listed=_is_listed(listed, centre, row.reference_on),
    )


def live_bases() -> Iterator[list[Base]]:
    """The files under review, a round at a time, as closing it now would find them."""
    for batch in Batch.objects.filter(state=BatchState.REVIEW).order_by("year", "half"):
        rows = list(
            Application.objects.filter(batch=batch, state=ApplicationState.IN_REVIEW)
            .select_related("centre__hospital", "product", "batch")
            .order_by("number")
        )
        if rows:
            yield _live_of(batch, rows)


def _live_of(batch: Batch, rows: Sequence[Application]) -> list[Base]:
    records = site_records(batch, {row.centre_id: row.centre for row in rows}.values())
    capacities, table = standing_capacity([row.pk for row in rows]), realised_treatments()
    listed = _listed(records)
    return [
        _live(row, records[row.centre_id], counted_capacity(capacities.get(row.pk), row, table), listed) for row in rows
    ]


def _live(row: Application, record: SiteRecord, capacity: str | None, listed: Listed) -> Base:
    on = record.batch.reference_on
    about: dict[str, Any] = {"application": row.pk, "assessment": None, "centre": row.centre_id, "verdicts": None}
    about |= {"listed": _is_listed(listed, row.centre_id, on), "outcome": "INCOMPLETE", "document": {}, "version": ""}
    try:
        version = criteria_on(on).version
        facts = gather_facts(record, populations=row.populations, vote_on=record.batch.vote_on, capacity=capacity)
    except Unavailable:
        return Base(**about, refused=({"pointer": "/reference_on", "code": "no_criteria"},))
    except Invalid as faulty:
        return Base(**about, refused=tuple({"pointer": p.pointer, "code": p.code} for p in faulty.problems))
    about |= {"document": facts_as_json(facts), "version": version}
    return Base(**about, left_open=open_for_now(record))


def _listed(centres: Iterable[UUID]) -> Listed:
    found: dict[UUID, list[tuple[date, date | None]]] = defaultdict(list)
    for centre, since, until in Listing.objects.filter(centre__in=list(centres)).values_list(
        "centre", "listed_from", "listed_to"
    ):
        found[centre].append((since, until))
    return found


def _is_listed(listed: Listed, centre: UUID, on: date) -> bool:
    return any(since <= on and (until is None or on <= until) for since, until in listed.get(centre, ()))


def counted_ballots() -> list[tuple[Ballot, CountedBallot]]:
    """Every closed ballot with the counts it was closed on, and who of those present was barred from its vote."""
    ballots = list(Ballot.objects.filter(state=BallotState.CLOSED).select_related("meeting").order_by("closed_at"))
    barred = defaultdict(list)
    for recusal in Recusal.objects.filter(application__in={row.application_id for row in ballots}):
        barred[recusal.application_id].append(recusal)
    present = defaultdict(list)
    for attendance in Attendance.objects.filter(meeting__in={row.meeting_id for row in ballots}, seat__votes=True):
        present[attendance.meeting_id].append(attendance)
    return [(row, _counted(row, barred[row.application_id], present[row.meeting_id])) for row in ballots]


def _counted(ballot: Ballot, recusals: Sequence[Recusal], attendances: Sequence[Attendance]) -> CountedBallot:
    closed = ballot.closed_at
    assert closed is not None  # noqa: S101  # narrows the type: a closed ballot has its moment, by constraint
    barred = {each.user_id for each in recusals if each.recorded_at <= closed}
    there = {
        each.user_id
        for each in attendances
        if each.arrived_at <= closed and (each.left_at is None or each.left_at > closed)
    }
    return CountedBallot(
        ballot=ballot.pk,
        voting_present=ballot.voting_present or 0,
        votes_for=ballot.votes_for or 0,
        votes_against=ballot.votes_against or 0,
        abstentions=ballot.abstentions or 0,
        recused=len(barred & there),
    )
