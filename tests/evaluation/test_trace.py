"""The tree of a verdict: one sentence on screen, in the terminal, over the API and on paper, with all it rests on."""

from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.enums import Role, Scope
from accounts.models import User
from applications.models import Application
from evaluation.board.traces import live_trace, trace_of_application
from evaluation.dossiers.context import dossier_context
from evaluation.dossiers.render import render_html
from evaluation.facts import site_records
from evaluation.law import criteria_versions
from evaluation.models import Judgement
from evaluation.rules.explain import LANGUAGES
from evaluation.services.inputs import confirm_input
from evaluation.services.judgements import countersign_judgement, record_judgement
from evaluation.trace.build import trace
from evaluation.trace.sources import trace_of_stored
from tests.accounts.builders import make_token
from tests.builders import IN_AUGUST, make_user
from tests.evaluation.builders import Site, make_sealed_batch, standing
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review, signed_in

pytestmark = pytest.mark.django_db
SHORT = Site(billed=27)


def explained(*arguments: str) -> str:
    said = StringIO()
    call_command("explain", *arguments, stdout=said)
    return said.getvalue()


def with_token(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(user, Scope.EVALUATIONS_READ.value)}"})


def folded(text: str) -> str:
    """Without line breaks, entities and the wood of the tree."""
    return " ".join(unescape(text).replace("│", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_finding_says_the_same_sentence_on_screen_in_terminal_api_and_dossier(language: str) -> None:
    [application] = make_sealed_batch(site=SHORT)
    assessment = standing(application)
    finding = next(row for row in assessment.answer["findings"] if row["id"] == "C2")
    wanted = [finding["text"][language], finding["margin_text"][language]]
    wanted += [child["text"][language] for child in finding["children"]]
    reader = make_user(Role.AUDITOR, language=language)
    client = signed_in(reader)
    client.cookies["django_language"] = language
    assert application.batch is not None
    site = f"/batches/{application.batch.code}/sites/{application.centre.site_number}/"
    panel = f"/batches/{application.batch.code}/files/{application.number}/findings/C2/"
    told = {
        "site": client.get(site).content.decode(),
        "panel": client.get(panel).content.decode(),
        "as of": client.get(f"/evaluations/{assessment.pk}/").content.decode(),
        "terminal": explained(application.reference, "--language", language),
    }
    if language != "en":
        application.language = language
        application.save(update_fields=["language"])
        told["dossier"] = render_html(dossier_context(assessment))
    absent = {name: text for name, page in told.items() for text in wanted if folded(text) not in folded(page)}
    assert absent == {}
    body = with_token(reader).get(f"/api/v1/evaluations/{assessment.pk}").json()
    [row] = [each for each in body["findings"] if each["id"] == "C2"]
    assert [row["text"][language], row["margin_text"][language]] == wanted[:2]
    assert [child["text"][language] for child in row["children"]] == wanted[2:]


def test_tree_of_a_stored_evaluation_names_the_law_the_check_the_inputs_and_the_persons() -> None:
    [application] = make_sealed_batch()
    tree = trace_of_stored(standing(application), "en")
    criteria = criteria_versions()[0]
    assert (tree.criteria.id, tree.criteria.version, tree.criteria.sha256) == (
        criteria.id,
        criteria.version,
        criteria.sha256,
    )
    volume = tree.finding("C2")
    place = criteria.criterion("C2").provenance
    assert volume.law is not None
    assert (volume.law.sentence, volume.law.sentence_sha256) == (place.sentence, place.sentence_sha256)
    assert (volume.law.text, volume.law.is_translation) == (place.translations["en"], True)
    assert volume.check is not None
    assert (volume.check.name, volume.check.parameters["needed"]) == ("acts_reach_minimum", 84)
    assert [reading.id for reading in volume.readings] == list(criteria.criterion("C2").readings)
    assert [(row.label, row.words) for row in volume.inputs] == [
        (f"Booked acts {year}", "470654: 0, 470665: 29") for year in (2022, 2023, 2024)
    ]
    assert {(row.confirmed_by != "", row.confirmed_at) for row in volume.inputs} == {(True, IN_AUGUST)}
    judged = tree.finding("C3a").judgement
    assert judged is not None
    assert (judged.value, judged.reason, judged.counts) == ("MET", "As the rota shows.", True)
    capacity = tree.finding("C7").judgement
    assert capacity is not None
    assert (capacity.value, capacity.counts) == ("SHORTAGE", True)
    assert [child.id for child in volume.children] == ["C2.2022", "C2.2023", "C2.2024"]


def test_tree_of_a_file_in_review_follows_what_is_confirmed_and_who_signed() -> None:
    desk, other = make_desk(), make_desk("M. Second")
    application = make_file(desk=desk)
    assert application.batch is not None
    batch = put_in_review(application.batch, desk)
    make_figures(batch, desk)
    application.refresh_from_db()
    [certificate] = live_trace(application, "en").finding("C1b").inputs
    assert (certificate.confirmed_by, certificate.annex, certificate.page) == ("", 1, 2)
    assert certificate.stated_by == application.holder.name
    record = site_records(batch, [application.centre])[application.centre_id]
    confirm_input(next(row for row in record.inputs if row.field == "certificate"), by=desk, at=IN_AUGUST)
    [certificate] = live_trace(application, "en").finding("C1b").inputs
    assert (certificate.confirmed_by, certificate.confirmed_at) == (desk.name, IN_AUGUST)
    judgement = record_judgement(
        batch, application.centre, criterion="C3b", value="MET", reason="Rota.", by=desk, at=IN_AUGUST
    )
    seen = live_trace(application, "en").finding("C3b")
    assert seen.judgement is not None
    assert (seen.verdict, seen.judgement.counts) == ("TO_VERIFY", False)
    countersign_judgement(judgement, by=other, at=IN_AUGUST)
    seen = live_trace(application, "en").finding("C3b")
    assert seen.judgement is not None
    assert (seen.verdict, seen.judgement.countersigned_by) == ("MET", "M. Second")
    Judgement.objects.filter(pk=judgement.pk).update(inputs_sha256="0" * 64)
    stale = live_trace(application, "en").finding("C3b")
    assert stale.judgement is not None
    assert (stale.verdict, stale.judgement.stale, stale.judgement.counts) == ("TO_VERIFY", True, False)


def test_tree_in_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no tree in de"):
        trace({"criteria": {}, "findings": []}, {}, "de")


def test_explain_fits_a_hundred_columns_in_every_language() -> None:
    [application] = make_sealed_batch(site=SHORT)
    for language in LANGUAGES:
        lines = explained(application.reference, "--language", language).splitlines()
        assert max(map(len, lines)) <= 100
        assert len(lines) > 50


def test_explain_of_one_criterion_tells_only_that_one() -> None:
    [application] = make_sealed_batch(site=SHORT)
    text = explained(str(standing(application).site_evaluation_id), "--criterion", "C2")
    assert text.startswith("C2 · ")
    assert "C1a · " not in text
    assert "sha256" in text


def test_explain_of_a_receipt_shows_its_findings(tmp_path: Any) -> None:
    [application] = make_sealed_batch(site=SHORT)
    client = with_token(make_user(Role.AUDITOR))
    file = tmp_path / "receipt.json"
    file.write_bytes(client.get(f"/api/v1/evaluations/{standing(application).pk}/receipt").content)
    assert standing(application).answer["findings"][3]["text"]["en"] in folded(explained(str(file)))


@pytest.mark.parametrize("what", ["2031-07/0001", "6c1f4a52-8d7e-4b0a-9a51-2f0d3c4b5e66", "/nowhere/receipt.json"])
def test_explain_of_nothing_says_so(what: str) -> None:
    with pytest.raises(CommandError) as told:
        explained(what)
    assert told.value.returncode == 2


def test_explain_of_a_draft_reference_without_assessment_is_live() -> None:
    desk = make_desk()
    application: Application = make_file(desk=desk)
    assert trace_of_application(application, "nl").about["application"] == application.reference
    assert "TE VERIFIËREN" in explained(application.reference, "--language", "nl")
