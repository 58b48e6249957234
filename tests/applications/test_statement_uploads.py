"""Answers on the site, sent as rows: what the form would take, and nothing else."""

import json

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from applications.models import Application
from tests.applications.test_register_uploads import Sender, faults, states
from tests.builders import IN_JULY, make_annex, make_application, make_batch, make_centre, make_staff

pytestmark = pytest.mark.django_db
HEADER = "external_reference;site_number;field;year;value;annex_sha256;page"

SUPPLEMENT = {"year": 2024, "basis": "STUDY", "reference": "NCT00000000", "count": 3, "paed": 1}
CERTIFICATE = {
    "body": "JACIE",
    "number": "T-1",
    "valid_from": "2024-05-01",
    "valid_to": "2028-04-30",
    "scopes": [["ADULT", "ALLO"]],
    "facilities": None,
}


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def draft(staff: User) -> Application:
    return make_application(staff=staff, external_reference="A-1")


@pytest.fixture
def sender(client: Client, staff: User) -> Sender:
    return Sender(client, staff)


def row(of: Application, field: str, value: str, *, year: str = "", annex: str = "", page: str = "") -> str:
    return ";".join((of.external_reference, of.centre.site_number, field, year, value, annex, page))


def stated(of: Application) -> dict[tuple[str, str], object]:
    return {(one.field, one.key): one.value for one in of.statements.all()}


def test_upload_of_statements_becomes_answers_of_the_draft(sender: Sender, staff: User, draft: Application) -> None:
    annex = make_annex(draft, by=staff)
    other = make_centre().site_number
    quoted = json.dumps(CERTIFICATE).replace('"', '""')
    upload = sender.commit(
        "site-statements",
        HEADER,
        row(draft, "declared_allografts", "29", year="2024", annex=annex.sha256, page="2"),
        row(draft, "supplement", "STUDY|NCT00000000|3|1", year="2024"),
        row(draft, "iec_application", "2026-03-01|8000000071"),
        row(draft, "laboratory_site", other),
        row(draft, "narrative", "C5|Two studies | one register."),
        row(draft, "certificate", f'"{quoted}"'),
    )
    assert states(upload) == ["NEW", "NEW", "NEW", "CHANGED", "NEW", "NEW"]
    draft.refresh_from_db()
    assert draft.laboratory_site == other
    assert stated(draft) == {
        ("declared_allografts", "2024"): 29,
        ("supplement", "2024 NCT00000000"): SUPPLEMENT,
        ("iec_application", ""): {"filed_on": "2026-03-01", "site": "8000000071"},
        ("narrative", "C5"): {"text": "Two studies | one register."},
        ("certificate", "T-1"): CERTIFICATE,
    }
    count = draft.statements.get(field="declared_allografts")
    assert (count.annex, count.page, count.stated_in, count.stated_by) == (annex, 2, "UPLOAD", staff)
    assert draft.version == 2
    assert not AuditEvent.objects.filter(subject_id=str(draft.pk), verb="change").exists()
    assert AuditEvent.objects.get(verb="commit_upload").after == {
        "sha256": upload.sha256,
        "rows": 6,
        "new": 5,
        "changed": 1,
    }


def test_upload_of_statements_tells_changed_and_unchanged(sender: Sender, draft: Application) -> None:
    first = [row(draft, "declared_allografts", "29", year="2024"), row(draft, "intensive_care_site", "8000000071")]
    sender.commit("site-statements", HEADER, *first)
    again = [row(draft, "declared_allografts", "30", year="2024"), first[1]]
    assert states(sender.commit("site-statements", HEADER, *again)) == ["CHANGED", "UNCHANGED"]
    assert draft.statements.get(field="declared_allografts").value == 30


def test_upload_of_statements_names_every_fault(sender: Sender, draft: Application) -> None:
    rows = [
        row(draft, "colour", "red"),
        row(draft, "declared_allografts", "many", year="2024"),
        row(draft, "declared_allografts", "29"),
        row(draft, "intensive_care_site", "8000000072", year="2024"),
        row(draft, "supplement", "STUDY|NCT00000000|1|3", year="2024"),
        row(draft, "supplement", "STUDY", year="2023"),
        row(draft, "narrative", "C5|see 85.07.30-033.28"),
        row(draft, "narrative", "C9|Words."),
        row(draft, "no_certificates", "perhaps"),
        row(draft, "declared_allografts", "5", year="2022", annex="0" * 64),
        row(draft, "declared_allografts", "5", year="2023", page="1"),
        row(draft, "declared_allografts", "6", year="2023"),
        f"A-1;{make_centre().site_number};declared_allografts;2021;5;;",
        f"A-9;{draft.centre.site_number};declared_allografts;2021;5;;",
    ]
    assert faults(sender.check("site-statements", HEADER, *rows)) == [
        (2, "field", "value"),
        (3, "value", "value"),
        (4, "year", "required"),
        (5, "value", "check_digit"),
        (5, "year", "value"),
        (6, "value", "value"),
        (7, "value", "value"),
        (8, "value", "national_number"),
        (9, "value", "value"),
        (10, "value", "value"),
        (11, "annex_sha256", "unknown_annex"),
        (12, "page", "annex_page"),
        (13, "value", "duplicate"),
        (14, "site_number", "other_site"),
        (15, "external_reference", "unknown_reference"),
    ]
    assert draft.statements.count() == 0


def test_upload_of_statements_leaves_submitted_files_and_those_of_others_alone(sender: Sender, staff: User) -> None:
    make_batch()
    filed = make_application(staff=staff, external_reference="A-2", submitted=True, at=IN_JULY)
    foreign = make_application(external_reference="A-3")
    rows = [row(filed, "declared_allografts", "5", year="2024"), row(foreign, "declared_allografts", "5", year="2024")]
    rows[0] = rows[0].replace(filed.reference, "A-2")
    assert faults(sender.check("site-statements", HEADER, *rows)) == [
        (2, "external_reference", "already_submitted"),
        (3, "external_reference", "unknown_reference"),
    ]


def test_upload_of_statements_refuses_certificates_beside_none_at_all(sender: Sender, draft: Application) -> None:
    quoted = json.dumps(CERTIFICATE).replace('"', '""')
    rows = [row(draft, "certificate", f'"{quoted}"'), row(draft, "no_certificates", "true")]
    assert faults(sender.check("site-statements", HEADER, *rows)) == [
        (2, "field", "contrary"),
        (3, "field", "contrary"),
    ]
    for alone in rows:
        assert faults(sender.check("site-statements", HEADER, alone)) == []
