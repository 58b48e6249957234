"""What does not agree about a site: found, shown with its sources, and resolved once by a person with a reason."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import AuditEvent, User
from applications.models import Annex, Application, Batch
from centres.models import Centre, Certificate
from centres.services.certificates import change_certificate, register_certificate
from evaluation.board.rows import board_rows
from evaluation.differences import Difference, blocking_differences, differences_of, differences_of_site
from evaluation.enums import DifferenceKind
from evaluation.facts import gather_facts, site_records
from evaluation.live import evaluate_live
from evaluation.models import Input, Resolution, Supplement
from evaluation.services.closing import blocking_items
from evaluation.services.differences import resolve_difference
from evaluation.services.evaluations import assess_application, evaluate_site
from evaluation.services.inputs import confirm_input
from tests.builders import IN_AUGUST, IN_JULY, make_batch, make_certificate_value, make_user
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review, signed_in

pytestmark = pytest.mark.django_db
REASON = "The certificate on page 2 says so."
OF_CERTIFICATES = ("C1a", "C1b", "C1c", "P1")


@pytest.fixture
def desk() -> User:
    return make_desk()


@pytest.fixture
def application(desk: User) -> Application:
    return make_file(desk=desk, populations=("ADULT", "PAED"))


@pytest.fixture
def batch(application: Application) -> Batch:
    assert application.batch is not None
    return application.batch


def state(batch: Batch, centre: Centre, field: str, key: str, value: Any, *, confirmed: bool = False) -> Input:
    by = make_desk()
    seen = {"confirmed_by": by, "confirmed_at": IN_AUGUST} if confirmed else {}
    about = {"batch": batch, "centre": centre, "stated_by": by, "stated_at": IN_JULY, "stated_in": "FORM"}
    return Input.objects.create(**about, **seen, field=field, key=key, value=value)


def line(batch: Batch, centre: Centre, *, count: int, reference: str = "NCT01", year: int = 2024) -> Supplement:
    about = {"batch": batch, "centre": centre, "stated_by": make_desk(), "stated_at": IN_JULY, "stated_in": "FORM"}
    return Supplement.objects.create(**about, year=year, basis="STUDY", reference=reference, count=count, paed=0)


def found(batch: Batch, centre: Centre, *, is_open: bool = True) -> list[Difference]:
    record = site_records(batch, [centre])[centre.pk]
    return [each for each in differences_of_site(record) if each.is_open is is_open]


def kinds(batch: Batch, centre: Centre) -> list[tuple[str, str, bool]]:
    return [(str(each.kind), each.key, each.blocks) for each in found(batch, centre)]


def register(application: Application, **changes: object) -> Certificate:
    """The certificate of the file as its body issued it, with something else than stated."""
    stated = Input.objects.get(field="certificate", application=application).value | changes
    centres = [application.centre]
    return register_certificate(centres, stated=stated, programme_name="Programme", by=None, at=IN_JULY)


def resolve(batch: Batch, centre: Centre, each: Difference, *, chosen: int | None = None, by: User) -> Resolution:
    return resolve_difference(batch, centre, sha256=each.sha256, chosen=chosen, reason=REASON, by=by, at=IN_AUGUST)


def open_verdicts(batch: Batch, centre: Centre) -> dict[str, str]:
    record = site_records(batch, [centre])[centre.pk]
    evaluation = evaluate_live(record, gather_facts(record, populations=["ADULT", "PAED"]))
    return {name: evaluation.finding(name).verdict.value for name in OF_CERTIFICATES}


def confirm_certificate(desk: User) -> None:
    confirm_input(Input.objects.get(field="certificate"), by=desk, at=IN_AUGUST)


def test_site_whose_sources_agree_has_no_difference(batch: Batch, application: Application) -> None:
    register(application)
    assert kinds(batch, application.centre) == []


def test_certificate_and_a_file_that_states_none_leave_the_certificates_unknown(
    batch: Batch, application: Application, desk: User
) -> None:
    centre = application.centre
    confirm_certificate(desk)
    none = state(batch, centre, "no_certificates", "", True)
    assert kinds(batch, centre) == [("NO_CERTIFICATE", "", True)]
    record = site_records(batch, [centre])[centre.pk]
    assert gather_facts(record, populations=["ADULT"]).certificates is None
    assert set(open_verdicts(batch, centre).values()) == {"TO_VERIFY"}
    with pytest.raises(Conflict, match="contradicted"):
        confirm_input(none, by=desk, at=IN_AUGUST)


@pytest.mark.parametrize(("chosen", "left"), [(0, ["certificate"]), (1, ["no_certificates"])])
def test_choice_between_a_certificate_and_none_sets_the_other_aside(
    chosen: int, left: list[str], batch: Batch, application: Application, desk: User
) -> None:
    centre = application.centre
    state(batch, centre, "no_certificates", "", True)
    resolve(batch, centre, found(batch, centre)[0], chosen=chosen, by=desk)
    rows = Input.objects.filter(centre=centre, field__in=("certificate", "no_certificates"), dismissed_at=None)
    assert ([row.field for row in rows], kinds(batch, centre)) == (left, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": "2024-05-02"},
        {"valid_to": "2027-04-30"},
        {"extended_to": "2028-12-31"},
        {"scopes": [["ADULT", "ALLO"]]},
        {"facilities": [{"role": "CLINICAL", "site": "8000000071"}]},
    ],
)
def test_certificate_unlike_its_register_leaves_the_certificates_unknown(
    changes: dict[str, object], batch: Batch, application: Application, desk: User
) -> None:
    confirm_certificate(desk)
    register(application, **changes)
    assert kinds(batch, application.centre)[0] == ("REGISTER", "TEST-1", True)
    assert set(open_verdicts(batch, application.centre).values()) == {"TO_VERIFY"}


@pytest.mark.parametrize("changes", [{"scopes": []}, {"facilities": None}, {"renewal_filed_on": "2027-01-01"}])
def test_what_the_register_or_the_file_is_silent_on_is_no_contradiction(
    changes: dict[str, object], batch: Batch, application: Application
) -> None:
    register(application, **changes)
    assert blocking_differences(site_records(batch, [application.centre])[application.centre_id]) == ()


def test_certificate_that_the_register_does_not_know_is_no_contradiction(
    batch: Batch, application: Application
) -> None:
    register(application, number="TEST-2", valid_to="2027-04-30")
    assert kinds(batch, application.centre) == []


def test_register_that_holds_replaces_what_was_stated(batch: Batch, application: Application, desk: User) -> None:
    register(application, valid_to="2027-04-30")
    (each,) = found(batch, application.centre)
    resolution = resolve(batch, application.centre, each, chosen=1, by=desk)
    standing = Input.objects.get(field="certificate", superseded_by=None)
    assert (standing.value["valid_to"], standing.is_confirmed, standing.page) == ("2027-04-30", True, 2)
    assert (resolution.kind, resolution.reason, resolution.by) == ("REGISTER", REASON, desk)
    assert kinds(batch, application.centre) == []


def test_statement_that_holds_counts_until_the_register_changes_again(
    batch: Batch, application: Application, desk: User
) -> None:
    centre, entry = application.centre, register(application, valid_to="2027-04-30")
    resolve(batch, centre, found(batch, centre)[0], chosen=0, by=desk)
    record = site_records(batch, [centre])[centre.pk]
    assert (kinds(batch, centre), gather_facts(record, populations=["ADULT"]).certificates is None) == ([], False)
    stated = make_certificate_value(valid_to="2026-12-31", scopes=[["ADULT", "ALLO"], ["ADULT", "IEC"]])
    change_certificate(entry, centres=[centre], stated=stated, programme_name="", by=desk, at=IN_AUGUST)
    assert kinds(batch, centre) == [("REGISTER", "TEST-1", True)]
    page = signed_in(desk).get(f"/batches/2026-07/sites/{centre.site_number}/").content.decode()
    assert "lapsed: a source has changed since" in page


def test_number_that_another_site_states_or_holds_in_the_register_is_listed(
    batch: Batch, application: Application, desk: User
) -> None:
    other = make_file(desk=desk)
    assert kinds(batch, application.centre) == [("NUMBER_ELSEWHERE", "test-1", False)]
    Input.objects.filter(centre=other.centre, field="certificate").delete()
    assert kinds(batch, application.centre) == []
    value = Input.objects.get(field="certificate").value | {"facilities": None}
    register_certificate([other.centre], stated=value, programme_name="Other", by=None, at=IN_JULY)
    assert kinds(batch, application.centre) == [("NUMBER_ELSEWHERE", "test-1", False)]


def test_count_of_the_hospital_beside_what_is_booked_is_listed_and_scores_nothing(
    batch: Batch, application: Application, desk: User
) -> None:
    centre = application.centre
    make_figures(batch, desk, acts=(27, 28, 28))
    state(batch, centre, "declared_allografts", "2022", 27)
    assert kinds(batch, centre) == []
    state(batch, centre, "declared_allografts", "2023", 31)
    assert kinds(batch, centre) == [("DECLARED", "2023", False)]


def test_part_that_is_greater_than_its_whole_is_listed(batch: Batch, application: Application, desk: User) -> None:
    centre = application.centre
    state(batch, centre, "declared_allografts", "2024", 3)
    line(batch, centre, count=2)
    assert kinds(batch, centre) == []
    line(batch, centre, count=2, reference="NCT02")
    assert kinds(batch, centre) == [("TOTALS", "2024", False)]
    state(batch, centre, "billed_paed", "2023", {"470654": 0, "470665": 9}, confirmed=True)
    state(batch, centre, "billed", "2023", {"470654": 0, "470665": 8}, confirmed=True)
    assert ("TOTALS", "2023", False) in kinds(batch, centre)


@pytest.mark.parametrize(
    ("field", "key", "before", "now"),
    [
        ("declared_allografts", "2024", 30, 31),
        ("laboratory_site", "", "8000000071", "8000000170"),
        ("billed", "2024", {"470654": 0, "470665": 30}, {"470654": 0, "470665": 29}),
    ],
)
def test_fact_with_another_value_in_an_earlier_batch_is_listed(
    field: str, key: str, before: object, now: object, batch: Batch, application: Application
) -> None:
    centre, january = application.centre, make_batch(2026, 1)
    Input.objects.filter(centre=centre, field=field).delete()
    state(january, centre, field, key, before, confirmed=True)
    state(batch, centre, field, key, now)
    assert ("EARLIER", key, False) in kinds(batch, centre)
    Input.objects.filter(batch=batch, centre=centre, field=field).update(value=before)
    assert [each for each in kinds(batch, centre) if each[0] == "EARLIER"] == []


def test_days_of_a_certificate_in_an_earlier_batch_are_listed_and_its_extension_is_not(
    batch: Batch, application: Application
) -> None:
    january, stated = make_batch(2026, 1), Input.objects.get(field="certificate")
    earlier = state(january, application.centre, "certificate", "TEST-1", stated.value, confirmed=True)
    Input.objects.filter(pk=earlier.pk).update(value=stated.value | {"extended_to": "2028-09-30"})
    assert kinds(batch, application.centre) == []
    Input.objects.filter(pk=earlier.pk).update(value=stated.value | {"valid_from": "2020-05-01"})
    assert kinds(batch, application.centre) == [("EARLIER", "TEST-1", False)]


def test_document_and_reference_on_two_sites_are_listed_on_both_and_noted_once(
    batch: Batch, application: Application, desk: User
) -> None:
    other = make_file(desk=desk)
    Input.objects.filter(field="certificate", centre=other.centre).delete()
    Annex.objects.filter(application=other).update(sha256=application.annexes.get().sha256)
    for centre in (application.centre, other.centre):
        line(batch, centre, count=1, reference="nct 01" if centre == other.centre else "NCT01")
    expected = [("SAME_FILE", False), ("SAME_REFERENCE", False)]
    assert [(kind, blocks) for kind, _key, blocks in kinds(batch, application.centre)] == expected
    assert [each.sha256 for each in found(batch, application.centre)] == [
        each.sha256 for each in found(batch, other.centre)
    ]
    assert board_rows(batch, for_user=desk).to_note == len(expected)
    for each in found(batch, application.centre):
        assert resolve(batch, application.centre, each, by=desk).chosen_value is None
    assert (kinds(batch, application.centre), kinds(batch, other.centre)) == ([], [])


def test_note_lapses_when_a_source_changes(batch: Batch, application: Application, desk: User) -> None:
    centre = application.centre
    make_figures(batch, desk, acts=(27, 28, 28))
    declared = state(batch, centre, "declared_allografts", "2024", 30)
    resolve(batch, centre, found(batch, centre)[0], by=desk)
    assert (kinds(batch, centre), len(found(batch, centre, is_open=False))) == ([], 1)
    Input.objects.filter(pk=declared.pk).update(value=31)
    assert kinds(batch, centre) == [("DECLARED", "2024", False)]


def test_second_clerk_hears_who_resolved_it(batch: Batch, application: Application, desk: User) -> None:
    centre = application.centre
    register(application, valid_to="2027-04-30")
    (each,) = found(batch, centre)
    resolve(batch, centre, each, chosen=0, by=desk)
    with pytest.raises(Conflict, match="difference-resolved") as refused:
        resolve(batch, centre, each, chosen=1, by=make_desk())
    assert (refused.value.message, Resolution.objects.count()) == (
        "L. Example has resolved this already; nothing was changed.",
        1,
    )


def test_database_keeps_one_resolution_of_the_same_sources(batch: Batch, application: Application, desk: User) -> None:
    register(application, valid_to="2027-04-30")
    resolution = resolve(batch, application.centre, found(batch, application.centre)[0], chosen=0, by=desk)
    resolution.pk, resolution._state.adding = None, True
    with pytest.raises(IntegrityError, match="resolution_once"), transaction.atomic():
        resolution.save(force_insert=True)


def test_resolution_asks_for_a_person_a_reason_and_a_choice(batch: Batch, application: Application, desk: User) -> None:
    register(application, valid_to="2027-04-30")
    (each,) = found(batch, application.centre)
    about: dict[str, Any] = {"sha256": each.sha256, "at": IN_AUGUST}
    with pytest.raises(NotAllowed, match="secretariat-only"):
        resolve_difference(batch, application.centre, chosen=0, reason=REASON, by=make_user(Role.AUDITOR), **about)
    with pytest.raises(Invalid, match="reason-missing"):
        resolve_difference(batch, application.centre, chosen=0, reason=" ", by=desk, **about)
    for place in (None, 9):
        with pytest.raises(Invalid, match="choice-missing"):
            resolve_difference(batch, application.centre, chosen=place, reason=REASON, by=desk, **about)
    assert Resolution.objects.count() == 0


def test_resolution_is_told_in_the_audit_trail_and_in_the_provenance(
    batch: Batch, application: Application, desk: User
) -> None:
    register(application, valid_to="2027-04-30")
    resolution = resolve(batch, application.centre, found(batch, application.centre)[0], chosen=0, by=desk)
    stored = evaluate_site(batch, application.centre, stage="REVIEW", by=desk, at=IN_AUGUST)
    (told,) = stored.provenance["resolutions"]
    assert (told["kind"], told["reason"], told["by"]) == ("REGISTER", REASON, desk.name)
    assert [(each["kind"], each["page"]) for each in told["sources"]] == [("STATED", 2), ("REGISTER", None)]
    event = AuditEvent.objects.get(verb="resolve_difference")
    assert (event.subject_id, event.by, event.reason) == (str(resolution.pk), desk, REASON)


def test_blocking_difference_keeps_the_batch_open_and_leads_to_its_page(
    batch: Batch, application: Application, desk: User
) -> None:
    put_in_review(batch, desk)
    register(application, valid_to="2027-04-30")
    (each,) = found(batch, application.centre)
    items = [item for item in blocking_items(batch) if item.code == "certificate-unlike-register"]
    assert [(item.where, item.difference) for item in items] == [(application.centre.site_number, each.sha256)]
    assert "differs from the register" in items[0].message
    client = signed_in(desk)
    address = f"/batches/2026-07/sites/{application.centre.site_number}/differences/{each.sha256}/"
    assert address in client.get("/batches/2026-07/close/").content.decode()
    page = client.get(address).content.decode()
    assert ("30/04/2028" in page, "30/04/2027" in page, "p. 2" in page, "register of certificates" in page) == (
        True,
        True,
        True,
        True,
    )


def test_listed_difference_is_noted_on_its_page_and_blocks_nothing(
    batch: Batch, application: Application, desk: User
) -> None:
    put_in_review(batch, desk)
    make_figures(batch, desk, acts=(27, 28, 28))
    state(batch, application.centre, "declared_allografts", "2024", 30)
    (each,) = found(batch, application.centre)
    client, site = signed_in(desk), f"/batches/2026-07/sites/{application.centre.site_number}/"
    assert "Listed to be noted" in client.get(site).content.decode()
    assert "1 to note" in client.get("/batches/2026-07/").content.decode()
    answer = client.post(f"{site}differences/{each.sha256}/", {"reason": REASON})
    assert answer["Location"] == f"{site}#differences"
    assert REASON in client.get(site).content.decode()
    assert [item for item in blocking_items(batch) if item.difference] == []


def test_differences_of_a_site_give_every_file_the_same_verdicts(
    batch: Batch, application: Application, desk: User
) -> None:
    other = make_file(centre=application.centre, desk=desk)
    put_in_review(batch, desk)
    make_figures(batch, desk)
    state(batch, application.centre, "no_certificates", "", True)
    evaluation = evaluate_site(batch, application.centre, stage="REVIEW", by=desk, at=IN_AUGUST)
    assessed = [
        assess_application(each, evaluation, stage="REVIEW", by=desk, at=IN_AUGUST) for each in (application, other)
    ]
    verdicts = [{row["id"]: row["verdict"] for row in each.answer["findings"]} for each in assessed]
    assert [{name: each[name] for name in ("C1a", "C1b", "C1c")} for each in verdicts] == [
        {"C1a": "TO_VERIFY", "C1b": "TO_VERIFY", "C1c": "TO_VERIFY"}
    ] * 2


def test_records_differences_and_board_ask_as_often_for_thirty_sites_as_for_one(desk: User) -> None:
    first = make_file(desk=desk, supplement=True)
    assert first.batch is not None
    batch = first.batch

    def asked() -> list[int]:
        centres = list(Centre.objects.filter(applications__batch=batch))
        for centre in centres:
            if not Certificate.objects.exists():
                stated = make_certificate_value(valid_to="2027-04-30", scopes=[["ADULT", "ALLO"]])
                register_certificate([centre], stated=stated, programme_name="P", by=None, at=IN_JULY)
        numbers = []
        for work in (lambda: differences_of(site_records(batch, centres)), lambda: board_rows(batch, for_user=desk)):
            with CaptureQueriesContext(connection) as queries:
                work()
            numbers.append(len(queries))
        return numbers

    one = asked()
    for _each in range(29):
        make_file(desk=desk, supplement=True)
    assert asked() == one


def test_kinds_that_block_are_three() -> None:
    blocking = [kind for kind in DifferenceKind if Difference(kind, "certificate", "", ()).blocks]
    assert blocking == ["STATEMENTS", "NO_CERTIFICATE", "REGISTER"]
