"""The demo year: what it shows, that it is the same every time, and where it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

from accounts.models import ApiClient, User
from accounts.services.demo import DEMO_MARK
from applications.models import Annex, Application, Batch, Question
from centres.models import Centre, Holder, Hospital, Product, Seat
from evaluation.board.rows import board_rows
from evaluation.facts import is_stale, site_records
from evaluation.models import ApplicationAssessment, Dossier, MinisterialDecision, Proposal
from evaluation.services.closing import blocking_items
from jobs.files import open_file

PASSWORD = "the password of the demo"


@dataclass(frozen=True, slots=True)
class Year:
    """What one seeding left behind, without anything that is drawn at random."""

    files: tuple[tuple[str, str, str], ...]
    evidence: tuple[tuple[str, int, str], ...]
    receipts: tuple[tuple[str, str, str, str], ...]
    dossiers: tuple[tuple[str, int, str], ...]
    verdicts: frozenset[str]
    outcomes: frozenset[str]
    warnings: frozenset[str]
    batches: tuple[tuple[str, str, date | None], ...]
    sittings: tuple[tuple[str, date], ...]
    blocking: tuple[tuple[str, str], ...]
    proposals: tuple[str, ...]
    decisions: tuple[tuple[bool, bool, str], ...]
    counted: tuple[int, ...]
    can_sign_in: frozenset[str]
    clients: frozenset[str]
    questions: tuple[bool, ...]
    stale: tuple[str, ...]
    waiting: tuple[str, ...]
    said_again: str


@pytest.fixture(scope="module")
def years(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Year, Year]]:
    """Two seedings of empty databases; neither is kept."""
    with django_db_blocker.unblock(), override_settings(CART_DEMO=True, CART_DEMO_PASSWORD=PASSWORD):
        yield _seeded(), _seeded()


def _seeded() -> Year:
    with rolled_back(), marked():
        call_command("seed_demo", stdout=StringIO())
        again = StringIO()
        call_command("seed_demo", stdout=again)
        return _told(again.getvalue())


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def marked() -> Iterator[None]:
    """The database bears the mark of one that the launcher made."""
    name, mark = connection.settings_dict["NAME"], DEMO_MARK
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(mark)))
    yield


def _told(said_again: str) -> Year:
    batches = list(Batch.objects.order_by("year", "half"))
    reader = User.objects.get(email="secretariat@demo.example")
    rows = [row for batch in batches for row in board_rows(batch, for_user=reader).rows]
    july = batches[1]
    records = site_records(july, Centre.objects.filter(applications__batch=july).distinct())
    judgements = [(record, each) for record in records.values() for each in record.judgements.values()]
    return Year(
        files=tuple(sorted((row.reference, row.state, row.centre.site_number) for row in _applications())),
        evidence=tuple(sorted((row.application.reference, row.number, row.sha256) for row in _annexes())),
        receipts=tuple(sorted((a.application.reference, a.stage, a.outcome, a.receipt_sha256) for a in _assessments())),
        dossiers=tuple(sorted(_identity(row) for row in _dossiers())),
        verdicts=frozenset(verdict for row in rows for verdict in row.verdicts),
        outcomes=frozenset(row.reckoning.outcome for row in rows),
        warnings=frozenset(str(code) for row in rows for code in row.reckoning.warnings),
        batches=tuple((batch.code, batch.state, batch.vote_on) for batch in batches),
        sittings=tuple((batch.code, sitting.held_on) for batch in batches for sitting in batch.meetings.all()),
        blocking=tuple((item.code, item.where) for item in blocking_items(july)),
        proposals=tuple(Proposal.objects.order_by("recorded_at").values_list("outcome", flat=True)),
        decisions=tuple(_decision(row) for row in MinisterialDecision.objects.order_by("reference")),
        counted=tuple(model.objects.count() for model in (Holder, Hospital, Centre, Product, Seat, Application)),
        can_sign_in=frozenset(row.email for row in User.objects.all() if row.check_password(PASSWORD)),
        clients=frozenset(ApiClient.objects.values_list("client_id", flat=True)),
        questions=tuple(sorted(bool(row.answer) for row in Question.objects.all())),
        stale=tuple(sorted(each.criterion for record, each in judgements if is_stale(record, each))),
        waiting=tuple(sorted(each.criterion for _record, each in judgements if not each.is_countersigned)),
        said_again=said_again,
    )


def _applications() -> list[Application]:
    return list(Application.objects.with_names())


def _annexes() -> list[Annex]:
    return list(Annex.objects.select_related("application__batch"))


def _assessments() -> list[ApplicationAssessment]:
    return list(ApplicationAssessment.objects.select_related("application__batch"))


def _dossiers() -> list[Dossier]:
    """The rows, each with its stored file."""
    found = list(Dossier.objects.select_related("application__batch", "assessment"))
    for row in found:
        open_file(row.sha256).close()
    return found


def _identity(row: Dossier) -> tuple[str, int, str]:
    """Which dossier of which evaluation; its bytes hold a code that is drawn anew with each order."""
    return row.application.reference, row.number, row.assessment.receipt_sha256


def _decision(row: MinisterialDecision) -> tuple[bool, bool, str]:
    return row.admits, row.deviates, row.listing.condition_code if row.listing else ""


@pytest.mark.slow
def test_two_seedings_leave_the_same_references_evidence_receipts_and_dossiers(years: tuple[Year, Year]) -> None:
    first, second = years
    assert first == second


@pytest.mark.slow
def test_year_shows_every_verdict_outcome_and_warning(years: tuple[Year, Year]) -> None:
    year = years[0]
    assert year.verdicts == {"MET", "TRANSITION", "TRANSITION_TO_CONFIRM", "TO_VERIFY", "NOT_MET", "NOTED", "NA"}
    assert year.outcomes == {"ELIGIBLE", "ELIGIBLE_TRANSITION", "INCOMPLETE", "NOT_ELIGIBLE"}
    assert year.warnings == {
        "ADVISE_WORKING_GROUP_CONTRACTS",
        "CERTIFICATE_LAPSES_BEFORE_VOTE",
        "DECLARED_DIFFERS_FROM_BILLED",
        "FILED_OUTSIDE_WINDOW",
        "FORECAST_MISSING",
        "IEC_SCOPE_WITHOUT_PAEDIATRIC",
        "MOTIVATION_MISSING",
        "NO_CAPACITY_NEED_SHOWN",
        "PAEDIATRIC_ONLY_SITE",
        "YEAR_BELOW_MINIMUM",
    }


@pytest.mark.slow
def test_year_stands_on_its_fixed_day(years: tuple[Year, Year]) -> None:
    year = years[0]
    assert year.batches == (
        ("2026-01", "DECIDED", date(2026, 6, 16)),
        ("2026-07", "REVIEW", date(2026, 11, 16)),
        ("2027-01", "OPEN", None),
    )
    assert year.sittings == (("2026-01", date(2026, 6, 16)), ("2026-07", date(2026, 11, 16)))
    assert {state for _reference, state, _site in year.files} == {
        "DRAFT",
        "SUBMITTED",
        "ADMISSIBLE",
        "INADMISSIBLE",
        "IN_REVIEW",
        "DECIDED",
        "WITHDRAWN",
    }
    assert year.counted == (5, 8, 11, 7, 31, 30)


@pytest.mark.slow
def test_batch_in_review_leaves_little_to_settle(years: tuple[Year, Year]) -> None:
    year = years[0]
    assert [code for code, _where in year.blocking] == [
        "admissibility-undecided",
        "apheresis-site-unconfirmed",
        "contradiction-open",
    ]
    assert (year.stale, year.waiting) == (("C6",), ("C3b",))
    assert year.questions == (False, True)


@pytest.mark.slow
def test_decided_batch_shows_each_way_an_item_can_end(years: tuple[Year, Year]) -> None:
    year = years[0]
    assert year.proposals == ("POSITIVE", "POSITIVE", "POSITIVE", "NEGATIVE", "NO_PROPOSAL", "NEGATIVE")
    assert year.decisions == (
        (True, False, ""),
        (True, False, ""),
        (True, False, "IEC_CERTIFICATE_DUE"),
        (False, False, ""),
        (False, True, ""),
        (True, True, ""),
    )
    assert len(year.dossiers) == 6


@pytest.mark.slow
def test_the_named_logins_sign_in_and_no_other(years: tuple[Year, Year]) -> None:
    named = ["holder1", "holder2", "secretariat", "secretariat2", "chair", "auditor", "admin"]
    named += [f"member{place}" for place in range(1, 23)]
    assert years[0].can_sign_in == {f"{name}@demo.example" for name in named}
    assert years[0].clients == {"demo-secretariat", "demo-holder1", "demo-holder2"}


@pytest.mark.slow
def test_seeding_again_changes_nothing_and_says_so(years: tuple[Year, Year]) -> None:
    assert years[0].said_again == "The demo year is there already; nothing was changed.\n"


@pytest.mark.django_db
def test_demo_is_refused_on_a_database_that_the_launcher_did_not_create(settings: LazySettings) -> None:
    settings.CART_DEMO = True
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_demo_is_refused_when_it_is_off(settings: LazySettings) -> None:
    settings.CART_DEMO = False
    with marked(), pytest.raises(CommandError):
        call_command("seed_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_demo_is_refused_on_another_day() -> None:
    with marked(), pytest.raises(CommandError):
        call_command("seed_demo", today=date(2026, 11, 17))
    assert not User.objects.exists()
