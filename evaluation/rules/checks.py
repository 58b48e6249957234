"""The kinds of check a criterion can name, each a pure function of the facts and its own parameters."""

from collections.abc import Callable

from evaluation.rules.awards import awarded_for_population, awarded_to_site
from evaluation.rules.certificates import certificate_held, certificate_or_transition
from evaluation.rules.counts import acts_reach_minimum
from evaluation.rules.enums import Judged, Judgement, Verdict
from evaluation.rules.facts import Facts
from evaluation.rules.model import Conclusion, Reason

JUDGED: dict[Judgement | None, tuple[Verdict, str]] = {
    Judgement.MET: (Verdict.MET, "judged_met"),
    Judgement.NOT_MET: (Verdict.NOT_MET, "judged_not_met"),
    Judgement.TO_VERIFY: (Verdict.TO_VERIFY, "judged_to_verify"),
    None: (Verdict.TO_VERIFY, "not_judged"),
}


def person_judges(facts: Facts, *, judged: Judged) -> Conclusion:
    """Only a person can conclude; without a conclusion it stays open."""
    judgement = facts.judgement(judged)
    verdict, key = JUDGED[judgement]
    missing = (f"judgements/{judged}",) if verdict is Verdict.TO_VERIFY else ()
    return Conclusion(verdict, Reason(key, {"subject": str(judged)}), missing=missing)


def laboratory_on_site(facts: Facts, *, elsewhere_counts: bool) -> Conclusion:
    """The stem-cell laboratory is on the site of administration, unless one elsewhere counts too."""
    if facts.laboratory_site is None:
        values = {"site": facts.administration_site}
        return Conclusion(Verdict.TO_VERIFY, Reason("laboratory_unknown", values), missing=("laboratory_site",))
    if facts.laboratory_site == facts.administration_site:
        return Conclusion(Verdict.MET, Reason("laboratory_on_site", {"site": facts.administration_site}))
    values = {"site": facts.administration_site, "laboratory_site": facts.laboratory_site}
    if elsewhere_counts:
        return Conclusion(Verdict.MET, Reason("laboratory_elsewhere_counts", values))
    return Conclusion(Verdict.NOT_MET, Reason("laboratory_elsewhere", values))


def capacity_assessed(facts: Facts) -> Conclusion:
    """A person has assessed capacity; the answer is noted and never makes a file fail."""
    if facts.capacity is None:
        return Conclusion(Verdict.TO_VERIFY, Reason("capacity_unanswered"), missing=("capacity",))
    return Conclusion(Verdict.NOTED, Reason(f"capacity_{facts.capacity.value.lower()}"))


CHECKS: dict[str, Callable[..., Conclusion]] = {
    "acts_reach_minimum": acts_reach_minimum,
    "awarded_for_population": awarded_for_population,
    "awarded_to_site": awarded_to_site,
    "capacity_assessed": capacity_assessed,
    "certificate_held": certificate_held,
    "certificate_or_transition": certificate_or_transition,
    "laboratory_on_site": laboratory_on_site,
    "person_judges": person_judges,
}
