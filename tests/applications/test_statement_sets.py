"""Answers to many drafts at once become what saving a step of the form makes of each."""

from typing import Any

import pytest

from accounts.errors import Conflict, Invalid, NotAllowed, NotFound
from accounts.models import User
from applications.models import Application
from applications.services.drafts import save_answers
from applications.services.statement_sets import Answers, write_answers
from applications.services.statements import Fact
from tests.builders import IN_AUGUST, IN_JULY, holder_of, make_application, make_batch, make_centre, make_staff

pytestmark = pytest.mark.django_db
CERTIFICATE = {
    "body": "JACIE",
    "number": "T-1",
    "valid_from": "2024-05-01",
    "valid_to": "2028-04-30",
    "scopes": [["ADULT", "ALLO"]],
    "facilities": None,
}
COUNT, NONE = Fact("declared_allografts", 29, "2024"), Fact("no_certificates", True)
HELD, OTHER = Fact("certificate", CERTIFICATE, "T-1"), Fact("declared_allografts", 30, "2024")


@pytest.fixture
def staff() -> User:
    return make_staff()


def draft(staff: User, reference: str) -> Application:
    return make_application(staff=staff, external_reference=reference)


def write(staff: User, stated: dict[str, tuple[Fact, ...]], **changes: object) -> int:
    wanted = {reference: Answers(changes, facts) for reference, facts in stated.items()}
    return write_answers(wanted, holder=holder_of(staff), by=staff, at=IN_AUGUST)


def told(application: Application) -> dict[str, Any]:
    application.refresh_from_db()
    rows = application.statements.values_list("field", "key", "value", "stated_in", "stated_by", "stated_at")
    names = ("version", "changed_at", "apheresis_site", "laboratory_site", "external_reference")
    return {name: getattr(application, name) for name in names[:-1]} | {"statements": sorted(rows)}


@pytest.mark.parametrize(
    "steps",
    [
        [(COUNT,)],
        [(COUNT,), (COUNT,)],
        [(COUNT,), (OTHER,)],
        [(HELD, NONE)],
        [(NONE,), (HELD, COUNT)],
        [(HELD,), (NONE,)],
        [(HELD,), (NONE, HELD)],
        [()],
    ],
)
def test_set_of_answers_is_what_one_by_one_gives(staff: User, steps: list[tuple[Fact, ...]]) -> None:
    one, first, second = (draft(staff, reference) for reference in ("ONE", "A-1", "A-2"))
    site = make_centre().site_number
    for facts in steps:
        save_answers(one, changes={"laboratory_site": site}, stated=facts, by=staff, at=IN_AUGUST, stated_in="UPLOAD")
        write(staff, {"A-1": facts, "A-2": facts}, laboratory_site=site)
    own = told(one)["apheresis_site"]
    for each in (first, second):
        Application.objects.filter(pk=each.pk).update(apheresis_site=own)
        assert told(each) == told(one)


def test_set_of_answers_leaves_no_trace_of_what_stands_there(staff: User) -> None:
    first = draft(staff, "A-1")
    assert [write(staff, {"A-1": (COUNT,)}) for _time in range(2)] == [1, 0]
    first.refresh_from_db()
    assert first.version == 2


def test_set_of_answers_with_a_fault_is_refused_whole(staff: User) -> None:
    first = draft(staff, "A-1")
    draft(staff, "A-2")
    with pytest.raises(Invalid) as refused:
        write(staff, {"A-1": (COUNT,), "A-2": (Fact("declared_allografts", -1, "2024"),)})
    assert [problem.pointer for problem in refused.value.problems] == ["/statements/declared_allografts/2024"]
    with pytest.raises(Invalid) as refused:
        write(staff, {"A-1": ()}, motivation="words")
    assert [problem.pointer for problem in refused.value.problems] == ["/motivation"]
    assert not first.statements.exists()


def test_set_of_answers_is_for_the_holders_own_drafts(staff: User) -> None:
    make_batch()
    make_application(staff=staff, external_reference="SENT", submitted=True, at=IN_JULY)
    draft(make_staff(), "FOREIGN")
    with pytest.raises(Conflict, match="not-a-draft"):
        write(staff, {"SENT": (COUNT,)})
    with pytest.raises(NotFound):
        write(staff, {"FOREIGN": (COUNT,)})
    with pytest.raises(NotAllowed):
        write_answers({}, holder=holder_of(staff), by=make_staff(), at=IN_AUGUST)
