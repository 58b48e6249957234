from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, Invalid, NotAllowed, NotFound
from accounts.models import AuditEvent
from applications.models import Statement
from applications.services.drafts import (
    Fact,
    change_application,
    delete_draft,
    save_answers,
    start_application,
    state_fact,
    unstate_fact,
)
from tests.builders import (
    IN_JULY,
    holder_of,
    make_annex,
    make_application,
    make_batch,
    make_centre,
    make_certificate_value,
    make_paragraph,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refused.value.problems]


def test_start_application_keeps_what_was_given_and_leaves_a_line() -> None:
    staff = make_staff()
    draft = make_application(staff=staff, populations=("PAED", "ADULT"), external_reference="OUR-1")
    assert (draft.state, draft.version, draft.populations, draft.forecast) == ("DRAFT", 1, ["ADULT", "PAED"], (4, 6, 8))
    assert (draft.batch, draft.number, draft.reference, draft.holder) == (None, None, "OUR-1", holder_of(staff))
    line = AuditEvent.objects.get(subject_id=str(draft.pk))
    assert (line.verb, line.by, line.at) == ("start", staff, IN_JULY)


def test_start_application_refuses_with_all_faults_at_once() -> None:
    staff = make_staff()
    make_application(staff=staff, external_reference="OUR-1")
    paragraph = make_paragraph()
    with pytest.raises(Invalid) as refused:
        start_application(
            holder=holder_of(staff),
            product=make_paragraph().product,
            paragraph=paragraph,
            centre=make_centre(),
            populations=[],
            language="de",
            contact_email="x",
            external_reference="OUR-1",
            apheresis_site="8.000.000.072",
            by=staff,
            at=IN_JULY,
        )
    assert codes(refused) == [
        ("/populations", "populations-missing"),
        ("/language", "language-not-nl-fr"),
        ("/contact_email", "email-invalid"),
        ("/apheresis_site", "site-number-check-digit"),
        ("/paragraph", "paragraph-of-other-product"),
        ("/external_reference", "reference-taken"),
    ]


def test_start_application_is_for_staff_of_the_holder_only() -> None:
    paragraph, holder = make_paragraph(), holder_of(make_staff())
    for person in (make_staff(), make_user(Role.SECRETARIAT), make_user(Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            start_application(
                holder=holder,
                product=paragraph.product,
                paragraph=paragraph,
                centre=make_centre(),
                populations=["ADULT"],
                language="nl",
                contact_email="a@test.example",
                by=person,
                at=IN_JULY,
            )


def test_change_application_raises_the_version_only_when_something_changes() -> None:
    staff = make_staff()
    draft = make_application(staff=staff)
    same = change_application(draft, changes={"language": "nl"}, by=staff, at=IN_JULY, expected_version=1)
    changed = change_application(draft, changes={"language": "fr"}, by=staff, at=IN_JULY, expected_version=1)
    assert (same.version, changed.version, changed.language) == (1, 2, "fr")
    line = AuditEvent.objects.filter(subject_id=str(draft.pk)).latest("seq")
    assert (line.verb, line.before, line.after) == ("change", {"language": "nl"}, {"language": "fr"})


def test_change_application_refuses_a_version_that_is_no_longer_the_present_one() -> None:
    staff = make_staff()
    draft = make_application(staff=staff)
    change_application(draft, changes={"motivation": "one"}, by=staff, at=IN_JULY, expected_version=1)
    with pytest.raises(Conflict) as refused:
        change_application(draft, changes={"motivation": "two"}, by=staff, at=IN_JULY, expected_version=1)
    draft.refresh_from_db()
    assert (refused.value.code, draft.motivation) == ("stale-version", "one")


def test_change_application_refuses_unknown_fields_and_submitted_applications() -> None:
    staff = make_staff()
    with pytest.raises(Invalid) as refused:
        change_application(make_application(staff=staff), changes={"state": "DECIDED"}, by=staff, at=IN_JULY)
    assert codes(refused) == [("/state", "field-unknown")]
    with pytest.raises(Conflict) as closed:
        change_application(make_application(staff=staff, submitted=True), changes={}, by=staff, at=IN_JULY)
    assert closed.value.code == "not-a-draft"


def test_save_answers_writes_a_step_whole_or_not_at_all() -> None:
    staff = make_staff()
    draft = make_application(staff=staff)
    facts = [Fact("declared_allografts", 27, "2022"), Fact("declared_allografts", "many", "2023")]
    with pytest.raises(Invalid) as refused:
        save_answers(draft, changes={"language": "fr"}, stated=facts, by=staff, at=IN_JULY)
    draft.refresh_from_db()
    assert codes(refused) == [("/statements/declared_allografts/2023", "count-invalid")]
    assert (draft.language, draft.version, Statement.objects.count()) == ("nl", 1, 0)


def test_state_fact_replaces_the_same_key_and_certificates_rule_out_none() -> None:
    staff = make_staff()
    draft = make_application(staff=staff)
    state_fact(draft, field="no_certificates", value=True, by=staff, at=IN_JULY)
    for valid_to in ("2027-01-01", "2028-01-01"):
        value = make_certificate_value(valid_to=valid_to)
        state_fact(draft, field="certificate", key="TEST-1", value=value, by=staff, at=IN_JULY)
    assert [(row.field, row.key, row.value["valid_to"]) for row in draft.statements.all()] == [
        ("certificate", "TEST-1", "2028-01-01")
    ]
    unstate_fact(draft.statements.get(), by=staff, at=IN_JULY)
    draft.refresh_from_db()
    assert (draft.statements.count(), draft.version) == (0, 5)


def test_state_fact_cites_only_pages_of_own_documents() -> None:
    staff = make_staff()
    draft, other = make_application(staff=staff), make_application(staff=staff)
    annex, foreign = make_annex(draft, by=staff), make_annex(other, by=staff)
    state_fact(draft, field="declared_allografts", key="2022", value=1, annex=annex, page=2, by=staff, at=IN_JULY)
    for cited, page in ((annex, 3), (foreign, 1)):
        with pytest.raises(Invalid) as refused:
            state_fact(
                draft, field="declared_allografts", key="2023", value=1, annex=cited, page=page, by=staff, at=IN_JULY
            )
        assert codes(refused) == [("/statements/declared_allografts/2023/page", "annex-page")]


def test_free_text_with_a_national_number_is_refused() -> None:
    staff = make_staff()
    draft = make_application(staff=staff)
    with pytest.raises(Invalid) as refused:
        state_fact(draft, field="narrative", key="C3a", value={"text": "see 85.07.30-033.28"}, by=staff, at=IN_JULY)
    assert codes(refused) == [("/statements/narrative/C3a/text", "national-number")]


def test_another_holder_cannot_change_state_or_delete_a_draft() -> None:
    draft, stranger = make_application(), make_staff()
    with pytest.raises(NotFound):
        change_application(draft, changes={"language": "fr"}, by=stranger, at=IN_JULY)
    with pytest.raises(NotFound):
        state_fact(draft, field="no_certificates", value=True, by=stranger, at=IN_JULY)
    with pytest.raises(NotFound):
        delete_draft(draft, by=stranger, at=IN_JULY)


def test_delete_draft_withdraws_it_without_a_reference() -> None:
    staff = make_staff()
    make_batch()
    gone = delete_draft(make_application(staff=staff), by=staff, at=IN_JULY)
    assert (gone.state, gone.number, gone.batch) == ("WITHDRAWN", None, None)


def test_change_application_is_kept_when_the_clock_was_set_back() -> None:
    staff = make_staff()
    draft = make_application(staff=staff)
    changed = change_application(draft, changes={"language": "fr"}, by=staff, at=IN_JULY - timedelta(hours=3))
    assert (changed.language, changed.changed_at) == ("fr", IN_JULY)
