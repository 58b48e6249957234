"""No query count grows with the rows: every kind asks as many for two hundred rows as for ten, new or changed."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.bulk.kinds import KINDS
from applications.models import Application, Upload
from applications.services.uploads import Sent, check_upload, commit_upload, order_commit, receive_upload
from centres.models import Centre, Paragraph
from tests.applications.test_register_uploads import ALLOGRAFTS, CENTRES, CERTIFICATES, REALISED, certificate
from tests.applications.test_uploads import HEADER, line
from tests.builders import (
    holder_of,
    make_application,
    make_centre,
    make_paragraph,
    make_product,
    make_staff,
    make_user,
    site_number,
)

pytestmark = pytest.mark.django_db
LISTINGS = "site_number,product_code,paragraph,population,listed_from,listed_to,decision_reference"
STATEMENTS = "external_reference,site_number,field,year,value,annex_sha256,page"
FEW, MANY = 10, 200
Lines = list[str]
Write = Callable[[User, int], tuple[Lines, Lines]]
"""The file of so many rows that are new, and the file that changes each of them."""


def sites(count: int) -> list[Centre]:
    hospital = make_centre().hospital
    return [make_centre(hospital=hospital) for _ in range(count)]


def paragraph_of(staff: User) -> Paragraph:
    return make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)


def centres(_by: User, count: int) -> tuple[Lines, Lines]:
    start = 300_000 + count * 1_000
    rows = [
        f"{site_number(start + place)},Site {{}},,1000,Testville,General {place},{place + 1}" for place in range(count)
    ]
    return [CENTRES, *(row.format("one") for row in rows)], [CENTRES, *(row.format("two") for row in rows)]


def certificates(_by: User, count: int) -> tuple[Lines, Lines]:
    numbers = [centre.site_number for centre in sites(count)]
    new = [certificate(site, certificate_number=f"{count}-{place}") for place, site in enumerate(numbers)]
    changed = [row.replace("Programme", "Renamed").replace("ADULT:ALLO|ADULT:IEC", "PAED:ALLO") for row in new]
    return [CERTIFICATES, *new], [CERTIFICATES, *changed]


def allografts(_by: User, count: int) -> tuple[Lines, Lines]:
    rows = [f"{centre.site_number},,2024,470654,{{}},1" for centre in sites(count)]
    return [ALLOGRAFTS, *(row.format(5) for row in rows)], [ALLOGRAFTS, *(row.format(6) for row in rows)]


def realised(_by: User, count: int) -> tuple[Lines, Lines]:
    code = make_product().code
    rows = [f"{centre.site_number},2024,{code},{{}}" for centre in sites(count)]
    return [REALISED, *(row.format(5) for row in rows)], [REALISED, *(row.format(6) for row in rows)]


def listings(_by: User, count: int) -> tuple[Lines, Lines]:
    paragraph = make_paragraph()
    named = f"{paragraph.product.code},{paragraph.number},ADULT,2024-06-01"
    rows = [f"{centre.site_number},{named},{{}},MB 2024/05" for centre in sites(count)]
    ended = date(2025, 12, 31).isoformat()
    return [LISTINGS, *(row.format("") for row in rows)], [LISTINGS, *(row.format(ended) for row in rows)]


def statements(by: User, count: int) -> tuple[Lines, Lines]:
    paragraph, site = paragraph_of(by), make_centre()
    rows = []
    for place in range(count):
        reference = f"S-{count}-{place}"
        draft: Application = make_application(staff=by, paragraph=paragraph, centre=site, external_reference=reference)
        rows.append(f"{draft.external_reference},{site.site_number},declared_allografts,2024,{{}},,")
    return [STATEMENTS, *(row.format(5) for row in rows)], [STATEMENTS, *(row.format(6) for row in rows)]


def applications(by: User, count: int) -> tuple[Lines, Lines]:
    paragraph, site = paragraph_of(by), make_centre().site_number
    rows = [line(paragraph, site, external_reference=f"A-{count}-{place}") for place in range(count)]
    changed = [line(paragraph, site, external_reference=f"A-{count}-{place}", language="fr") for place in range(count)]
    return [HEADER, *rows], [HEADER, *changed]


WRITERS: dict[str, Write] = {
    "centres": centres,
    "certificates": certificates,
    "allografts": allografts,
    "realised-treatments": realised,
    "listings": listings,
    "site-statements": statements,
    "applications": applications,
}


def asked(work: Callable[[], Upload]) -> tuple[int, Upload]:
    with CaptureQueriesContext(connection) as queries:
        upload = work()
    return len(queries), upload


def queries(kind: str, lines: Lines, *, by: User, state: str) -> tuple[int, int]:
    """How many the check asks, and how many the commit."""
    day, source = (date(2026, 5, 12), "RIZIV-INAMI") if KINDS[kind].is_delivery else (None, "")
    sent = Sent(kind, "rows.csv", "\n".join(lines).encode(), day, source)
    received = receive_upload(sent, key=f"{kind}-{len(lines)}-{state}", by=by, at=now())[0]
    checking, upload = asked(lambda: check_upload(received.pk, at=now(), advance=lambda done, total: None))
    assert list(upload.problems.values_list("row", "column", "code")) == []
    assert set(upload.rows.values_list("state", flat=True)) == {state}
    order_commit(upload, by=by, at=now())
    committing, upload = asked(lambda: commit_upload(upload.pk, at=now()))
    assert upload.state == "COMMITTED"
    return checking, committing


@pytest.mark.parametrize("kind", list(WRITERS))
def test_upload_asks_as_many_queries_for_many_rows_as_for_few(kind: str) -> None:
    by = make_staff() if KINDS[kind].role == Role.HOLDER else make_user(Role.SECRETARIAT)
    few, many = WRITERS[kind](by, FEW), WRITERS[kind](by, MANY)
    for place, state in enumerate(("NEW", "CHANGED")):
        assert queries(kind, few[place], by=by, state=state) == queries(kind, many[place], by=by, state=state)


def test_every_kind_is_counted() -> None:
    assert set(WRITERS) == set(KINDS)
