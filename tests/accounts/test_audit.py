from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError

from accounts.enums import Role
from accounts.models import AuditEvent, User
from accounts.selectors import ChainCheck, ChainFault, audit_chain_check
from accounts.services.audit import record_event
from tests.accounts.conftest import AT

REFUSED = (InternalError, ProgrammingError)
OFF = "ALTER TABLE accounts_auditevent DISABLE TRIGGER USER"
TRUNCATE_ON = "ALTER TABLE accounts_auditevent ENABLE TRIGGER accounts_auditevent_no_truncate"


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while a check of it is pending
        cursor.execute(statement)


@pytest.fixture
def events(administrator: User) -> list[AuditEvent]:
    """The line of the administrator's creation, and three more."""
    for number in (1, 2, 3):
        record_event(
            administrator,
            by=administrator,
            at=AT,
            verb=f"act {number}",
            before={"n": number - 1},
            after={"n": number, "é": "ü"},
        )
    return list(AuditEvent.objects.all())


def test_chain_links_every_line_to_the_one_before(events: list[AuditEvent]) -> None:
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert [event.previous_sha256 for event in events] == ["0" * 64, *(event.sha256 for event in events[:-1])]
    assert audit_chain_check() == ChainCheck(rows=4, head=events[-1].sha256, fault=None)


def test_record_event_gives_back_what_the_database_set(administrator: User) -> None:
    event = record_event(administrator, by=None, at=AT, verb="look", reason="because")
    assert event == AuditEvent.objects.get(seq=event.seq)
    assert event.sha256 == AuditEvent.objects.get(seq=event.seq).sha256 != ""


@pytest.mark.django_db(transaction=True)
def test_record_event_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="in the transaction of what it tells"):
        record_event(User(), by=None, at=AT, verb="look")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET reason = 'nothing' WHERE seq = 2",
        "DELETE FROM accounts_auditevent WHERE seq = 2",
        "TRUNCATE accounts_auditevent",
        "SET pgtrigger.ignore = '{accounts_auditevent:pgtrigger_append_only_a0b21}'; DELETE FROM accounts_auditevent",
    ],
)
def test_trail_change_refused(events: list[AuditEvent], statement: str) -> None:
    execute(TRUNCATE_ON)
    with pytest.raises(REFUSED), transaction.atomic():
        execute(statement)
    assert list(AuditEvent.objects.all()) == events


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE accounts_auditevent SET reason = 'other' WHERE seq = 2", ChainFault(2, "altered")),
        ("UPDATE accounts_auditevent SET at = at + interval '1 microsecond' WHERE seq = 3", ChainFault(3, "altered")),
        ("UPDATE accounts_auditevent SET after = '{\"n\": 9}' WHERE seq = 4", ChainFault(4, "altered")),
        ("UPDATE accounts_auditevent SET by_id = NULL WHERE seq = 3", ChainFault(3, "altered")),
        (
            "DELETE FROM accounts_auditevent WHERE seq = 2",
            ChainFault(3, "rows missing before it, not linked to the row before"),
        ),
        (
            "DELETE FROM accounts_auditevent WHERE seq = 1",
            ChainFault(2, "rows missing before it, not linked to the row before"),
        ),
    ],
)
def test_verify_audit_names_the_first_broken_row(events: list[AuditEvent], statement: str, fault: ChainFault) -> None:
    execute(OFF)
    execute(statement)
    assert audit_chain_check().fault == fault
    with pytest.raises(CommandError, match=f"broken at row {fault.seq}: {fault.kind}"):
        call_command("verify_audit")


def test_verify_audit_of_a_whole_trail(events: list[AuditEvent]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"The audit trail holds: 4 rows, head {events[-1].sha256}.\n"


@pytest.mark.django_db(transaction=True)
def test_chain_with_writers_at_once(person: Callable[[Role], User]) -> None:
    user = person(Role.ADMINISTRATOR)

    def write(number: int) -> None:
        with transaction.atomic():
            record_event(user, by=user, at=datetime.now(UTC) + timedelta(days=number), verb="write")
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(40)))
    assert list(AuditEvent.objects.values_list("seq", flat=True)) == list(range(1, 42))
    assert audit_chain_check().fault is None


@pytest.mark.parametrize("role", Role)
def test_trail_visible_to_the_auditor_only(person: Callable[[Role], User], role: Role) -> None:
    viewer = person(role)
    assert AuditEvent.objects.all().visible_to(viewer).count() == (1 if role == Role.AUDITOR else 0)
