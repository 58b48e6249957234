"""The check on numbers of allografts over the booked years; integers only, nothing is rounded."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.rules.enums import Recipients, Ruling, Verdict
from evaluation.rules.facts import Acts, Facts, YearFigures
from evaluation.rules.model import Conclusion, Reason, Value

PREFIXES = {Recipients.ALL: "", Recipients.CHILDREN: "paediatric_", Recipients.ADULTS: "adult_"}
UNITS = {Recipients.ALL: "acts", Recipients.CHILDREN: "children", Recipients.ADULTS: "adults"}
"""The units of the texts."""


def billed_of(row: YearFigures, recipients: Recipients) -> Acts | None:
    """The booked acts of one year; for adults the difference, unknown as long as one of the two is."""
    if recipients is Recipients.ALL:
        return row.billed
    if recipients is Recipients.CHILDREN:
        return row.billed_paed
    total, children = row.billed, row.billed_paed
    if total is None or children is None:
        return None
    return Acts(total.n470654 - children.n470654, total.n470665 - children.n470665)


def supplemented(row: YearFigures, ruling: Ruling | None, recipients: Recipients = Recipients.ALL) -> int:
    """The acts outside the insurance of one year with that ruling (None: undecided)."""
    ruled = [each for each in row.supplements if each.ruling is ruling]
    if recipients is Recipients.ALL:
        return sum(each.count for each in ruled)
    children = sum(each.paed for each in ruled)
    return children if recipients is Recipients.CHILDREN else sum(each.count for each in ruled) - children


@dataclass(slots=True)
class BookedYear:
    """What one booked year counts for sure and what undecided supplements could add; `counted` None: unknown."""

    year: int
    counted: int | None
    undecided: int
    awaits_ruling: bool
    part: Conclusion

    @property
    def known(self) -> int:
        """What it counts for sure; asked only once every year is booked."""
        if self.counted is None:
            raise ValueError(f"{self.year} is not booked")
        return self.counted


@dataclass(slots=True)
class Minimum:
    """How many acts are asked for, and whose: together over the booked years, or `per_year` in each of them."""

    per_year: int
    years: int
    needed: int
    recipients: Recipients

    @property
    def about(self) -> dict[str, Value]:
        return {"needed": self.needed, "per_year": self.per_year, "years": self.years}

    def told(self, key: str, values: dict[str, Value]) -> Reason:
        """The reason about the total; where it is not the yearly number over the years, no average is told."""
        if self.needed == self.per_year * self.years or key == "acts_undecided":
            return Reason(PREFIXES[self.recipients] + key, values)
        return Reason(f"{key}_total", values | {"unit": UNITS[self.recipients]})


def acts_reach_minimum(
    facts: Facts,
    *,
    per_year: int,
    years: int,
    needed: int,
    recipients: Recipients,
    supplements_count: bool,
    every_year: bool,
) -> Conclusion:
    """Billed acts plus accepted supplements reach the total needed over the booked years, or each year its part.

    The mean of `per_year` over `years` is the sum `needed`; a year without booked figures leaves it open, whatever
    the others reach, and undecided supplements leave it open as long as they could make the difference.
    """
    minimum = Minimum(per_year, years, needed, recipients)
    booked = booked_years(facts, recipients, supplements_count=supplements_count)
    if None in [each.counted for each in booked]:
        return _unknown(minimum, booked)
    return _each_year(minimum, booked) if every_year else _together(minimum, booked)


def booked_years(facts: Facts, recipients: Recipients, *, supplements_count: bool) -> tuple[BookedYear, ...]:
    """Each booked year with what counts in it."""
    rows = {row.year: row for row in facts.allografts}
    return tuple(
        [_booked(year, rows.get(year), recipients, supplements_count=supplements_count) for year in facts.booked_years]
    )


def _booked(year: int, row: YearFigures | None, recipients: Recipients, *, supplements_count: bool) -> BookedYear:
    acts = None if row is None else billed_of(row, recipients)
    if row is None or acts is None:
        return BookedYear(year, None, 0, awaits_ruling=False, part=_unbooked(year, row, recipients))
    accepted, undecided, awaits_ruling = 0, 0, False
    if supplements_count and row.supplements:
        accepted = supplemented(row, Ruling.ACCEPTED, recipients)
        undecided = supplemented(row, None, recipients)
        awaits_ruling = any(each.ruling is None for each in row.supplements)
    billed = acts.total
    values: dict[str, Value] = {"year": year, "billed": billed, "accepted": accepted, "undecided": undecided}
    part = Conclusion(Verdict.NOTED, Reason("year_counted" if supplements_count else "year_billed", values))
    return BookedYear(year, billed + accepted, undecided, awaits_ruling, part)


def _unbooked(year: int, row: YearFigures | None, recipients: Recipients) -> Conclusion:
    """For adults the children's figure is what is missing once the total is there."""
    lacks_total = row is None or row.billed is None
    by_age = recipients is Recipients.CHILDREN or (recipients is Recipients.ADULTS and not lacks_total)
    missing = f"allografts/{year}/{'billed_paed' if by_age else 'billed'}"
    return Conclusion(Verdict.TO_VERIFY, Reason("year_unknown", {"year": year}), missing=(missing,))


def _unknown(minimum: Minimum, booked: Sequence[BookedYear]) -> Conclusion:
    unknown = tuple(each.year for each in booked if each.counted is None)
    values = minimum.about | {"unknown_years": unknown, "unknown": len(unknown)}
    reason = Reason(f"{PREFIXES[minimum.recipients]}years_missing", values)
    missing = tuple(name for each in booked for name in each.part.missing)
    return Conclusion(Verdict.TO_VERIFY, reason, missing=missing, children=_parts(booked))


def _together(minimum: Minimum, booked: Sequence[BookedYear]) -> Conclusion:
    """The sum of the years against the total needed."""
    counted = sum([each.known for each in booked])
    undecided = sum([each.undecided for each in booked])
    margin = counted - minimum.needed
    missing: tuple[str, ...] = ()
    verdict, key = Verdict.NOT_MET, "acts_short"
    if margin >= 0:
        verdict, key = Verdict.MET, "acts_reached"
    elif margin + undecided >= 0:
        verdict, key, missing = Verdict.TO_VERIFY, "acts_undecided", _rulings(booked)
    elif undecided:
        key = "acts_short_undecided"
    values = minimum.about
    values["counted"], values["undecided"] = counted, undecided
    if margin < 0:
        values["short"] = -margin
    return Conclusion(verdict, minimum.told(key, values), margin, missing, _parts(booked))


def _each_year(minimum: Minimum, booked: Sequence[BookedYear]) -> Conclusion:
    """Every year against the yearly number; the margin is that of the poorest year."""
    below = [each for each in booked if each.known < minimum.per_year]
    margin = min(each.known for each in booked) - minimum.per_year
    values: dict[str, Value] = {
        "per_year": minimum.per_year,
        "years": minimum.years,
        "unit": UNITS[minimum.recipients],
    }
    if not below:
        return Conclusion(Verdict.MET, Reason("each_year_reached", values), margin, children=_parts(booked))
    values["below_years"] = tuple(each.year for each in below)
    if all(each.known + each.undecided >= minimum.per_year for each in below):
        reason = Reason("each_year_undecided", values)
        return Conclusion(Verdict.TO_VERIFY, reason, margin, _rulings(below), _parts(booked))
    return Conclusion(Verdict.NOT_MET, Reason("each_year_short", values), margin, children=_parts(booked))


def _parts(booked: Sequence[BookedYear]) -> tuple[tuple[str, Conclusion], ...]:
    return tuple([(str(each.year), each.part) for each in booked])


def _rulings(booked: Sequence[BookedYear]) -> tuple[str, ...]:
    return tuple(f"allografts/{each.year}/supplements/ruling" for each in booked if each.awaits_ruling)
