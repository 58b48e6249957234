"""A holder files by CSV and API, the worker does the rest: against the running desk, its database and its worker."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.builders import pdf_bytes
from tests.running_desk import RunningDesk

pytestmark = pytest.mark.walk

HEADER = (
    "external_reference,product_code,paragraph,site_number,populations,language,apheresis_site,laboratory_site,"
    "contact_email,forecast_year_1,forecast_year_2,forecast_year_3,motivation"
)


class Caller:
    """One API client with its token."""

    def __init__(self, desk: RunningDesk, client: str) -> None:
        self.url = f"{desk.url}/api/v1"
        self.headers = {"Authorization": f"Bearer {desk.token(client)}"}

    def get(self, path: str, **parameters: str) -> Any:
        return requests.get(f"{self.url}{path}", headers=self.headers, params=parameters, timeout=30)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **sent: Any) -> Any:
        known = self.headers | {"Idempotency-Key": str(uuid.uuid4())} | (headers or {})
        return requests.post(f"{self.url}{path}", headers=known, timeout=30, **sent)

    def upload(self, kind: str, content: str, key: str) -> dict[str, Any]:
        sent = self.post(
            "/uploads",
            headers={"Idempotency-Key": key},
            data={"kind": kind},
            files={"file": (f"{kind}.csv", content.encode(), "text/csv")},
        )
        assert sent.status_code == 202, sent.text
        return self.until(sent.json()["id"], lambda state: state in ("READY", "REJECTED", "FAILED"))

    def commit(self, upload: dict[str, Any]) -> dict[str, Any]:
        etag = self.get(f"/uploads/{upload['id']}").headers["ETag"]
        answer = self.post(f"/uploads/{upload['id']}/commit", headers={"If-Match": etag})
        assert answer.status_code == 202, answer.text
        return self.until(upload["id"], lambda state: state in ("COMMITTED", "FAILED"))

    def until(self, upload_id: str, reached: Callable[[str], bool]) -> dict[str, Any]:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            upload: dict[str, Any] = self.get(f"/uploads/{upload_id}").json()
            if reached(upload["state"]):
                return upload
            time.sleep(0.3)
        raise AssertionError(f"the upload stays {upload['state']}")


@pytest.fixture(scope="module")
def own_filing(desk: RunningDesk) -> dict[str, Any]:
    """One of the holder's own applications, whose product and paragraph are known to be reimbursed."""
    filed = Caller(desk, "demo-holder1").get("/applications").json()["results"]
    return next(row for row in filed if row["batch"] == "2026-07" and row["populations"] == ["ADULT"])


@pytest.fixture(scope="module")
def free_site(desk: RunningDesk, own_filing: dict[str, Any]) -> str:
    """A site for which the holder has asked nothing of this product yet."""
    rows = Caller(desk, "demo-holder1").get("/applications").json()["results"]
    asked = {row["site_number"] for row in rows if row["product_code"] == own_filing["product_code"]}
    seen = {row["site_number"] for row in rows}
    return min(str(site) for site in seen - asked)


def line(filing: dict[str, Any], site: str, reference: str, **changes: str) -> str:
    cells = {
        "external_reference": reference,
        "product_code": filing["product_code"],
        "paragraph": filing["paragraph"],
        "site_number": site,
        "populations": "ADULT",
        "language": "fr",
        "apheresis_site": site,
        "laboratory_site": site,
        "contact_email": "dossier@holder.example",
        "forecast_year_1": "",
        "forecast_year_2": "",
        "forecast_year_3": "",
        "motivation": "",
    } | changes
    return ",".join(cells.values())


def test_holder_files_by_csv_and_the_worker_takes_it_in(
    desk: RunningDesk, own_filing: dict[str, Any], free_site: str
) -> None:
    holder = Caller(desk, "demo-holder1")

    faulty = "\n".join(
        [HEADER, line(own_filing, free_site, "J-1"), line(own_filing, "8000000072", "J-2", language="de")]
    )
    rejected = holder.upload("applications", faulty, "journey-1")
    found = holder.get(f"/uploads/{rejected['id']}/problems").json()["results"]
    assert (rejected["state"], {(row["row"], row["column"]) for row in found}) == (
        "REJECTED",
        {(3, "site_number"), (3, "apheresis_site"), (3, "laboratory_site"), (3, "language")},
    )
    assert holder.get("/applications", external_reference="J-1").json()["results"] == []

    ready = holder.upload("applications", f"{HEADER}\n{line(own_filing, free_site, 'J-1')}", "journey-2")
    assert (ready["state"], ready["rows"]["new"]) == ("READY", 1)
    assert holder.commit(ready)["state"] == "COMMITTED"

    draft = holder.get("/applications", external_reference="J-1").json()["results"][0]
    assert (draft["state"], draft["reference"]) == ("DRAFT", None)
    assert Caller(desk, "demo-holder2").get(f"/applications/{draft['id']}").status_code == 404

    evidence = holder.post(
        f"/applications/{draft['id']}/annexes",
        data={"slot": "LABORATORY", "title": "Laboratoire de cellules souches"},
        files={"file": ("laboratoire.pdf", pdf_bytes(2), "application/pdf")},
    )
    assert (evidence.status_code, evidence.json()["pages"]) == (201, 2)

    filed = holder.post(f"/applications/{draft['id']}/submit").json()
    assert (filed["state"], filed["batch"]) == ("SUBMITTED", "2027-01")
    assert filed["reference"].startswith("2027-01/")
    assert {"outside-window", "forecast-missing", "motivation-missing"} <= set(filed["warnings"])
    again = holder.post(f"/applications/{draft['id']}/submit").json()
    assert (again["reference"], again["state"]) == (filed["reference"], "SUBMITTED")


def test_list_as_it_stands_is_loaded_once(desk: RunningDesk, own_filing: dict[str, Any], free_site: str) -> None:
    secretariat = Caller(desk, "demo-secretariat")
    header = "site_number,product_code,paragraph,population,listed_from,listed_to,decision_reference"
    row = f"{free_site},{own_filing['product_code']},{own_filing['paragraph']},ADULT,2020-01-01,2020-12-31,MB 2020/01"
    first = secretariat.upload("listings", f"{header}\n{row}", "journey-list-1")
    assert (first["state"], secretariat.commit(first)["state"]) == ("READY", "COMMITTED")
    again = secretariat.upload("listings", f"{header}\n{row}", "journey-list-2")
    assert (again["state"], again["rows"]["unchanged"], again["earlier"]) == ("READY", 1, first["id"])
    shown = requests.get(f"{desk.url}/list/", params={"on": "2020-06-30"}, timeout=30).text
    assert "MB 2020/01" in shown
    assert "MB 2020/01" not in requests.get(f"{desk.url}/list/", timeout=30).text


def test_holder_may_not_load_the_list(desk: RunningDesk) -> None:
    answer = Caller(desk, "demo-holder1").post(
        "/uploads",
        headers={"Idempotency-Key": "journey-list-3"},
        data={"kind": "listings"},
        files={"file": ("listings.csv", b"a\n1", "text/csv")},
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
