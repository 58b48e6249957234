"""The checks on JACIE certificates: is one held, and was it awarded to the site."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from evaluation.rules.enums import Activity, FacilityRole, Population, Stage, Verdict, WithoutUnits
from evaluation.rules.facts import Certificate, Facts
from evaluation.rules.model import Conclusion, Reason, Value

SEVERITY = (Verdict.NOT_MET, Verdict.TO_VERIFY, Verdict.MET)


@dataclass(frozen=True, slots=True)
class Kind:
    """Certificates of one activity, for one population or, None, for any."""

    activity: Activity
    population: Population | None = None

    @property
    def name(self) -> str:
        return str(self.activity) if self.population is None else f"{self.population}_{self.activity}"


@dataclass(slots=True)
class Holding:
    """The certificates of one kind, and which of them count: on the reference date, on the day of the vote (as long
    as there is none, again on the reference date) and those, expired or not, whose renewal was applied for."""

    kind: Kind
    certificates: Sequence[Certificate]
    on_reference: Sequence[Certificate]
    on_vote: Sequence[Certificate]
    renewing: Sequence[Certificate]

    @property
    def is_held(self) -> bool:
        """One is valid on the reference date, and one (this or another) on the day of the vote."""
        return bool(self.on_reference and self.on_vote)

    @property
    def has_lapsed(self) -> bool:
        """One is valid on the reference date, none on the day of the vote."""
        return bool(self.on_reference) and not self.on_vote


def holding(facts: Facts, kind: Kind) -> Holding:
    """What the site holds of a kind."""
    on, vote_on = facts.reference_on, facts.vote_on
    among = [each for each in facts.certificates or () if each.covers(kind.activity, kind.population)]
    on_reference = [each for each in among if each.valid_on(on)]
    on_vote = on_reference if vote_on is None else [each for each in among if each.valid_on(vote_on)]
    renewing = [each for each in among if each.renewal_filed_on is not None and each.renewal_filed_on <= on]
    return Holding(kind, among, on_reference, on_vote, renewing)


def doubtful(facts: Facts) -> Verdict:
    """What can still be put right in review no longer can at the vote."""
    return Verdict.TO_VERIFY if facts.stage is Stage.REVIEW else Verdict.NOT_MET


def worst(conclusions: Iterable[Conclusion]) -> Conclusion:
    """The first of the worst verdict."""
    return min(conclusions, key=_severity)


def _severity(conclusion: Conclusion) -> int:
    return SEVERITY.index(conclusion.verdict)


def tested(facts: Facts, *, at_vote: bool) -> Facts:
    """The facts as a check sees them that is not repeated on the day of the vote."""
    return facts if at_vote or facts.vote_on is None else replace(facts, vote_on=None)


def certificate_held(
    facts: Facts, *, activity: Activity, at_vote: bool, population: Population | None = None
) -> Conclusion:
    """A certificate is held on the reference date and, where asked, on the day of the vote."""
    facts = tested(facts, at_vote=at_vote)
    return held_or_not(facts, holding(facts, Kind(activity, population)))


def held_or_not(facts: Facts, stock: Holding) -> Conclusion:
    """What a holding comes to."""
    return _held(facts, stock) or _doubted(facts, stock) or _silent(facts, stock)


def certificate_or_transition(
    facts: Facts,
    *,
    activity: Activity,
    at_vote: bool,
    transition_allowed: bool,
    transition_until: date,
    confirm_until: date,
) -> Conclusion:
    """A certificate is held or, up to and including `confirm_until`, its application is running.

    After `transition_until` (inclusive) the Bureau rules on the transition.
    """
    facts = tested(facts, at_vote=at_vote)
    stock = holding(facts, Kind(activity))
    latest_day = facts.latest_day
    if stock.is_held or not transition_allowed or latest_day > confirm_until:
        return held_or_not(facts, stock)
    values = {"until": transition_until, "confirm_until": confirm_until, "latest_day": latest_day}
    if not _application_runs(facts, stock):
        return _proof_asked(facts, values)
    if latest_day <= transition_until:
        return Conclusion(Verdict.TRANSITION, Reason("transition_running", values))
    return _bureau(facts, values)


def _proof_asked(facts: Facts, values: dict[str, date]) -> Conclusion:
    if facts.certificates is None:
        key = "transition_certificates_not_stated"
        return _doubt(Verdict.TO_VERIFY, key, values, "certificates", "iec_application")
    return _doubt(Verdict.TO_VERIFY, "transition_proof_asked", values, "iec_application")


def _application_runs(facts: Facts, stock: Holding) -> bool:
    application = facts.iec_application
    filed = application is not None and application.filed_on <= facts.reference_on
    return filed or bool(stock.renewing)


def _bureau(facts: Facts, values: dict[str, date]) -> Conclusion:
    match facts.bureau_confirms_transition:
        case None:
            missing = "bureau_confirms_transition"
            return _doubt(Verdict.TRANSITION_TO_CONFIRM, "transition_to_confirm", values, missing)
        case True:
            return Conclusion(Verdict.TRANSITION, Reason("transition_confirmed", values))
        case False:
            return Conclusion(Verdict.NOT_MET, Reason("transition_refused", values))


def _doubt(verdict: Verdict, key: str, values: dict[str, date], *missing: str) -> Conclusion:
    return Conclusion(verdict, Reason(key, dict(values)), missing=missing)


def _held(facts: Facts, stock: Holding) -> Conclusion | None:
    if not stock.is_held:
        return None
    last_day = max(each.last_day for each in stock.on_vote)
    values: dict[str, Value] = {"kind": stock.kind.name, "on": facts.reference_on, "last_day": last_day}
    key = "certificate_held"
    if facts.vote_on is not None:
        values["vote_on"] = facts.vote_on
        key = "certificate_held_at_vote"
    return Conclusion(Verdict.MET, Reason(key, values), margin=(last_day - facts.latest_day).days)


def _doubted(facts: Facts, stock: Holding) -> Conclusion | None:
    """Lapsed, or expired with its renewal waiting."""
    margin = None
    if stock.has_lapsed:
        last_day = max(each.last_day for each in stock.on_reference)
        key, margin = "certificate_lapses", (last_day - facts.latest_day).days
    elif waiting := [each.last_day for each in stock.renewing if each.last_day < facts.reference_on]:
        key, last_day = "certificate_waits", max(waiting)
    else:
        return None
    values: dict[str, Value] = {"kind": stock.kind.name, "last_day": last_day, "on": facts.latest_day}
    verdict = doubtful(facts)
    missing = ("certificates/extended_to",) if verdict is Verdict.TO_VERIFY else ()
    key = key if verdict is Verdict.TO_VERIFY else f"{key}_at_vote"
    return Conclusion(verdict, Reason(key, values), margin=margin, missing=missing)


def _silent(facts: Facts, stock: Holding) -> Conclusion:
    values: dict[str, Value] = {"kind": stock.kind.name, "on": facts.reference_on}
    if facts.certificates is None:
        return Conclusion(Verdict.TO_VERIFY, Reason("certificates_not_stated", values), missing=("certificates",))
    expired = [each.last_day for each in stock.certificates if each.last_day < facts.reference_on]
    if expired:
        return Conclusion(Verdict.NOT_MET, Reason("certificate_expired", values | {"last_day": max(expired)}))
    if stock.certificates:
        first = min(each.valid_from for each in stock.certificates)
        return Conclusion(Verdict.NOT_MET, Reason("certificate_too_late", values | {"valid_from": first}))
    return Conclusion(Verdict.NOT_MET, Reason("certificate_missing", values))


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that a site is covered: both units on one certificate or spread over several, and what to make of
    a certificate without units."""

    one_certificate: bool
    without_units: WithoutUnits

    def names(self, certificates: Sequence[Certificate], site: str) -> bool:
        """Their facilities give the site both the clinical and the collection unit."""
        roles = [{each.role for each in certificate.facilities if each.site == site} for certificate in certificates]
        if self.one_certificate:
            return any(each >= BOTH_UNITS for each in roles)
        return set().union(*roles) >= BOTH_UNITS


BOTH_UNITS = {FacilityRole.CLINICAL, FacilityRole.COLLECTION}
UNLISTED = {
    WithoutUnits.ACCEPT: (Verdict.MET, "site_list_waived"),
    WithoutUnits.ASK: (Verdict.TO_VERIFY, "site_list_missing"),
    WithoutUnits.REFUSE: (Verdict.NOT_MET, "site_list_refused"),
}


def matched(certificates: Sequence[Certificate], site: str, *, proof: Proof, kind: Kind, on: date) -> Conclusion:
    """A set of certificates against the site: named by it, else one that lists no facilities, else none."""
    values: dict[str, Value] = {"kind": kind.name, "site": site, "on": on}
    together = "" if proof.one_certificate else "_together"
    if proof.names(certificates, site):
        return Conclusion(Verdict.MET, Reason(f"site_named{together}", values))
    if any(not each.facilities for each in certificates):
        verdict, key = UNLISTED[proof.without_units]
        missing = ("certificates/facilities",) if verdict is Verdict.TO_VERIFY else ()
        return Conclusion(verdict, Reason(key, values), missing=missing)
    return Conclusion(Verdict.NOT_MET, Reason(f"site_not_named{together}", values))
