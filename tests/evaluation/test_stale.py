"""An open norm counts only while a second person stands beside the first, on what both have read."""

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, NotAllowed
from accounts.models import User
from applications.enums import EvidenceSlot
from applications.models import Annex, Application, Batch
from centres.models import RealisedTreatment
from centres.selectors import realised_treatments
from evaluation.board.cells import live_reckoning
from evaluation.board.open_matters import open_matters
from evaluation.enums import JudgedCriterion
from evaluation.facts import gather_facts, is_stale, judged_value, site_records
from evaluation.models import Input, Judgement
from evaluation.records import SiteRecord
from evaluation.services.evaluations import evaluate_site
from evaluation.services.judgements import (
    assess_capacity,
    counted_capacity,
    countersign_capacity,
    countersign_judgement,
    record_judgement,
)
from tests.builders import IN_AUGUST, IN_JULY, make_batch, make_user
from tests.evaluation.review import make_desk, make_figures, make_file, make_realised, put_in_review, signed_in

pytestmark = pytest.mark.django_db
SLOT = {
    "C3a": EvidenceSlot.INTENSIVE_CARE,
    "C3b": EvidenceSlot.NEUROLOGY,
    "C5": EvidenceSlot.RESEARCH,
    "C6": EvidenceSlot.REGISTER,
    "P3": EvidenceSlot.PAED_INTENSIVE_CARE,
}


@pytest.fixture
def desk() -> User:
    return make_desk()


@pytest.fixture
def application(desk: User) -> Application:
    return make_file(desk=desk, populations=("ADULT", "PAED"))


@pytest.fixture
def batch(application: Application, desk: User) -> Batch:
    assert application.batch is not None
    batch = put_in_review(application.batch, desk)
    make_figures(batch, desk)
    return batch


def record_of(batch: Batch, application: Application) -> SiteRecord:
    return site_records(batch, [application.centre])[application.centre_id]


def tell(batch: Batch, application: Application, criterion: str, *, page: int = 1) -> Input:
    annex = Annex.objects.filter(application=application).first()
    return Input.objects.create(
        batch=batch,
        centre=application.centre,
        application=application,
        stated_by=annex.added_by if annex else make_desk(),
        stated_at=IN_JULY,
        stated_in="FORM",
        annex=annex,
        page=page,
        field="narrative",
        key=criterion,
        value={"text": "As the rota shows."},
    )


def judged(batch: Batch, application: Application, criterion: str, desk: User) -> Judgement:
    given = {"criterion": criterion, "value": "MET", "reason": "Rota.", "by": desk, "at": IN_AUGUST}
    return record_judgement(batch, application.centre, **given)  # type: ignore[arg-type]  # one dict for all words


@pytest.mark.parametrize("criterion", JudgedCriterion.values)
def test_judgement_counts_once_another_person_countersigned_it(
    criterion: str, batch: Batch, application: Application, desk: User
) -> None:
    judgement = judged(batch, application, criterion, desk)
    assert judged_value(record_of(batch, application), criterion) == "TO_VERIFY"
    with pytest.raises(NotAllowed, match="countersign-by-another"):
        countersign_judgement(judgement, by=desk, at=IN_AUGUST)
    countersign_judgement(judgement, by=make_desk(), at=IN_AUGUST)
    assert judged_value(record_of(batch, application), criterion) == "MET"


@pytest.mark.parametrize("criterion", JudgedCriterion.values)
@pytest.mark.parametrize("change", ["statement", "page", "file added", "file removed"])
def test_countersign_lapses_when_what_it_rested_on_changes(
    criterion: str, change: str, batch: Batch, application: Application, desk: User
) -> None:
    stated = tell(batch, application, criterion)
    annex = _proof(application, criterion, mark="a")
    countersign_judgement(judged(batch, application, criterion, desk), by=make_desk(), at=IN_AUGUST)
    match change:
        case "statement":
            Input.objects.filter(pk=stated.pk).update(value={"text": "Another rota."})
        case "page":
            Input.objects.filter(pk=stated.pk).update(page=2)
        case "file added":
            _proof(application, criterion, mark="b")
        case "file removed":
            Annex.objects.filter(pk=annex.pk).update(removed_at=IN_AUGUST, removed_by=desk)
    record = record_of(batch, application)
    assert (is_stale(record, record.judgements[criterion]), judged_value(record, criterion)) == (True, "TO_VERIFY")
    page = signed_in(desk).get(f"/batches/2026-07/sites/{application.centre.site_number}/").content.decode()
    assert "What this rested on has changed since. Judge anew." in page


def _proof(application: Application, criterion: str, *, mark: str) -> Annex:
    return Annex.objects.create(
        application=application,
        number=application.annexes.count() + 1,
        slot=SLOT[criterion],
        title=mark,
        file_name=f"{mark}.pdf",
        sha256=mark * 64,
        size=1,
        pages=2,
        added_by=make_desk(),
        added_at=IN_JULY,
    )


def test_stale_judgement_is_judged_anew_before_it_counts_again(
    batch: Batch, application: Application, desk: User
) -> None:
    stated = tell(batch, application, "C5")
    judgement = judged(batch, application, "C5", desk)
    Input.objects.filter(pk=stated.pk).update(value={"text": "Another trial."})
    with pytest.raises(Conflict, match="judgement-stale"):
        countersign_judgement(judgement, by=make_desk(), at=IN_AUGUST)
    anew = judged(batch, application, "C5", desk)
    countersign_judgement(anew, by=make_desk(), at=IN_AUGUST)
    assert judged_value(record_of(batch, application), "C5") == "MET"


def test_interface_concludes_and_countersigns_nothing(batch: Batch, application: Application, desk: User) -> None:
    service = make_user(Role.SECRETARIAT)
    service.set_unusable_password()
    service.is_service = True
    service.save()
    judgement = judged(batch, application, "C3a", desk)
    with pytest.raises(NotAllowed, match="person-only"):
        judged(batch, application, "C3a", service)
    with pytest.raises(NotAllowed, match="person-only"):
        countersign_judgement(judgement, by=service, at=IN_AUGUST)
    with pytest.raises(NotAllowed, match="person-only"):
        assess_capacity(application, value="SHORTAGE", reason="Waiting.", by=service, at=IN_AUGUST)


@pytest.mark.parametrize("role", [Role.HOLDER, Role.MEMBER, Role.CHAIR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_but_the_secretariat_judges(role: Role, batch: Batch, application: Application) -> None:
    with pytest.raises(NotAllowed, match="secretariat-only"):
        judged(batch, application, "C3a", make_user(role))


def test_capacity_counts_only_on_the_figures_it_rested_on(batch: Batch, application: Application, desk: User) -> None:
    make_realised(desk, [application.centre], application.product)
    assessment = assess_capacity(application, value="SHORTAGE", reason="Waiting.", by=desk, at=IN_AUGUST)
    counted = [counted_capacity(assessment, application, realised_treatments())]
    with pytest.raises(NotAllowed, match="countersign-by-another"):
        countersign_capacity(assessment, by=desk, at=IN_AUGUST)
    assessment = countersign_capacity(assessment, by=make_desk(), at=IN_AUGUST)
    counted.append(counted_capacity(assessment, application, realised_treatments()))
    RealisedTreatment.objects.update(treatments=99)
    counted.append(counted_capacity(assessment, application, realised_treatments()))
    assert counted == [None, "SHORTAGE", None]
    panel = signed_in(desk).get(f"/batches/2026-07/files/{application.number}/findings/C7/").content.decode()
    assert "The figures have changed since. Assess anew." in panel


def test_stale_and_unsigned_count_as_to_verify_on_the_board_before_the_close_and_in_the_receipt(
    batch: Batch, application: Application, desk: User
) -> None:
    stated = tell(batch, application, "C3a")
    countersign_judgement(judged(batch, application, "C3a", desk), by=make_desk(), at=IN_AUGUST)
    Input.objects.filter(pk=stated.pk).update(page=2)
    judged(batch, application, "C3b", desk)
    record = record_of(batch, application)
    counted = dict(gather_facts(record, populations=["ADULT"]).judgements)
    assert [str(value) for name, value in sorted(counted.items())] == ["TO_VERIFY", "TO_VERIFY"]
    cells = live_reckoning(application, record, None)
    assert [cells.cell(name).verdict for name in ("C3a", "C3b", "C5", "C7")] == ["TO_VERIFY"] * 4
    told = [each.message for each in open_matters(batch)]
    site = f"{application.centre.site_number[0]}.{application.centre.site_number[1:4]}"
    assert [line.partition(": ")[2] for line in told if line.startswith(f"Site {site}")][:3] == [
        "C3a counts as to verify: what it rested on has changed.",
        "C3b counts as to verify: it is not countersigned.",
        "C5 counts as to verify: nobody has judged it.",
    ]
    assert f"{application.reference}: C7 counts as to verify: nobody has judged it." in told
    assert "What does not block, and stays open" in signed_in(desk).get("/batches/2026-07/close/").content.decode()
    stored = evaluate_site(batch, application.centre, stage="REVIEW", by=desk, at=IN_AUGUST)
    verdicts = {row["id"]: row["verdict"] for row in stored.answer["findings"]}
    assert (verdicts["C3a"], verdicts["C3b"], stored.facts["judgements"]["C3a"]) == ("TO_VERIFY",) * 3


def test_judgement_of_an_earlier_batch_is_never_taken_over(batch: Batch, application: Application, desk: User) -> None:
    countersign_judgement(judged(batch, application, "C3a", desk), by=make_desk(), at=IN_AUGUST)
    following = make_batch(2027, 1)
    later = site_records(following, [application.centre])[application.centre_id]
    assert (later.judgements, judged_value(later, "C3a"), Judgement.objects.filter(batch=following).count()) == (
        {},
        None,
        0,
    )
