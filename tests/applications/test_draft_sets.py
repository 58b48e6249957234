"""Many drafts at once become what the service of the form makes of each."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import AuditEvent, User
from applications.models import Application
from applications.services.draft_sets import WrittenDrafts, write_drafts
from applications.services.drafts import change_application, start_application
from centres.models import Centre, Holder, Paragraph
from tests.builders import (
    IN_AUGUST,
    IN_JULY,
    holder_of,
    make_application,
    make_batch,
    make_centre,
    make_paragraph,
    make_product,
    make_staff,
)

pytestmark = pytest.mark.django_db
OF_ITS_OWN = {"id", "holder", "created_by"}
Wanted = dict[str, dict[str, Any]]


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def paragraphs(staff: User) -> list[Paragraph]:
    return [make_paragraph(make_product(holder=holder_of(staff)), includes_children=True) for _ in range(2)]


def asked(paragraph: Paragraph, centre: Centre, **changes: Any) -> dict[str, Any]:
    return {
        "product": paragraph.product,
        "paragraph": paragraph,
        "centre": centre,
        "populations": ["PAED", "ADULT"],
        "language": "fr",
        "contact_email": " filing@test.example ",
        "apheresis_site": f"{centre.site_number[:4]}.{centre.site_number[4:7]}.{centre.site_number[7:]}",
        "laboratory_site": "",
        "forecast_year_1": 4,
        "forecast_year_2": None,
        "forecast_year_3": 0,
        "motivation": "Étude — « deux » \\ lignes\nhere ",
    } | changes


def one_by_one(wanted: Wanted, *, holder: Holder, by: User, at: Any) -> None:
    """As the rows were written before: each through the service of the form."""
    for reference, given in wanted.items():
        there = Application.objects.filter(holder=holder, external_reference=reference).first()
        if there is not None:
            change_application(there, changes=given, by=by, at=at)
            continue
        values = dict(given)
        forecast = (values.pop("forecast_year_1"), values.pop("forecast_year_2"), values.pop("forecast_year_3"))
        start_application(holder=holder, external_reference=reference, forecast=forecast, by=by, at=at, **values)


def told(holder: Holder) -> list[dict[str, Any]]:
    names = [field.name for field in Application._meta.concrete_fields if field.name not in OF_ITS_OWN]
    return list(Application.objects.filter(holder=holder).order_by("external_reference").values(*names))


def test_set_of_drafts_equals_the_same_drafts_one_by_one(staff: User, paragraphs: list[Paragraph]) -> None:
    first, second = paragraphs
    other, centres = make_staff(), [make_centre() for _ in range(3)]
    start = {f"A-{place}": asked(first, centre) for place, centre in enumerate(centres)}
    later = start | {
        "A-1": asked(second, centres[0], populations=["ADULT"], forecast_year_2=9, motivation=""),
        "A-9": asked(second, centres[1], language="nl"),
    }
    for wanted, at in ((start, IN_JULY), (later, IN_AUGUST)):
        write_drafts(wanted, holder=holder_of(staff), by=staff, at=at)
        one_by_one(wanted, holder=holder_of(other), by=other, at=at)
        assert told(holder_of(staff)) == told(holder_of(other))
    assert [row["version"] for row in told(holder_of(staff))] == [1, 2, 1, 1]


def test_set_of_drafts_says_what_it_did_and_leaves_no_line_per_row(staff: User, paragraphs: list[Paragraph]) -> None:
    centre, lines = make_centre(), AuditEvent.objects.count()
    wanted = {f"A-{place}": asked(paragraphs[0], centre) for place in range(3)}
    told = [write_drafts(wanted, holder=holder_of(staff), by=staff, at=IN_JULY) for _ in range(2)]
    wanted["A-0"] |= {"motivation": "More."}
    told.append(write_drafts(wanted, holder=holder_of(staff), by=staff, at=IN_JULY))
    assert told == [WrittenDrafts(3, 0), WrittenDrafts(0, 0), WrittenDrafts(0, 1)]
    assert AuditEvent.objects.count() == lines


def test_set_of_drafts_with_one_fault_writes_none_and_names_all(staff: User, paragraphs: list[Paragraph]) -> None:
    centre = make_centre()
    wanted = {
        "A-1": asked(paragraphs[0], centre),
        "A-2": asked(paragraphs[0], centre, product=paragraphs[1].product),
        "A-3": asked(paragraphs[0], centre, language="de", populations=[]),
    }
    with pytest.raises(Invalid) as refused:
        write_drafts(wanted, holder=holder_of(staff), by=staff, at=IN_JULY)
    assert [problem.code for problem in refused.value.problems] == [
        "paragraph-of-other-product",
        "populations-missing",
        "language-not-nl-fr",
    ]
    assert Application.objects.count() == 0


def test_set_of_drafts_changes_nothing_that_was_submitted(staff: User) -> None:
    make_batch()
    filed = make_application(staff=staff, submitted=True, external_reference="A-1")
    with pytest.raises(Conflict, match="not-a-draft"):
        write_drafts({"A-1": asked(filed.paragraph, filed.centre)}, holder=filed.holder, by=staff, at=IN_JULY)


def test_set_of_drafts_is_the_holders_own(staff: User, paragraphs: list[Paragraph]) -> None:
    wanted = {"A-1": asked(paragraphs[0], make_centre())}
    with pytest.raises(NotAllowed):
        write_drafts(wanted, holder=holder_of(staff), by=make_staff(), at=IN_JULY)


def queries(staff: User, paragraph: Paragraph, references: Iterable[str], **changes: Any) -> int:
    centre = make_centre()
    wanted = {reference: asked(paragraph, centre, **changes) for reference in references}
    with CaptureQueriesContext(
        connection,
    ) as asked_for:
        write_drafts(wanted, holder=holder_of(staff), by=staff, at=IN_JULY)
    return len(asked_for)


def test_set_of_drafts_asks_as_many_queries_for_hundreds_as_for_two(staff: User, paragraphs: list[Paragraph]) -> None:
    few, many = [f"A-{place}" for place in range(2)], [f"B-{place}" for place in range(400)]
    assert queries(staff, paragraphs[0], few) == queries(staff, paragraphs[0], many)
    assert queries(staff, paragraphs[0], few, language="nl") == queries(staff, paragraphs[0], many, language="nl")
