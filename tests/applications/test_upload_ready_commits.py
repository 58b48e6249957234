"""What is READY can be committed: checking refuses all that writing would."""

import json
from collections.abc import Mapping

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.bulk.kinds import KINDS
from applications.models import Upload
from applications.services.uploads import Sent, check_upload, commit_upload, order_commit, receive_upload
from centres.models import Centre, Product
from tests.builders import (
    holder_of,
    make_annex,
    make_application,
    make_centre,
    make_listing,
    make_paragraph,
    make_product,
    make_staff,
    make_user,
    site_number,
)

NEW_SITES = [site_number(830_000 + place) for place in range(3)]
DAYS = ["2024-01-01", "2024-12-31", "2025-06-01", "0001-01-01", "9999-12-31"]
TEXTS = [
    "Campus",
    "=1+1",
    "'; --",
    "\\N",
    "\\.",
    "a\tb\nc",
    "é\u200b\U0001f3e5",
    "x" * 40,
    "x" * 60,
    "x" * 100,
    "x" * 200,
]
CERTIFICATE = '{"body":"J","number":"1","valid_from":"2024-05-01","valid_to":"2028-04-30","scopes":[["ADULT","ALLO"]]}'
VALUES = [
    "0",
    "5",
    "100000",
    "true",
    CERTIFICATE,
    "STUDY|NCT0|3|1",
    "2026-03-01|8000000071",
    "C5|Words.",
    *NEW_SITES[:1],
]
Pools = Mapping[str, list[str]]


def pools(desk_sites: list[Centre], product: Product, paragraph: str, sha256: str) -> Pools:
    """By column what may stand there, nearly all of it right; the first values make a row that is."""
    sites = [centre.site_number for centre in desk_sites]
    dotted = f"{sites[0][:1]}.{sites[0][1:4]} {sites[0][4:]}"
    lists = [*sites, dotted, "|".join(sites), ""]
    return {
        "site_number": [*sites, dotted, NEW_SITES[0]],
        "postal_code": ["1000", "9999"],
        "hospital_number": ["", "1", "999", str(desk_sites[0].hospital.number)],
        "programme_sites": lists[:-1],
        "clinical_sites": lists,
        "collection_sites": lists,
        "processing_sites": [*NEW_SITES, ""],
        **dict.fromkeys(("valid_from", "valid_to", "listed_from"), DAYS),
        **{name: ["", *DAYS] for name in ("extended_to", "renewal_filed_on", "listed_to")},
        "scopes": ["ADULT:ALLO", "ADULT:IEC|PAED:ALLO"],
        "year": ["2024", "2025", "1900", "2099", ""],
        "nomenclature_code": ["470654", "470665"],
        **{name: ["0", "1", "999999"] for name in ("acts", "treatments")},
        "acts_paediatric": ["", "0", "1", "999999"],
        "product_code": [str(product.code)],
        "paragraph": [paragraph, f"{paragraph[:4]}-{paragraph[4:]}"],
        "population": ["ADULT", "PAED"],
        "populations": ["ADULT", "PAED|ADULT"],
        "language": ["nl", "fr"],
        "apheresis_site": sites,
        "laboratory_site": [*sites, dotted, ""],
        "contact_email": [
            "a@b.example",
            f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.be",
            f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.be",
        ],
        **{f"forecast_year_{place}": ["", "0", "100000", "999999"] for place in (1, 2, 3)},
        "motivation": ["", *TEXTS],
        "external_reference": ["D-1", "D-2", "N-1", "85073003328", "x" * 80, "\\."],
        "field": [
            "declared_allografts",
            "supplement",
            "certificate",
            "no_certificates",
            "iec_application",
            "narrative",
            "laboratory_site",
            "intensive_care_site",
        ],
        "value": VALUES,
        "annex_sha256": ["", sha256],
        "page": ["", "1", "2", "99999"],
    }


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return {Role.HOLDER: make_staff(), Role.SECRETARIAT: make_user(Role.SECRETARIAT)}


@pytest.fixture
def told(people: dict[str, User]) -> Pools:
    staff = people[Role.HOLDER]
    paragraph = make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)
    sites = [make_centre(), make_centre()]
    drafts = [
        make_application(staff=staff, paragraph=paragraph, centre=sites[0], external_reference=reference)
        for reference in ("D-1", "D-2")
    ]
    annex = make_annex(drafts[0], by=staff)
    make_listing(make_application(staff=staff, paragraph=paragraph, centre=sites[1], external_reference="D-3"))
    return pools(sites, paragraph.product, paragraph.number, annex.sha256)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(KINDS))
def test_upload_that_is_ready_is_committed_and_then_unchanged(kind: str, people: dict[str, User], told: Pools) -> None:
    columns = KINDS[kind].columns
    required = {name for name, about in KINDS[kind].row.model_fields.items() if about.is_required()}
    values = {
        column: [each for each in told.get(column, TEXTS) if each or column not in required] for column in columns
    }
    cells = st.fixed_dictionaries({column: st.sampled_from(values[column]) for column in columns})
    by, ready = people[KINDS[kind].role], []

    def once(rows: list[dict[str, str]]) -> Upload:
        sent = Sent(kind, "rows.json", json.dumps(rows).encode(), now().date(), "RIZIV-INAMI")
        received = receive_upload(sent, key=str(Upload.objects.count()), by=by, at=now())[0]
        return check_upload(received.pk, at=now(), advance=lambda done, total: None)

    @hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=st.lists(cells, min_size=1, max_size=3))
    def one_file(rows: list[dict[str, str]]) -> None:
        with transaction.atomic():
            upload = once(rows)
            if upload.state == "READY":
                ready.append(upload.pk)
                order_commit(upload, by=by, at=now())
                assert commit_upload(upload.pk, at=now()).state == "COMMITTED"
                again = once(rows)
                assert set(again.rows.values_list("state", flat=True)) == {"UNCHANGED"}
            transaction.set_rollback(True)

    one_file()
    assert ready
