"""What a finding tells beside its verdict: which day, which missing fact, which number, under which reading."""

from evaluation.rules.evaluate import evaluate
from evaluation.rules.model import Finding, Reason
from evaluation.rules.parse import parse_facts
from evaluation.rules.variants import with_parameters
from tests.rules.stated import CRITERIA, SITE, VERSIONS, Json, certificate, judged, stated, supplement, year

CLINICAL, COLLECTION = ({"role": role, "site": SITE} for role in ("CLINICAL", "COLLECTION"))
VOTE = "2026-09-15"


def with_changes(criterion: str, facts: Json, **parameters: object) -> Finding:
    changed = with_parameters(CRITERIA, {criterion: {"parameters": parameters}})
    return evaluate(changed, parse_facts(facts, VERSIONS)).finding(criterion)


def test_no_certificate_to_match_asks_for_certificates() -> None:
    found = judged(certificates=[], populations=["ADULT"]).finding("C1c")
    assert (found.reason.key, found.missing) == ("site_nothing_to_match", ("certificates",))


def test_each_part_says_on_which_day_the_site_was_matched() -> None:
    found = judged(vote_on=VOTE).finding("C1c")
    assert [(child.id, str(child.values["on"])) for child in found.children] == [
        ("C1c.ALLO", "2026-07-31"),
        ("C1c.IEC", "2026-07-31"),
        ("C1c.ALLO_AT_VOTE", VOTE),
        ("C1c.IEC_AT_VOTE", VOTE),
    ]


def test_part_without_units_asks_for_them_and_a_part_that_is_named_for_nothing() -> None:
    unnamed = judged(certificates=[certificate(facilities=None)]).finding("C1c")
    assert [(child.reason.key, child.missing) for child in unnamed.children] == [
        ("site_list_missing", ("certificates/facilities",))
    ] * 2
    assert [child.missing for child in judged().finding("C1c").children] == [(), ()]


def test_part_whose_list_is_refused_or_waived_asks_for_nothing() -> None:
    facts = stated(certificates=[certificate(facilities=None)])
    for way, key in (("REFUSE", "site_list_refused"), ("ACCEPT", "site_list_waived")):
        children = with_changes("C1c", facts, without_units=way).children
        assert [(child.reason.key, child.missing) for child in children] == [(key, ())] * 2


def test_units_spread_over_two_certificates_name_the_site_only_together() -> None:
    spread = [certificate(number="1", facilities=[CLINICAL]), certificate(number="2", facilities=[COLLECTION])]
    facts = stated(certificates=spread)
    apart, together = (with_changes("C1c", facts, one_certificate=one) for one in (True, False))
    assert (apart.verdict, [child.reason.key for child in apart.children]) == ("NOT_MET", ["site_not_named"] * 2)
    assert (together.verdict, [child.reason.key for child in together.children]) == ("MET", ["site_named_together"] * 2)
    half = stated(certificates=[certificate(facilities=[CLINICAL])])
    lacking = with_changes("C1c", half, one_certificate=False)
    assert [child.reason.key for child in lacking.children] == ["site_not_named_together"] * 2


def test_undecided_acts_are_told_alike_whatever_the_total() -> None:
    rows = [year(2022, 28), year(2023, 28), year(2024, 26, supplements=[supplement(3)])]
    for needed in (83, 84):
        assert with_changes("C2", stated(allografts=rows), needed=needed).reason.key == "acts_undecided"


def test_unknown_years_are_named_and_counted() -> None:
    found = judged(allografts=[year(2023, 28)]).finding("C2")
    about = {"needed": 84, "per_year": 28, "years": 3}
    assert found.reason == Reason("years_missing", about | {"unknown_years": (2022, 2024), "unknown": 2})


def test_exactly_enough_is_short_of_nothing() -> None:
    values = {"needed": 84, "per_year": 28, "years": 3, "counted": 84, "undecided": 0}
    assert judged().finding("C2").reason == Reason("acts_reached", values)


def test_year_says_whether_acts_outside_the_insurance_could_count() -> None:
    rows = [year(each, 28) for each in (2022, 2023, 2024)]
    for counted, key in ((True, "year_counted"), (False, "year_billed")):
        children = with_changes("C2", stated(allografts=rows), supplements_count=counted).children
        assert [child.reason.key for child in children] == [key] * 3
