"""The checks that the certificates were awarded to the site of apheresis and administration."""

from datetime import date

from evaluation.rules.certificates import (
    Holding,
    Kind,
    Proof,
    doubtful,
    held_or_not,
    holding,
    matched,
    tested,
    worst,
)
from evaluation.rules.enums import Activity, Population, Verdict, WithoutUnits
from evaluation.rules.facts import Facts
from evaluation.rules.model import Conclusion, Reason, Value

Part = tuple[str, Conclusion]
IN_TRANSITION = (Verdict.TRANSITION, Verdict.TRANSITION_TO_CONFIRM)


def awarded_to_site(
    facts: Facts,
    *,
    activities: tuple[Activity, ...],
    transitional: Activity,
    at_vote: bool,
    one_certificate: bool,
    without_units: WithoutUnits,
    transition: Conclusion,
) -> Conclusion:
    """The certificates of each activity name the one site, on the reference date and, where asked, at the vote.

    `transition` is the conclusion on the `transitional` activity: while it runs, the application or the
    certificates under renewal name the site in place of a valid certificate.
    """
    if facts.apheresis_site != facts.administration_site:
        return _sites_differ(facts)
    facts = tested(facts, at_vote=at_vote)
    proof = Proof(one_certificate, without_units)
    stocks = [holding(facts, Kind(activity)) for activity in activities]
    parts = _on_reference(facts, stocks, proof)
    if transition.verdict in IN_TRANSITION:
        waived = holding(facts, Kind(transitional))
        if not waived.on_reference:
            parts.append((waived.kind.name, _site_in_transition(facts, waived, proof)))
    if facts.certificates is None:
        parts.append(("STATED", _unstated(facts, "site_unknown", "certificates")))
    if not parts:
        return _unstated(facts, "site_nothing_to_match", "certificates")
    return _with_vote(facts, stocks, worst(part for _, part in parts), parts, proof)


def awarded_for_population(
    facts: Facts,
    *,
    activity: Activity,
    population: Population,
    at_vote: bool,
    one_certificate: bool,
    without_units: WithoutUnits,
) -> Conclusion:
    """A certificate with the very pair of population and activity is held, and names the one site."""
    facts = tested(facts, at_vote=at_vote)
    stock = holding(facts, Kind(activity, population))
    certificate = held_or_not(facts, stock)
    site = _population_site(facts, stock, Proof(one_certificate, without_units))
    parts = (("CERTIFICATE", certificate), ("SITE", site))
    decisive = worst(part for _, part in parts)
    missing = tuple(name for _, part in parts for name in part.missing)
    return Conclusion(
        decisive.verdict,
        decisive.reason,
        margin=certificate.margin,
        missing=missing if decisive.verdict is Verdict.TO_VERIFY else (),
        children=parts,
    )


def _population_site(facts: Facts, stock: Holding, proof: Proof) -> Conclusion:
    if facts.apheresis_site != facts.administration_site:
        return _sites_differ(facts)
    parts = _on_reference(facts, [stock], proof)
    if parts:
        return _with_vote(facts, [stock], parts[0][1], parts, proof)
    untested = Conclusion(Verdict.MET, Reason("site_untested", {"kind": stock.kind.name, "on": facts.reference_on}))
    return _with_vote(facts, [stock], untested, parts, proof)


def _with_vote(
    facts: Facts, stocks: list[Holding], on_reference: Conclusion, parts: list[Part], proof: Proof
) -> Conclusion:
    """A match on the reference date is tested again on the day of the vote."""
    at_vote: list[Part] = []
    if on_reference.verdict is Verdict.MET and facts.vote_on is not None:
        at_vote = _on_vote(facts, facts.vote_on, stocks, proof)
    decisive = worst([on_reference, *(part for _, part in at_vote)])
    verdict = decisive.verdict
    if decisive is not on_reference and verdict is not Verdict.MET and doubtful(facts) is Verdict.TO_VERIFY:
        verdict = Verdict.TO_VERIFY
    children = (*parts, *at_vote)
    if verdict is Verdict.MET and children:
        return Conclusion(verdict, _certified(facts, children), children=children)
    missing = dict.fromkeys(name for _, part in children for name in part.missing) or dict.fromkeys(decisive.missing)
    if verdict is Verdict.TO_VERIFY and not missing:
        missing = dict.fromkeys(("certificates/facilities",))
    return Conclusion(
        verdict, decisive.reason, missing=tuple(missing) if verdict is Verdict.TO_VERIFY else (), children=children
    )


def _certified(facts: Facts, children: tuple[Part, ...]) -> Reason:
    """Every part names the site, or one of them counts although it lists no units."""
    waived = (part.reason for _, part in children if part.reason.key == "site_list_waived")
    return next(waived, Reason("site_certified", {"site": facts.administration_site}))


def _on_reference(facts: Facts, stocks: list[Holding], proof: Proof) -> list[Part]:
    """The match of the certificates valid on the reference date, per kind; a kind with none is left out."""
    site, on = facts.administration_site, facts.reference_on
    return [
        (stock.kind.name, matched(stock.on_reference, site, proof=proof, kind=stock.kind, on=on))
        for stock in stocks
        if stock.on_reference
    ]


def _on_vote(facts: Facts, on: date, stocks: list[Holding], proof: Proof) -> list[Part]:
    """The same on the day of the vote."""
    site = facts.administration_site
    return [
        (f"{stock.kind.name}_AT_VOTE", matched(stock.on_vote, site, proof=proof, kind=stock.kind, on=on))
        for stock in stocks
        if stock.on_vote
    ]


def _site_in_transition(facts: Facts, stock: Holding, proof: Proof) -> Conclusion:
    site, application = facts.administration_site, facts.iec_application
    filed = application is not None and application.filed_on <= facts.reference_on
    if filed and application is not None and application.site == site:
        values: dict[str, Value] = {"site": site, "filed_on": application.filed_on}
        return Conclusion(Verdict.MET, Reason("site_in_application", values))
    if filed and application is not None and not stock.renewing:
        elsewhere: dict[str, Value] = {"site": site, "application_site": application.site}
        return Conclusion(Verdict.NOT_MET, Reason("site_application_elsewhere", elsewhere))
    return matched(stock.renewing, site, proof=proof, kind=stock.kind, on=facts.reference_on)


def _sites_differ(facts: Facts) -> Conclusion:
    values = {"apheresis_site": facts.apheresis_site, "administration_site": facts.administration_site}
    return Conclusion(Verdict.NOT_MET, Reason("sites_differ", values))


def _unstated(facts: Facts, key: str, missing: str) -> Conclusion:
    return Conclusion(Verdict.TO_VERIFY, Reason(key, {"site": facts.administration_site}), missing=(missing,))
