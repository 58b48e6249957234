from datetime import date
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.templatetags.desk import MINUS
from applications.models import Application, Batch
from evaluation.board.rows import board_rows
from evaluation.enums import SupplementRuling
from evaluation.models import Input, Supplement
from evaluation.services.inputs import confirm_input, rule_supplement
from tests.builders import IN_AUGUST
from tests.evaluation.builders import Site, make_sealed_batch
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review, signed_in

pytestmark = pytest.mark.django_db
OPEN = "TO_VERIFY"


class Table(HTMLParser):
    """The words of each row of the matrix as a reader hears them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def rows_of(content: bytes) -> list[list[str]]:
    table = Table()
    table.feed(content.decode())
    return table.rows


def reviewed(*, supplement: bool = False, populations: tuple[str, ...] = ("ADULT",)) -> tuple[Application, Batch]:
    """One file with booked figures of 27, 28 and 28, nothing else confirmed."""
    desk = make_desk()
    application = make_file(desk=desk, supplement=supplement, populations=populations)
    assert application.batch is not None
    batch = put_in_review(application.batch, desk)
    make_figures(batch, desk)
    return application, batch


def test_board_rows_of_unconfirmed_inputs_are_unknown_but_for_the_booked_figures() -> None:
    _application, batch = reviewed(supplement=True)
    row = board_rows(batch, for_user=make_desk()).rows[0]
    cells = [(cell.criterion, cell.verdict, cell.margin) for cell in row.reckoning.cells]
    assert cells == [
        ("C1a", OPEN, None),
        ("C1b", OPEN, None),
        ("C1c", OPEN, None),
        ("C2", OPEN, -1),
        ("C3a", OPEN, None),
        ("C3b", OPEN, None),
        ("C4", OPEN, None),
        ("C5", OPEN, None),
        ("C6", OPEN, None),
        ("C7", OPEN, None),
        ("P1", "NA", None),
        ("P2", "NA", None),
        ("P3", "NA", None),
    ]
    assert (row.reckoning.outcome, row.is_assessed, row.reckoning.stored) == ("INCOMPLETE", False, False)


def test_board_rows_follow_what_is_confirmed_and_ruled() -> None:
    _application, batch = reviewed(supplement=True)
    desk = make_desk()
    for stated in Input.objects.filter(batch=batch, confirmed_at=None):
        confirm_input(stated, by=desk, at=IN_AUGUST)
    rule_supplement(
        Supplement.objects.get(), ruling=SupplementRuling.ACCEPTED, reason="The protocol.", by=desk, at=IN_AUGUST
    )
    row = board_rows(batch, for_user=desk).rows[0]
    found = {cell.criterion: (cell.verdict, cell.margin) for cell in row.reckoning.cells}
    assert (found["C1a"], found["C1c"], found["C2"], found["C4"]) == (
        ("MET", None),
        ("MET", None),
        ("MET", 0),
        ("MET", None),
    )


def test_board_rows_judge_with_the_day_of_the_vote_as_closing_does() -> None:
    _application, batch = reviewed()
    desk = make_desk()
    for stated in Input.objects.filter(batch=batch, confirmed_at=None):
        confirm_input(stated, by=desk, at=IN_AUGUST)
    before = board_rows(batch, for_user=desk).rows[0].reckoning.cell("C1b").verdict
    batch.vote_on = date(2028, 5, 1)
    batch.save(update_fields=["vote_on"])
    after = board_rows(batch, for_user=desk).rows[0].reckoning.cell("C1b").verdict
    assert (before, after) == ("MET", OPEN)


def test_board_rows_of_two_files_of_a_site_stand_together_with_their_contradiction() -> None:
    desk = make_desk()
    first = make_file(desk=desk)
    other = make_file(desk=desk)
    make_file(desk=desk, centre=first.centre, apheresis=other.centre.site_number)
    assert first.batch is not None
    found = board_rows(put_in_review(first.batch, desk), for_user=desk)
    groups = {group.centre: (len(group.rows), group.holders, group.contradictions) for group in found.groups}
    assert groups == {first.centre: (2, 2, 1), other.centre: (1, 1, 0)}
    assert found.contradictions == 1


def test_board_rows_after_closing_are_those_stored() -> None:
    application = make_sealed_batch(populations=("ADULT", "PAED"), site=Site(billed_paed=5))[0]
    assert application.batch is not None
    row = board_rows(application.batch, for_user=make_desk()).rows[0]
    found = {cell.criterion: (cell.verdict, cell.margin, cell.capacity) for cell in row.reckoning.cells}
    assert (found["C2"], found["P2"], found["C7"]) == (
        ("MET", 3, ""),
        ("NOT_MET", -3, ""),
        ("NOTED", None, "SHORTAGE"),
    )
    assert (row.reckoning.outcome, row.reckoning.stored) == ("NOT_ELIGIBLE", True)


def test_board_page_shows_the_matrix_in_words() -> None:
    application, batch = reviewed(supplement=True)
    page = signed_in(make_desk()).get(f"/batches/{batch.code}/")
    head, site, row = rows_of(page.content)
    assert head == [
        "Application",
        "Product · population",
        "C1a IEC",
        "C1b allo",
        "C1c site",
        "C2 ≥ 28",
        "C3a ICU",
        "C3b neuro",
        "C4 lab",
        "C5 research",
        "C6 register",
        "C7 capac.",
        "P1 certif.",
        "P2 ≥ 6",
        "P3 ICU",
        "Outcome (advice)",
    ]
    number = application.centre.site_number
    printed = f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}"
    names = f"{application.centre.hospital.name} — {application.centre.name}"
    assert site == [f"{names} {printed} · 1 application · 4 to confirm"]
    reference = application.reference
    asked = ["C1a", "C1b", "C1c", "C2", "C3a", "C3b", "C4", "C5", "C6", "C7"]
    words = dict.fromkeys(asked, "To verify") | {"C2": f"{MINUS}1 To verify"}
    assert row == [
        reference,
        f"{application.product} · adults",
        *(f"{reference} {name}: {words[name]}" for name in asked),
        *(f"{reference} {name}: Not applicable" for name in ("P1", "P2", "P3")),
        "Incomplete",
    ]


@pytest.mark.parametrize("address", ["/batches/2026-07/", "/batches/2026-07/matrix.csv", "/batches/", "/"])
def test_board_asks_the_database_as_often_for_30_files_as_for_one(address: str) -> None:
    desk = make_desk()
    first = make_file(desk=desk, supplement=True)
    assert first.batch is not None
    client = signed_in(desk)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(address)
    for place in range(29):
        make_file(desk=desk, supplement=True, centre=first.centre if place % 3 == 0 else None)
    with CaptureQueriesContext(connection) as thirty:
        client.get(address)
    assert len(thirty) == len(one)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 2),
        ("filter=verify", 2),
        ("filter=not-met", 0),
        ("filter=mine", 0),
        ("q=Testacel+Unique", 1),
        ("q=nobody", 0),
    ],
)
def test_board_page_searches_and_filters(query: str, shown: int) -> None:
    desk = make_desk()
    first, _second = make_file(desk=desk), make_file(desk=desk)
    first.product.name = "Testacel Unique"
    first.product.save()
    page = signed_in(desk).get(f"/batches/2026-07/?{query}")
    assert page.content.count(b"<tr data-row") == shown


def test_board_page_with_a_finding_in_its_address_shows_the_reason_beside_it() -> None:
    application, batch = reviewed(supplement=True)
    client = signed_in(make_desk())
    page = client.get(f"/batches/{batch.code}/?file={application.number}&finding=C2").content.decode()
    panel = client.get(f"/batches/{batch.code}/files/{application.number}/findings/C2/").content.decode()
    said = "83 allogeneic transplantations counted over 3 years, 84 are needed."
    assert (said in page, said in panel, "<html" in panel) == (True, True, False)
    assert page.count('class="button"') == 0
    assert page.count('class="button small"') == 1


def test_board_page_ignores_an_address_that_names_no_visible_finding() -> None:
    _application, batch = reviewed()
    client = signed_in(make_desk())
    for query in ("file=9&finding=C2", "file=x&finding=C2", "file=1&finding=C99"):
        assert "Choose a cell" in client.get(f"/batches/{batch.code}/?{query}").content.decode()


def test_board_csv_holds_every_verdict_with_its_margin() -> None:
    application, batch = reviewed(supplement=True)
    application.holder.name = "=1+1 Pharma"
    application.holder.save()
    answer = signed_in(make_desk()).get(f"/batches/{batch.code}/matrix.csv")
    names = "C1a,C1b,C1c,C2,C3a,C3b,C4,C5,C6,C7,P1,P2,P3"
    verdicts = ["TO_VERIFY"] * 3 + ["TO_VERIFY -1"] + ["TO_VERIFY"] * 6 + ["NA"] * 3
    about = [application.reference, application.centre.site_number, f'"{application.centre}"', "'=1+1 Pharma"]
    about += [application.product.name, "ADULT"]
    assert answer.content.decode("utf-8-sig").splitlines() == [
        f"reference,site_number,site,holder,product,populations,{names},outcome",
        ",".join([*about, *verdicts, "INCOMPLETE"]),
    ]
    assert answer["Content-Disposition"] == f'attachment; filename="{batch.code}.csv"'
