"""The Minister's decision and the Bureau's rulings over the interface: recorded once, by the secretariat."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEvent
from applications.models import Application
from centres.models import Listing
from evaluation.models import BureauRuling, MinisterialDecision
from jobs.models import Job
from tests.builders import make_staff, make_user, pdf_bytes
from tests.evaluation.builders import Sitting, close, make_desk, make_sealed_batch, make_sitting, vote
from tests.evaluation.calls import API, client_of, faults, results, send

pytestmark = pytest.mark.django_db
DAYS = {"decided_on": "2026-10-05", "published_on": "2026-10-12", "effective_on": "2026-10-14"}
MINUTES = pdf_bytes(3, mark="minutes")


@pytest.fixture(autouse=True)
def october(settings: Any) -> None:
    settings.CART_TODAY = date(2026, 10, 15)


def voted() -> Sitting:
    sitting = make_sitting()
    vote(sitting, votes_for=18)
    close(sitting)
    return sitting


def about(application: Application, **changes: Any) -> dict[str, Any]:
    told = {"application": str(application.pk), "population": "ADULT", "admits": True, "decision_reference": "MB 1"}
    return told | DAYS | changes


def test_decision_is_recorded_once_and_lists_the_site() -> None:
    sitting = voted()
    client = client_of(make_desk())
    first, again = (send(client, "decisions", about(sitting.application), Idempotency_Key="mb") for _ in range(2))
    decision = MinisterialDecision.objects.get()
    assert first.json() == {
        "id": str(decision.pk),
        "application": str(sitting.application.pk),
        "reference": sitting.application.reference,
        "population": "ADULT",
        "admits": True,
        "decision_reference": "MB 1",
        **DAYS,
        "reasons": "",
        "proposal": str(decision.proposal_id),
        "deviates": False,
        "condition_due_on": None,
    }
    assert (first.status_code, first["Location"]) == (201, f"{API}/decisions/{decision.pk}")
    assert (again.status_code, again.json()) == (201, first.json())
    assert client.get(first["Location"]).json() == first.json()
    (listed,) = results(Client(), f"listings?site_number={sitting.application.centre.site_number}")
    assert (listed["listed_from"], Listing.objects.count()) == ("2026-10-14", 1)
    assert Job.objects.filter(kind="evaluation.refresh_register").exists()
    assert send(client, "decisions", about(sitting.application)).json()["code"] == "population-decided"
    owner = client_of(make_staff(sitting.application.holder))
    assert owner.get(first["Location"]).json() == first.json() | {"proposal": None, "deviates": None}
    assert client_of(make_staff()).get(first["Location"]).status_code == 404


def test_decision_with_faults_names_them_all() -> None:
    sitting = voted()
    client = client_of(make_desk())
    wrong = about(sitting.application, admits=False, published_on="2026-10-01", decided_on="2026-10-20")
    assert faults(send(client, "decisions", wrong)) == [
        ("/decided_on", "decision-in-future"),
        ("/published_on", "decision-days"),
        ("/reasons", "decision-reasons-missing"),
    ]
    assert faults(send(client, "decisions", {"population": "ALL", "admits": "perhaps"})) == [
        ("/application", "required"),
        ("/population", "invalid_choice"),
        ("/admits", "invalid"),
        ("/decision_reference", "required"),
        ("/decided_on", "required"),
        ("/published_on", "required"),
        ("/effective_on", "required"),
    ]
    nobody = about(sitting.application) | {"application": "0199b0f0-6c1e-7000-8000-000000000001"}
    assert faults(send(client, "decisions", nobody)) == [("/application", "not-found")]
    assert not MinisterialDecision.objects.exists()


def test_decision_is_recorded_by_the_secretariat_alone() -> None:
    sitting = voted()
    people = (make_staff(sitting.application.holder), make_user(Role.AUDITOR), sitting.committee.chair)
    asked = [send(client_of(user), "decisions", about(sitting.application)).status_code for user in people]
    assert (asked, MinisterialDecision.objects.count()) == ([403, 403, 403], 0)


def ruling(client: Client, application: Application, *, key: str = "", **changes: Any) -> Any:
    """A multipart call; what is None is left out."""
    told = {"confirms_transition": "true", "ruled_on": "2026-09-02", "minutes_reference": "B-2026-14"}
    minutes = SimpleUploadedFile("minutes.pdf", MINUTES, content_type="application/pdf")
    given = {name: value for name, value in (told | {"minutes": minutes} | changes).items() if value is not None}
    path = f"{API}/batches/2026-07/sites/{application.centre.site_number}/bureau-rulings"
    return client.post(path, given, headers={"Idempotency-Key": key} if key else {})


def test_ruling_of_the_bureau_is_recorded_once_with_its_minutes() -> None:
    [application] = make_sealed_batch()
    desk = make_desk()
    client = client_of(desk)
    first, again = (ruling(client, application, key="ruling") for _ in range(2))
    row = BureauRuling.objects.get()
    assert first.json() | {"recorded_at": ""} == {
        "id": str(row.pk),
        "confirms_transition": True,
        "ruled_on": "2026-09-02",
        "minutes_reference": "B-2026-14",
        "minutes_sha256": row.minutes_sha256,
        "recorded_by": desk.name,
        "recorded_at": "",
        "superseded_at": None,
    }
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert results(client, f"batches/2026-07/sites/{application.centre.site_number}/bureau-rulings") == [first.json()]
    assert b"".join(client.get(f"{API}/bureau-rulings/{row.pk}/minutes")) == MINUTES
    assert AuditEvent.objects.filter(verb="record_bureau_ruling").count() == 1


def test_ruling_of_the_bureau_with_faults_is_refused_with_all_of_them() -> None:
    [application] = make_sealed_batch()
    client = client_of(make_desk())
    empty: dict[str, Any] = dict.fromkeys(("confirms_transition", "ruled_on", "minutes_reference", "minutes"))
    assert faults(ruling(client, application, **empty)) == [(f"/{name}", "required") for name in empty]
    broken = SimpleUploadedFile("minutes.pdf", b"no PDF at all", content_type="application/pdf")
    assert faults(ruling(client, application, minutes=broken)) == [("/minutes", "annex-not-pdf")]
    refused = [ruling(client_of(make_user(role)), application).status_code for role in (Role.AUDITOR, Role.CHAIR)]
    assert (refused, BureauRuling.objects.count()) == ([403, 403], 0)
