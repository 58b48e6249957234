"""What counts of the statements on one site: unknown is never zero, and nothing is counted twice."""

from typing import Any

import pytest

from accounts.errors import Invalid
from accounts.models import User
from applications.models import Application, Batch
from applications.services.batches import end_intake
from applications.services.submission import withdraw_application
from centres.models import Centre
from evaluation.facts import gather_facts, is_stale, judged_value, site_records
from evaluation.models import Input, Supplement
from evaluation.pipeline import close_and_render
from evaluation.selectors import current_assessment
from evaluation.services.ballots import open_ballot
from evaluation.services.closing import blocking_items
from evaluation.services.inputs import confirm_input, correct_input, rule_supplement
from evaluation.services.judgements import countersign_judgement, record_judgement
from jobs.services import create_job
from tests.builders import IN_AUGUST, make_centre
from tests.evaluation.builders import AT_SITTING, make_sitting
from tests.evaluation.review import make_desk, make_figures, make_file, make_realised

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> User:
    return make_desk()


@pytest.fixture
def centre() -> Centre:
    return make_centre()


def two_files(centre: Centre, desk: User) -> tuple[Batch, list[Application]]:
    """Two companies file for one site and both state the same line outside the insurance."""
    files = [make_file(centre=centre, desk=desk, supplement=True) for _ in range(2)]
    assert files[0].batch is not None
    return files[0].batch, files


def supplements(batch: Batch, centre: Centre) -> list[tuple[int, str | None]]:
    facts = gather_facts(site_records(batch, [centre])[centre.pk], populations=["ADULT"])
    return [(each.count, each.ruling) for year in facts.allografts for each in year.supplements]


def test_line_outside_the_insurance_that_two_files_state_counts_once(desk: User, centre: Centre) -> None:
    batch, _files = two_files(centre, desk)
    make_figures(batch, desk)
    assert supplements(batch, centre) == [(1, None)]


def test_accepted_line_that_another_file_contradicts_is_undecided_again(desk: User, centre: Centre) -> None:
    batch, _files = two_files(centre, desk)
    first, second = Supplement.objects.filter(centre=centre).order_by("pk")
    second.dismissed_at = IN_AUGUST
    second.save(update_fields=["dismissed_at"])
    rule_supplement(first, ruling="ACCEPTED", reason="Seen.", by=desk, at=IN_AUGUST)  # type: ignore[arg-type]  # its text
    assert supplements(batch, centre) == [(1, "ACCEPTED")]
    Supplement.objects.filter(pk=second.pk).update(dismissed_at=None, count=3)
    assert supplements(batch, centre) == [(3, None)]


def test_judgement_is_not_stale_because_equal_statements_became_one(desk: User, centre: Centre) -> None:
    batch, files = two_files(centre, desk)
    for file in files:
        about: dict[str, Any] = {"batch": batch, "centre": centre, "application": file, "stated_by": desk}
        site = {"field": "intensive_care_site", "value": centre.site_number, "stated_in": "FORM"}
        Input.objects.create(**about, **site, stated_at=IN_AUGUST)
    judgement = record_judgement(batch, centre, criterion="C3a", value="MET", reason="Rota.", by=desk, at=IN_AUGUST)
    confirm_input(Input.objects.filter(field="intensive_care_site")[0], by=desk, at=IN_AUGUST)
    judgement = countersign_judgement(judgement, by=make_desk(), at=IN_AUGUST)
    record = site_records(batch, [centre])[centre.pk]
    assert (is_stale(record, judgement), judged_value(record, "C3a")) == (False, "MET")


def test_correction_of_a_booked_figure_stays_when_another_file_comes_in(desk: User, centre: Centre) -> None:
    file = make_file(centre=centre, desk=desk)
    assert file.batch is not None
    make_figures(file.batch, desk)
    booked = Input.objects.get(field="billed", key="2023", superseded_by=None)
    corrected = correct_input(
        booked, value={"470654": 0, "470665": 40}, reason="Letter of RIZIV.", by=desk, at=IN_AUGUST
    )
    make_file(centre=centre, desk=desk)
    corrected.refresh_from_db()
    assert corrected.is_current


def test_figures_of_a_later_delivery_replace_a_correction(desk: User, centre: Centre) -> None:
    file = make_file(centre=centre, desk=desk)
    assert file.batch is not None
    make_figures(file.batch, desk)
    booked = Input.objects.get(field="billed", key="2023", superseded_by=None)
    corrected = correct_input(booked, value={"470654": 0, "470665": 40}, reason="Letter.", by=desk, at=IN_AUGUST)
    make_figures(file.batch, desk, acts=(30, 30, 30))
    corrected.refresh_from_db()
    assert not corrected.is_current


def test_correction_below_the_children_among_them_is_refused(desk: User, centre: Centre) -> None:
    acts = {"470654": 0, "470665": 2}
    file = make_file(centre=centre, desk=desk, populations=("ADULT", "PAED"))
    assert file.batch is not None
    make_figures(file.batch, desk)
    children = Input.objects.get(field="billed_paed", key="2023", superseded_by=None)
    correct_input(children, value={"470654": 0, "470665": 5}, reason="Letter.", by=desk, at=IN_AUGUST)
    booked = Input.objects.get(field="billed", key="2023", superseded_by=None)
    with pytest.raises(Invalid) as refused:
        correct_input(booked, value=acts, reason="Letter.", by=desk, at=IN_AUGUST)
    booked.refresh_from_db()
    assert ([each.code for each in refused.value.problems], booked.is_current) == (["exceeds"], True)


def test_site_with_two_misfits_is_put_right_one_by_one(desk: User, centre: Centre) -> None:
    file = make_file(centre=centre, desk=desk, populations=("ADULT", "PAED"))
    assert file.batch is not None
    make_figures(file.batch, desk)
    too_many = Input.objects.filter(field="billed_paed", key__in=("2023", "2024"), superseded_by=None)
    too_many.update(value={"470654": 0, "470665": 900})
    for row in too_many.order_by("key"):
        correct_input(row, value={"470654": 0, "470665": 1}, reason="Letter.", by=desk, at=IN_AUGUST)
    facts = gather_facts(site_records(file.batch, [centre])[centre.pk], populations=["PAED"])
    assert [each.year for each in facts.allografts] == list(file.batch.booked_years)


def test_batch_does_not_close_before_every_file_is_taken_in(desk: User) -> None:
    file = make_file(desk=desk)
    assert file.batch is not None
    end_intake(file.batch, by=desk, at=IN_AUGUST)
    create_job(kind="evaluation.take_in_statements", subject=file.reference, at=IN_AUGUST)
    waiting = [each.where for each in blocking_items(file.batch) if each.code == "statements-waiting"]
    assert waiting == [file.reference]


def test_site_whose_confirmed_inputs_do_not_fit_blocks_the_close_by_its_name(desk: User, centre: Centre) -> None:
    file = make_file(centre=centre, desk=desk, populations=("ADULT", "PAED"))
    make_file(desk=desk)
    assert file.batch is not None
    make_figures(file.batch, desk)
    children = Input.objects.get(field="billed_paed", key="2023", centre=centre, superseded_by=None)
    Input.objects.filter(pk=children.pk).update(value={"470654": 900, "470665": 900})
    end_intake(file.batch, by=desk, at=IN_AUGUST)
    found = {each.where for each in blocking_items(file.batch) if each.code == "inputs-do-not-fit"}
    assert found == {centre.site_number}


def test_capacity_stands_at_the_vote_though_new_treatments_were_delivered_since() -> None:
    sitting = make_sitting(opened=False)
    make_realised(make_desk(), [sitting.application.centre], sitting.application.product)
    opened = open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    standing = current_assessment(sitting.application)
    assert standing is not None
    assert (opened.state, standing.facts["capacity"], standing.outcome) == ("OPEN", "SHORTAGE", "ELIGIBLE")


def test_round_whose_only_file_was_withdrawn_is_sealed_when_it_closes(desk: User) -> None:
    file = make_file(desk=desk)
    assert file.batch is not None
    make_figures(file.batch, desk)
    end_intake(file.batch, by=desk, at=IN_AUGUST)
    assert file.submitted_by is not None
    withdraw_application(file, by=file.submitted_by, at=IN_AUGUST, reason="No longer needed.")
    assert close_and_render(file.batch, by=desk, at=IN_AUGUST).state == "SEALED"
