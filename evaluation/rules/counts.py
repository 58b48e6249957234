"""The check on numbers of allografts over the booked years; integers only, nothing is rounded."""

from evaluation.rules.enums import Ruling, Verdict
from evaluation.rules.facts import Acts, Facts, YearFigures
from evaluation.rules.model import Conclusion, Reason, Value


def billed_of(row: YearFigures, *, paediatric: bool) -> Acts | None:
    return row.billed_paed if paediatric else row.billed


def supplemented(row: YearFigures, ruling: Ruling | None, *, paediatric: bool = False) -> int:
    """The acts outside the insurance of one year with that ruling (None: undecided)."""
    return sum(
        supplement.paed if paediatric else supplement.count
        for supplement in row.supplements
        if supplement.ruling is ruling
    )


def acts_reach_minimum(facts: Facts, *, per_year: int, years: int, needed: int, paediatric: bool) -> Conclusion:
    """Billed acts plus accepted supplements over the booked years reach the total needed.

    The mean of `per_year` over `years` is the sum `needed`; a year without booked figures leaves it open, whatever
    the others reach, and undecided supplements leave it open as long as they could make the difference.
    """
    children = _years(facts, paediatric=paediatric)
    about: dict[str, Value] = {"needed": needed, "per_year": per_year, "years": years}
    prefix = "paediatric_" if paediatric else ""
    unknown = tuple(int(year) for year, part in children if part.verdict is Verdict.TO_VERIFY)
    if unknown:
        reason = Reason(f"{prefix}years_missing", about | {"unknown_years": unknown, "unknown": len(unknown)})
        return Conclusion(Verdict.TO_VERIFY, reason, missing=_missing(children), children=children)
    rows = {row.year: row for row in facts.allografts}
    triple = [rows[year] for year in facts.booked_years]
    counted = sum(_counted(row, paediatric=paediatric) for row in triple)
    undecided = sum(supplemented(row, None, paediatric=paediatric) for row in triple)
    values = about | {"counted": counted, "undecided": undecided}
    margin = counted - needed
    if counted >= needed:
        return Conclusion(Verdict.MET, Reason(f"{prefix}acts_reached", values), margin=margin, children=children)
    values["short"] = needed - counted
    if counted + undecided >= needed:
        reason = Reason(f"{prefix}acts_undecided", values)
        missing = tuple(f"allografts/{row.year}/supplements/ruling" for row in triple if _is_open(row))
        return Conclusion(Verdict.TO_VERIFY, reason, margin=margin, missing=missing, children=children)
    key = f"{prefix}acts_short_undecided" if undecided else f"{prefix}acts_short"
    return Conclusion(Verdict.NOT_MET, Reason(key, values), margin=margin, children=children)


def _counted(row: YearFigures, *, paediatric: bool) -> int:
    acts = billed_of(row, paediatric=paediatric)
    if acts is None:
        raise ValueError(f"no booked figure for {row.year}")
    return acts.total + supplemented(row, Ruling.ACCEPTED, paediatric=paediatric)


def _is_open(row: YearFigures) -> bool:
    return any(supplement.ruling is None for supplement in row.supplements)


def _missing(children: tuple[tuple[str, Conclusion], ...]) -> tuple[str, ...]:
    return tuple(name for _, part in children for name in part.missing)


def _years(facts: Facts, *, paediatric: bool) -> tuple[tuple[str, Conclusion], ...]:
    rows = {row.year: row for row in facts.allografts}
    return tuple((str(year), _year(year, rows.get(year), paediatric=paediatric)) for year in facts.booked_years)


def _year(year: int, row: YearFigures | None, *, paediatric: bool) -> Conclusion:
    acts = None if row is None else billed_of(row, paediatric=paediatric)
    if row is None or acts is None:
        missing = f"allografts/{year}/{'billed_paed' if paediatric else 'billed'}"
        return Conclusion(Verdict.TO_VERIFY, Reason("year_unknown", {"year": year}), missing=(missing,))
    values: dict[str, Value] = {
        "year": year,
        "billed": acts.total,
        "accepted": supplemented(row, Ruling.ACCEPTED, paediatric=paediatric),
        "undecided": supplemented(row, None, paediatric=paediatric),
    }
    return Conclusion(Verdict.NOTED, Reason("year_counted", values))
