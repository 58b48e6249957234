"""The public pre-check without a script: every answer comes from the fields, and every fault stands at its own."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.forms import BoundField
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.codes import encode
from evaluation.rules.enums import Verdict
from evaluation.rules.facts import Facts
from evaluation.rules.parse import facts_as_json, parse_facts
from evaluation.web.entry import Entry
from evaluation.web.entry_pages import shown_entry, typed_entry
from tests.builders import make_batch
from tests.rules.stated import SITE, VERSIONS, certificate, stated, supplement, year

EXAMPLES = json.loads((Path(__file__).parents[1] / "cases" / "pre-check-examples.json").read_text())
ADMITTED = [each for each in EXAMPLES if "problems" not in each["expected"]]
FAULTY = [each for each in EXAMPLES if "problems" in each["expected"]]
ADDRESS = "/pre-check/"
USUAL = {"reference_on": "2026-07-31", "booked_years": [2022, 2023, 2024]}
Typed = dict[str, Any]

pytestmark = pytest.mark.django_db


def typed(entry: Entry) -> Typed:
    """What a browser would send of the fields as they stand."""
    sent: Typed = {}
    for part in entry.parts():
        for field in part:
            value = field.value()
            if value is True or (value is not False and value not in (None, "", [])):
                sent[field.html_name] = "on" if value is True else value if isinstance(value, list) else str(value)
    return sent


def fields_of(facts: Mapping[str, Any]) -> Typed:
    return typed(shown_entry(facts, usual=USUAL))


def post(client: Client, fields: Typed, **more: str) -> Any:
    return client.post(ADDRESS, fields | {"answer": "1"} | more)


def shown_verdicts(answer: Any) -> dict[str, str]:
    return {line.id: line.verdict for line in answer.context["answer"].lines}


def faults(answer: Any) -> dict[str, list[str]]:
    """Every fault by the name of its field."""
    fields: list[BoundField] = [field for part in answer.context["entry"].parts() for field in part]
    return {field.html_name: [str(each) for each in field.errors] for field in fields if field.errors}


def as_query(fields: Typed) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in fields.items():
        query.setlist(name, value if isinstance(value, list) else [str(value)])
    return query


def told(facts: Facts) -> dict[str, Any]:
    """The facts, where a year without figures and one that is not there say the same, and units stand in order."""
    document = facts_as_json(facts)
    document["allografts"] = [row for row in document["allografts"] if any(row[name] for name in row if name != "year")]
    for each in document["certificates"] or []:
        each["facilities"].sort(key=lambda row: (row["role"], row["site"]))
    return document


@pytest.mark.parametrize("example", ADMITTED, ids=[example["name"] for example in ADMITTED])
def test_example_goes_through_the_fields_and_comes_back_the_same(example: dict[str, Any]) -> None:
    facts = parse_facts(example["facts"], VERSIONS)
    entry = typed_entry(as_query(fields_of(facts_as_json(facts))), usual=USUAL)
    assert told(parse_facts(entry.document(), VERSIONS)) == told(facts)


@pytest.mark.parametrize("example", ADMITTED[::4], ids=[example["name"] for example in ADMITTED[::4]])
def test_example_is_answered_on_the_page_as_agreed(client: Client, example: dict[str, Any]) -> None:
    answer = post(client, fields_of(facts_as_json(parse_facts(example["facts"], VERSIONS))))
    wanted = {name: verdict for name, verdict in example["expected"]["verdicts"].items() if verdict != Verdict.NA}
    found = answer.context["answer"]
    assert (answer.status_code, found.outcome, shown_verdicts(answer)) == (200, example["expected"]["outcome"], wanted)


def test_page_opens_for_everyone_with_the_open_batch_and_nothing_answered(client: Client) -> None:
    batch = make_batch()
    answer = client.get(ADDRESS)
    main = answer.context["main"]
    given = main["reference_on"].value(), main.years, answer.context["answer"]
    assert (answer.status_code, given) == (200, (batch.reference_on.isoformat(), batch.booked_years, None))


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_page_speaks_each_language_and_english_to_german_readers(language: str) -> None:
    page = Client(headers={"accept-language": language}).get(ADDRESS + "?example")
    sentence = {"nl": "geteld", "fr": "comptées", "en": "counted", "de": "counted"}[language]
    found = next(line for line in page.context["answer"].lines if line.id == "C2")
    assert (page.status_code, sentence in found.sentence) == (200, True)


def test_example_of_the_page_is_one_short_and_says_when_it_could_pass(client: Client) -> None:
    found = {line.id: line for line in client.get(ADDRESS + "?example").context["answer"].lines}["C2"]
    assert (found.verdict, found.margin.startswith("1 transplantation short."), "at least 32" in found.outlook) == (
        "NOT_MET",
        True,
        True,
    )


def test_empty_field_is_unknown_never_zero_and_never_no() -> None:
    entry = typed_entry(as_query({"administration_site": SITE, "same_site": "on", "booked_from": "2022"}), usual=USUAL)
    assert entry.document() == {
        "administration_site": SITE,
        "apheresis_site": SITE,
        "booked_years": [2022, 2023, 2024],
        "populations": [],
    }


def test_two_years_known_leave_the_third_to_be_verified(client: Client) -> None:
    fields = fields_of(stated(allografts=[year(2022, 50), year(2023, 50)]))
    answer = post(client, fields)
    line = next(line for line in answer.context["answer"].lines if line.id == "C2")
    assert (line.verdict, line.missing) == ("TO_VERIFY", ("the booked figure of 2024",))


def test_zero_is_a_figure() -> None:
    entry = typed_entry(as_query({"booked_from": "2022", "booked_1": "0"}), usual=USUAL)
    assert entry.document()["allografts"] == [{"year": 2023, "billed": {"470654": 0, "470665": 0}}]


def test_every_fault_stands_at_its_field_all_at_once(client: Client) -> None:
    fields = fields_of(stated(allografts=[year(2022, 28) | {"supplements": [supplement(2)]}]))
    fields |= {"booked_1": "twenty-eight", "administration_site": "8000000072", "vote_on": "2026-01-01"}
    fields |= {"c0-valid_to": "2026-02-30", "c0-clinical_sites": f"{SITE} 123", "s0-paed": "9", "capacity": "PLENTY"}
    fields |= {"paed_0": "40", "laboratory_same": "", "laboratory_site": "0123456749"}
    answer = post(client, fields)
    wanted = {"booked_1", "administration_site", "vote_on", "c0-valid_to", "c0-clinical_sites", "s0-paed", "capacity"}
    assert (answer.status_code, set(faults(answer))) == (422, wanted | {"paed_0", "laboratory_site"})


def test_faulty_entry_loses_nothing_and_leads_to_each_field(client: Client) -> None:
    fields = fields_of(stated()) | {"booked_1": "twenty-eight", "c0-number": "", "c0-scopes": []}
    answer = post(client, fields)
    page = answer.content.decode()
    links = re.findall(r'<li><a href="#(\w[\w-]*)">', page)
    assert typed(answer.context["entry"]) == {name: value for name, value in fields.items() if value not in ("", [])}
    assert ("data-error-summary" in page, [link for link in links if f'id="{link}"' not in page]) == (True, [])
    assert answer.context["problems"][0]["message"] == "Booked, 2023: Enter a whole number, for example 29."


def test_part_at_fault_is_judged_as_unknown_beside_the_fault(client: Client) -> None:
    answer = post(client, fields_of(stated()) | {"booked_1": "x", "c0-valid_to": "2020-01-01", "judged_C5": "GOOD"})
    wanted = {"C1b": "TO_VERIFY", "C2": "TO_VERIFY", "C5": "TO_VERIFY", "C4": "MET", "C6": "MET"}
    found = shown_verdicts(answer)
    assert (answer.status_code, {name: found[name] for name in wanted}) == (422, wanted)


def test_fault_in_the_least_that_is_asked_leaves_no_answer(client: Client) -> None:
    answer = post(client, fields_of(stated()) | {"administration_site": "", "same_site": "on"})
    assert (answer.status_code, answer.context["answer"], list(faults(answer))) == (422, None, ["administration_site"])


@pytest.mark.parametrize("example", FAULTY, ids=[example["name"] for example in FAULTY])
def test_faulty_example_typed_into_the_fields_never_breaks_the_page(client: Client, example: dict[str, Any]) -> None:
    flat = {f"{name}": value for name, value in example["facts"].items() if isinstance(value, str | list)}
    assert post(client, flat).status_code == 422


def test_no_certificate_beside_a_certificate_is_a_fault(client: Client) -> None:
    answer = post(client, fields_of(stated()) | {"no_certificates": "on"})
    assert (answer.status_code, list(faults(answer))) == (422, ["no_certificates"])


def test_sum_that_is_not_that_of_the_codes_is_a_fault(client: Client) -> None:
    answer = post(client, fields_of(stated()) | {"booked_0": "30", "a470654_0": "1", "a470665_0": "28"})
    assert (answer.status_code, list(faults(answer))) == (422, ["booked_0"])


def test_certificate_taken_out_no_longer_counts(client: Client) -> None:
    answer = post(client, fields_of(stated()) | {"c0-remove": "on"})
    assert (shown_verdicts(answer)["C1b"], answer.context["certificates"]) == ("TO_VERIFY", [])


def test_room_for_another_keeps_what_was_typed_and_shouts_at_nothing(client: Client) -> None:
    fields = fields_of(stated()) | {"c1-number": "NEW", "more": "certificates"}
    answer = client.post(ADDRESS, fields)
    page = answer.content.decode()
    assert (answer.status_code, faults(answer), answer.context["fresh_certificate"].prefix) == (200, {}, "c2")
    assert ('name="c1-number" value="NEW"' in page, "data-error-summary" in page) == (True, False)


def test_live_answer_is_the_panel_alone(client: Client) -> None:
    answer = client.post(ADDRESS, fields_of(stated()), headers={"HX-Request": "true", "HX-Target": "answer"})
    page = answer.content.decode()
    assert (answer.status_code, "<html" in page, page.count("check-list"), "hx-swap-oob" in page) == (
        200,
        False,
        1,
        True,
    )


def test_live_answer_names_what_it_cannot_read_yet(client: Client) -> None:
    fields = fields_of(stated()) | {"booked_2": "2x"}
    answer = client.post(ADDRESS, fields, headers={"HX-Request": "true", "HX-Target": "answer"})
    assert (answer.status_code, [each["href"] for each in answer.context["left_out"]]) == (200, ["#id_booked_2"])


def test_code_of_an_answer_opens_the_same_entry_as_link_and_as_text(client: Client) -> None:
    fields = fields_of(stated(stage="REVIEW"))
    first = post(client, fields)
    code = first.context["entry_code"]
    pages = [client.get(first.context["entry_link"]), client.post(ADDRESS, {"code": f" {code}\n"})]
    assert [(page.status_code, typed(page.context["entry"])) for page in pages] == [(200, fields)] * 2


@pytest.mark.parametrize("code", ["", "PC1", "PC1.AAAA.00000000", "PC9.AAAA.00000000", "é\ud83d", "x" * 70_000])
def test_code_that_cannot_be_read_says_so_and_breaks_nothing(client: Client, code: str) -> None:
    safe = code.encode("utf-8", "replace").decode()
    answers = [client.get(ADDRESS, {"entry": safe[:2000]}), client.post(ADDRESS, {"code": safe})]
    assert [(each.status_code, "This code" in each.content.decode()) for each in answers] == [(422, True)] * 2


@pytest.mark.parametrize("number", ["\0", "\ud800", "<script>", "€" * 3000])
def test_code_with_text_that_no_page_can_carry_opens_all_the_same(client: Client, number: str) -> None:
    code = encode(parse_facts(stated(certificates=[certificate(number=number)]), VERSIONS))
    answer = client.post(ADDRESS, {"code": code})
    assert (answer.status_code, "<script>" in answer.content.decode()) == (200, False)


def test_other_language_of_the_page_keeps_the_entry(client: Client) -> None:
    answer = post(client, fields_of(stated()))
    link = f"{ADDRESS}?entry={answer.context['entry_code']}"
    assert f'name="next" id="language-next" value="{link}"' in answer.content.decode()


def test_page_stores_nothing_and_sets_nothing_for_the_entry(client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        answer = post(client, fields_of(stated()))
    written = [row["sql"] for row in captured if row["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in written if "cache_entry" not in sql] == []
    assert (answer["Cache-Control"], "session" in answer.cookies) == ("no-store", False)


def test_page_needs_no_cookie_to_answer() -> None:
    assert post(Client(enforce_csrf_checks=True), fields_of(stated())).status_code == 200


def test_entry_in_a_link_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    code = post(client, fields_of(stated())).context["entry_code"]
    client.get(ADDRESS, {"entry": code})
    client.get(ADDRESS, {"entry": code[:-1]})
    assert ("GET /pre-check/" in caplog.text, code[:40] in caplog.text) == (True, False)


def test_too_many_pre_checks_wait_and_lose_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.THROTTLE_RATES", {"pre-checks": "1/min"})
    fields = fields_of(stated())
    answers = [post(client, fields), post(client, fields)]
    cache.clear()
    assert [answer.status_code for answer in answers] == [200, 429]
    assert typed(answers[1].context["entry"]) == fields


def test_navigation_and_landing_lead_to_the_page(client: Client) -> None:
    assert f'href="{reverse("evaluation:pre-check")}"' in client.get("/").content.decode()
