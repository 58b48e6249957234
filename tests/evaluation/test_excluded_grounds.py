"""A reason that names what must not weigh is recorded as written, with the sentence of the note beside it."""

import pytest

from evaluation.models import CapacityAssessment, Judgement
from tests.evaluation.review import make_desk, signed_in
from tests.evaluation.test_review_acts import reviewed, said, site_address

GEOGRAPHY = (
    "Recorded as written. Your reason names “distance”: the note does not let geography weigh."
    " “Er is geen criterium die uitbreiding op gebied van geografische ligging motiveert.” (motivation.1)"
)


@pytest.mark.django_db
def test_judgement_that_names_geography_is_kept_with_a_reminder() -> None:
    desk = make_desk()
    application = reviewed(desk)
    reason = "Far from here, a distance of 90 km."
    answer = signed_in(desk).post(f"{site_address(application)}judgements/C5/", {"value": "MET", "reason": reason})
    assert said(answer) == ["Judgement recorded. Another person countersigns it.", GEOGRAPHY]
    assert Judgement.objects.get().reason == reason


@pytest.mark.django_db
def test_judgement_on_its_subject_is_left_alone() -> None:
    desk = make_desk()
    application = reviewed(desk)
    given = {"value": "MET", "reason": "Two trials and three publications on page 4."}
    answer = signed_in(desk).post(f"{site_address(application)}judgements/C5/", given)
    assert said(answer) == ["Judgement recorded. Another person countersigns it."]


@pytest.mark.django_db
def test_capacity_may_rest_on_the_number_of_car_t_but_not_on_the_price() -> None:
    desk = make_desk()
    application = reviewed(desk)
    address = f"/batches/2026-07/files/{application.number}/capacity/"
    given = {"value": "SHORTAGE", "reason": "The number of CAR-T rises and the price falls."}
    first, second = said(signed_in(desk).post(address, given))
    assert first == "Recorded. Another person countersigns it."
    assert second.startswith("Recorded as written. Your reason names “price”: the note does not let price or budget")
    assert CapacityAssessment.objects.get().value == "SHORTAGE"
