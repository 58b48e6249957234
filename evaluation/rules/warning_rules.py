"""When a warning is due; each a pure function of the facts, the verdicts so far and its own parameters."""

from collections.abc import Callable, Mapping

from evaluation.rules.certificates import Kind, holding
from evaluation.rules.counts import supplemented
from evaluation.rules.enums import Activity, Capacity, Population, Ruling, Verdict, WarningCode
from evaluation.rules.facts import Facts, YearFigures

Verdicts = Mapping[str, Verdict]


def certificate_lapses(facts: Facts, _verdicts: Verdicts) -> bool:
    """A certificate a criterion rests on is valid on the reference date and no longer on the day of the vote."""
    on, vote_on = facts.reference_on, facts.vote_on
    if vote_on is None or all(each.last_day >= vote_on for each in facts.certificates or () if each.valid_on(on)):
        return False
    kinds = [Kind(Activity.IEC), Kind(Activity.ALLO)]
    if Population.PAED in facts.populations:
        kinds.append(Kind(Activity.ALLO, Population.PAED))
    return any(holding(facts, kind).has_lapsed for kind in kinds)


def year_below_minimum(facts: Facts, verdicts: Verdicts, *, criterion: str, per_year: int) -> bool:
    """The total is reached although one of the years, accepted supplements counted in, stays below the minimum."""
    in_triple = [row for row in facts.allografts if row.year in facts.booked_years]
    return verdicts[criterion] is Verdict.MET and any(_is_below(row, per_year) for row in in_triple)


def _is_below(row: YearFigures, per_year: int) -> bool:
    return row.billed is not None and row.billed.total + supplemented(row, Ruling.ACCEPTED) < per_year


def declared_differs(facts: Facts, _verdicts: Verdicts) -> bool:
    """The hospital's own figure of any year is not the booked one."""
    return any(
        row.declared is not None and row.billed is not None and row.declared != row.billed.total
        for row in facts.allografts
    )


def paediatric_only_site(facts: Facts, verdicts: Verdicts, *, all_ages: str, paediatric: str) -> bool:
    """Only children are asked for, their minimum is reached and the general one is not."""
    only_children = Population.ADULT not in facts.populations
    return only_children and verdicts[all_ages] is Verdict.NOT_MET and verdicts[paediatric] is Verdict.MET


def iec_scope_without_paediatric(facts: Facts, _verdicts: Verdicts) -> bool:
    """Children are asked for, and the valid certificates for immune effector cells do not name them."""
    if Population.PAED not in facts.populations:
        return False
    valid = holding(facts, Kind(Activity.IEC)).on_reference
    named = any(certificate.covers(Activity.IEC, Population.PAED) for certificate in valid)
    return bool(valid) and not named


def no_capacity_need_shown(facts: Facts, _verdicts: Verdicts) -> bool:
    """Neither a shortage nor an increase of volume was found."""
    return facts.capacity is Capacity.NEITHER


def advise_working_group(facts: Facts, _verdicts: Verdicts) -> bool:
    """An increase of volume asks for a further discussion in the working group on contracts."""
    return facts.capacity in (Capacity.VOLUME_INCREASE, Capacity.BOTH)


WARNINGS: dict[WarningCode, Callable[..., bool]] = {
    WarningCode.CERTIFICATE_LAPSES_BEFORE_VOTE: certificate_lapses,
    WarningCode.YEAR_BELOW_MINIMUM: year_below_minimum,
    WarningCode.DECLARED_DIFFERS_FROM_BILLED: declared_differs,
    WarningCode.PAEDIATRIC_ONLY_SITE: paediatric_only_site,
    WarningCode.IEC_SCOPE_WITHOUT_PAEDIATRIC: iec_scope_without_paediatric,
    WarningCode.NO_CAPACITY_NEED_SHOWN: no_capacity_need_shown,
    WarningCode.ADVISE_WORKING_GROUP_CONTRACTS: advise_working_group,
}
