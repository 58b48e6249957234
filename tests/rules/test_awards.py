"""What each certificate says of the site, part by part."""

from datetime import date
from typing import Any

import pytest

from evaluation.rules.certificates import certificate_held
from evaluation.rules.explain import LANGUAGES, explain
from evaluation.rules.model import Activity, Finding, Population
from evaluation.rules.parse import parse_facts
from tests.rules.stated import OTHER, SITE, UNITS, VERSIONS, Json, certificate, judged, stated

ALLO = certificate(scopes=[["ADULT", "ALLO"], ["PAED", "ALLO"]])
ELSEWHERE = [{"role": role, "site": OTHER} for role in ("CLINICAL", "COLLECTION")]
HERE = {"filed_on": "2026-07-31", "site": SITE}
THERE = {"filed_on": "2026-02-01", "site": OTHER}
LATE = {"filed_on": "2026-08-01", "site": SITE}


def renewing(facilities: list[Json] | None) -> Json:
    return certificate(
        scopes=[["ADULT", "IEC"]], valid_to="2026-06-30", renewal_filed_on="2026-06-01", facilities=facilities
    )


def parts(finding: Finding) -> list[tuple[str, str, str]]:
    assert all(explain(each, language) for each in (finding, *finding.children) for language in LANGUAGES)
    return [(child.id, child.verdict.value, child.reason.key) for child in finding.children]


NAMED = ("C1c.ALLO", "MET", "site_named")


@pytest.mark.parametrize(
    ("application", "certificates", "verdict", "key"),
    [
        (HERE, [], "MET", "site_in_application"),
        (HERE, [renewing(ELSEWHERE)], "MET", "site_in_application"),
        (THERE, [], "NOT_MET", "site_application_elsewhere"),
        (THERE, [renewing(UNITS)], "MET", "site_named"),
        (THERE, [renewing(None)], "TO_VERIFY", "site_list_missing"),
        (THERE, [renewing(ELSEWHERE)], "NOT_MET", "site_not_named"),
        (LATE, [renewing(UNITS)], "MET", "site_named"),
        (LATE, [renewing(ELSEWHERE)], "NOT_MET", "site_not_named"),
        (None, [renewing(UNITS)], "MET", "site_named"),
        (None, [renewing(None)], "TO_VERIFY", "site_list_missing"),
        (None, [renewing(ELSEWHERE)], "NOT_MET", "site_not_named"),
        (None, [renewing(ELSEWHERE), renewing(UNITS)], "MET", "site_named"),
    ],
)
def test_site_while_the_transition_runs(application: Json | None, certificates: Any, verdict: str, key: str) -> None:
    found = judged(certificates=[ALLO, *certificates], iec_application=application).finding("C1c")
    assert found.verdict == verdict
    assert parts(found) == [NAMED, ("C1c.IEC", verdict, key)]
    values = found.children[1].values
    if key == "site_in_application":
        assert values == {"site": SITE, "filed_on": date(2026, 7, 31)}
    elif key == "site_application_elsewhere":
        assert values == {"site": SITE, "application_site": OTHER}
    else:
        assert values == {"kind": "IEC", "site": SITE, "on": date(2026, 7, 31)}
    assert found.missing == (("certificates/facilities",) if verdict == "TO_VERIFY" else ())


def test_site_without_a_running_transition_rests_on_the_certificates_that_are_valid() -> None:
    found = judged(certificates=[ALLO, renewing(UNITS)], vote_on="2027-04-01", iec_application=HERE).finding("C1c")
    assert (found.verdict, found.reason.key) == ("MET", "site_certified")
    assert parts(found) == [NAMED, ("C1c.ALLO_AT_VOTE", "MET", "site_named")]


def test_certificates_that_nobody_told_of_leave_the_site_open() -> None:
    found = judged(certificates=None, iec_application=HERE).finding("C1c")
    assert (found.verdict, found.reason.key, found.missing) == ("TO_VERIFY", "site_unknown", ("certificates",))
    assert parts(found) == [("C1c.IEC", "MET", "site_in_application"), ("C1c.STATED", "TO_VERIFY", "site_unknown")]
    nothing = judged(certificates=[]).finding("C1c")
    assert (nothing.verdict, nothing.reason.key, nothing.children) == ("TO_VERIFY", "site_nothing_to_match", ())


@pytest.mark.parametrize(
    ("stage", "facilities", "verdict", "missing"),
    [
        ("REVIEW", UNITS, "MET", ()),
        ("REVIEW", ELSEWHERE, "TO_VERIFY", ("certificates/facilities",)),
        ("REVIEW", None, "TO_VERIFY", ("certificates/facilities",)),
        ("VOTE", ELSEWHERE, "NOT_MET", ()),
        ("VOTE", None, "TO_VERIFY", ("certificates/facilities",)),
    ],
)
def test_paediatric_certificate_has_two_parts_and_the_site_is_tested_again_at_the_vote(
    stage: str, facilities: list[Json] | None, verdict: str, missing: tuple[str, ...]
) -> None:
    pair = [certificate(valid_to="2026-08-31"), certificate(valid_from="2026-09-01", facilities=facilities)]
    found = judged(certificates=pair, stage=stage, vote_on="2026-09-15").finding("P1")
    assert (found.verdict, found.margin, found.missing) == (verdict, 593, missing)
    held, site = found.children
    assert (held.id, held.verdict, held.reason.key) == ("P1.CERTIFICATE", "MET", "certificate_held_at_vote")
    assert (site.id, site.verdict) == ("P1.SITE", verdict)
    assert [child.id for child in site.children] == ["P1.SITE.PAED_ALLO", "P1.SITE.PAED_ALLO_AT_VOTE"]


def test_paediatric_certificate_that_is_not_valid_leaves_its_site_untested() -> None:
    later = certificate(valid_from="2026-08-01", scopes=[["PAED", "ALLO"]])
    found = judged(certificates=[certificate(scopes=[["ADULT", "ALLO"], ["ADULT", "IEC"]]), later]).finding("P1")
    assert (found.verdict, found.reason.key, found.missing) == ("NOT_MET", "certificate_too_late", ())
    assert found.values == {"kind": "PAED_ALLO", "on": date(2026, 7, 31), "valid_from": date(2026, 8, 1)}
    assert parts(found) == [
        ("P1.CERTIFICATE", "NOT_MET", "certificate_too_late"),
        ("P1.SITE", "MET", "site_untested"),
    ]


@pytest.mark.parametrize(
    ("population", "verdict"), [(None, "MET"), (Population.ADULT, "MET"), (Population.PAED, "NOT_MET")]
)
def test_certificate_is_held_for_any_population_or_for_the_one_named(
    population: Population | None, verdict: str
) -> None:
    facts = parse_facts(stated(certificates=[certificate(scopes=[["ADULT", "ALLO"]])]), VERSIONS)
    assert certificate_held(facts, activity=Activity.ALLO, at_vote=True, population=population).verdict == verdict


@pytest.mark.parametrize(
    ("facilities", "stage", "site"),
    [(UNITS, "VOTE", "MET"), (ELSEWHERE, "VOTE", "NOT_MET"), (ELSEWHERE, "REVIEW", "TO_VERIFY")],
)
def test_paediatric_certificate_that_comes_before_the_vote_is_matched_on_its_day(
    facilities: list[Json], stage: str, site: str
) -> None:
    coming = certificate(valid_from="2026-08-01", scopes=[["PAED", "ALLO"]], facilities=facilities)
    adult = certificate(scopes=[["ADULT", "ALLO"], ["ADULT", "IEC"]])
    found = judged(certificates=[adult, coming], stage=stage, vote_on="2026-09-15").finding("P1")
    assert [(child.id, child.verdict) for child in found.children] == [("P1.CERTIFICATE", "NOT_MET"), ("P1.SITE", site)]
    assert [child.id for child in found.children[1].children] == ["P1.SITE.PAED_ALLO_AT_VOTE"]


def test_site_that_is_not_named_misses_nothing_although_another_certificate_does() -> None:
    scopes = ([["ADULT", "ALLO"], ["PAED", "ALLO"]], [["ADULT", "IEC"]])
    told = [certificate(scopes=scopes[0], facilities=ELSEWHERE), certificate(scopes=scopes[1], facilities=None)]
    found = judged(certificates=told).finding("C1c")
    assert (found.verdict, found.missing) == ("NOT_MET", ())
    assert parts(found) == [("C1c.ALLO", "NOT_MET", "site_not_named"), ("C1c.IEC", "TO_VERIFY", "site_list_missing")]
