"""The demo year from the first register to the fixed day, in the order in which it happens."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from applications.models import Batch
from applications.services.batches import end_intake, open_batch
from centres.models import Vintage
from evaluation.demo import filings as filing
from evaluation.demo import registers, reviews, votes
from evaluation.demo.filings import Filings
from evaluation.demo.people import SINCE, address, seed_accounts, seed_people
from evaluation.demo.reviews import Desk
from evaluation.demo.tables import DEMO_DAY, Pace, moment
from evaluation.dossiers.build import build_dossier
from evaluation.enums import RescoringKind
from evaluation.models import ApplicationAssessment
from evaluation.services.closing import close_batch, record_dossier, seal_if_complete
from evaluation.services.intake import take_in_figures
from evaluation.services.meetings import convene_meeting
from evaluation.services.rescoring import order_register, refresh_register, request_rescoring, run_rescoring
from evaluation.services.verifying import draw_code
from evaluation.simulation import Question
from jobs.files import store_file
from jobs.models import Job
from jobs.services import claim_job, finish_job

KEYS = {"2026-01": "demo-2026-01", "2026-07": "demo-2026-07", "2027-01": "demo-2027-01"}


def is_seeded() -> bool:
    """The whole year is written in one transaction: when its first account is there, everything is."""
    return User.objects.filter(email=address("admin")).exists()


@transaction.atomic
def seed_year(password: str) -> Filings:
    """Write the whole demo year, or nothing of it."""
    filings = _registers(password)
    desk = Desk(filings.people["secretariat"], filings.people["secretariat2"])
    january = _open(2026, 1, 2022, date(2025, 11, 10), by=desk.first)
    filing.file_between(filings, date(2025, 11, 10), date(2026, 1, 31))
    end_intake(january, by=None, at=moment(date(2026, 2, 1), 0, 5))
    july = _open(2026, 7, 2023, date(2026, 2, 2), by=desk.first)
    _january(january, filings, desk)
    filing.file_between(filings, date(2026, 2, 2), date(2026, 7, 31))
    end_intake(july, by=None, at=moment(date(2026, 8, 1), 0, 5))
    following = _open(2027, 1, 2023, date(2026, 8, 3), by=desk.first)
    newest = _july(july, filings, desk)
    _following(following, filings, desk, newest)
    _register(desk)
    return filings


def _register(desk: Desk) -> None:
    """The register of readings and one question of the secretariat, worked out on the morning of the fixed day."""
    at = moment(DEMO_DAY, 7, 5)
    _do(order_register(at=at), refresh_register, at=at)
    sweep = Question(RescoringKind.MINIMUM, criterion="C2", values=tuple(range(78, 91)))
    _asked, job = request_rescoring(sweep, by=desk.first, at=at)
    if job is not None:
        _do(job, run_rescoring, at=at)


def _do(job: Job, work: Callable[..., dict[str, Any]], *, at: datetime) -> None:
    claimed = claim_job(job.pk)
    if claimed is not None:
        finish_job(claimed, result=work(claimed, at=at))


def _open(year: int, half: int, first_booked_year: int, day: date, *, by: User) -> Batch:
    key = KEYS[f"{year}-{half:02d}"]
    at = moment(day, 9, 10)
    return open_batch(year=year, half=half, first_booked_year=first_booked_year, reference_key=key, by=by, at=at)


def _registers(password: str) -> Filings:
    pace = Pace(moment(SINCE), minutes=1)
    accounts = seed_accounts(password, pace=pace)
    holders = registers.seed_holders(by=accounts["admin"], pace=pace)
    people = seed_people(accounts, holders, password, pace=pace)
    rows = registers.seed_registers(holders, by=accounts["admin"], pace=pace)
    registers.seed_list(rows, by=accounts["secretariat"], pace=pace)
    return Filings(people, rows)


def _january(batch: Batch, filings: Filings, desk: Desk) -> None:
    """The batch that is decided: from its review to the Minister's decisions."""
    pace = Pace(moment(date(2026, 2, 3)))
    filing.decide_between(filings, date(2025, 11, 10), date(2026, 1, 31), by=desk.first, pace=pace)
    vintage = registers.seed_booked(filings.registers, 0, by=desk.first)
    take_in_figures(batch, vintage=vintage, by=desk.first, at=pace.tick())
    filing.withdraw_between(filings, date(2026, 2, 1), date(2026, 3, 31))
    registers.seed_realised(filings.registers, by=desk.second)
    meeting = votes.convene(batch, by=desk.first, pace=Pace(moment(date(2026, 3, 11))))
    reviews.review_batch(batch, filings, desk=desk, pace=Pace(moment(date(2026, 3, 16))))
    _close_and_render(batch, by=desk.first, pace=Pace(moment(date(2026, 4, 20), 10, 30), minutes=1))
    agenda = votes.draft_agenda(meeting, filings, by=desk.first, pace=Pace(moment(date(2026, 6, 2))))
    votes.hold_sitting(meeting, agenda, filings.people)
    votes.record_decisions(filings, by=desk.second, pace=Pace(moment(date(2026, 7, 21))))


def _close_and_render(batch: Batch, *, by: User, pace: Pace) -> None:
    """What the worker does, job by job, at the moments of the story."""
    _closed, jobs = close_batch(batch, by=by, at=pace.tick())
    for job in jobs:
        claimed = claim_job(job.pk)
        if claimed is not None:
            _render(claimed, pace=pace)
    seal_if_complete(batch.pk, at=pace.tick())


def _render(job: Job, *, pace: Pace) -> None:
    assessment = ApplicationAssessment.objects.select_related("application").get(pk=job.params["assessment"])
    code = draw_code(assessment, at=pace.tick())
    built = build_dossier(assessment, verify_url=code.address)
    stored = store_file(built.content)
    record_dossier(assessment, sha256=stored.sha256, size=stored.size, pages=built.pages, at=pace.tick())
    finish_job(job, result={"sha256": stored.sha256})


def _july(batch: Batch, filings: Filings, desk: Desk) -> Vintage:
    """The batch in review: nearly done, with a few things left for the visitor."""
    pace = Pace(moment(date(2026, 8, 4)))
    filing.decide_between(filings, date(2026, 2, 2), date(2026, 7, 31), by=desk.second, pace=pace)
    vintage = registers.seed_booked(filings.registers, 1, by=desk.first)
    take_in_figures(batch, vintage=vintage, by=desk.second, at=pace.tick())
    filing.withdraw_between(filings, date(2026, 8, 1), date(2026, 10, 31))
    reviews.ask_and_answer(filings, by=desk.second)
    reviews.review_batch(batch, filings, desk=desk, pace=Pace(moment(date(2026, 9, 28))))
    convene_meeting(batch, held_on=DEMO_DAY, by=desk.first, at=moment(date(2026, 10, 26), 10, 5))
    return vintage


def _following(batch: Batch, filings: Filings, desk: Desk, vintage: Vintage) -> None:
    """The batch that takes files in: some submitted, some drafts."""
    filing.file_between(filings, date(2026, 8, 3), DEMO_DAY)
    pace = Pace(moment(date(2026, 11, 3)))
    filing.decide_between(filings, date(2026, 8, 3), DEMO_DAY, by=desk.first, pace=pace)
    take_in_figures(batch, vintage=vintage, by=desk.first, at=pace.tick())
    reviews.review_batch(batch, filings, desk=desk, pace=pace)
