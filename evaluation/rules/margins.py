"""How far a verdict is from turning, read off its finding: acts short, days that a certificate outlives the vote."""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from evaluation.rules.awards import IN_TRANSITION
from evaluation.rules.enums import Verdict
from evaluation.rules.explain import explain_all
from evaluation.rules.model import Finding, Reason, Value

COUNTED: Final = ("year_counted", "year_billed")
UNKNOWN: Final = "year_unknown"


def margin_reasons(finding: Finding) -> tuple[Reason, ...]:
    """What to say of the distance to the bound, none where there is no bound to measure against."""
    values = finding.values
    if "needed" in values:
        return _acts(finding)
    if finding.margin is not None and "last_day" in values:
        return (_days(values, finding.margin),)
    if finding.verdict in IN_TRANSITION and "confirm_until" in values:
        return (_transition(values, finding.verdict),)
    return next((told for child in finding.children if (told := margin_reasons(child))), ())


def explain_margin(finding: Finding, language: str) -> str:
    """The same in nl, fr or en, blank where there is nothing to say."""
    return explain_all(margin_reasons(finding), language)


def known_years(finding: Finding) -> dict[int, int]:
    """What each booked year counts in a finding on acts, by year; a year that is not booked is left out."""
    return {
        cast(int, child.values["year"]): cast(int, child.values["billed"]) + cast(int, child.values["accepted"])
        for child in finding.children
        if child.reason.key in COUNTED
    }


def _acts(finding: Finding) -> tuple[Reason, ...]:
    needed = cast(int, finding.values["needed"])
    known = known_years(finding)
    unknown = tuple(cast(int, child.values["year"]) for child in finding.children if child.reason.key == UNKNOWN)
    if unknown:
        return (_so_far(sum(known.values()), needed, unknown),)
    return (_distance(finding.margin), *_next_year(known, needed))


def _so_far(known: int, needed: int, unknown: tuple[int, ...]) -> Reason:
    if known >= needed:
        return Reason("margin_years_unknown_enough", {"known": known, "open_years": unknown})
    return Reason("margin_years_unknown", {"known": known, "left": needed - known, "open_years": unknown})


def _distance(margin: int | None) -> Reason:
    if not margin:
        return Reason("margin_exact")
    return Reason("margin_short", {"short": -margin}) if margin < 0 else Reason("margin_above", {"above": margin})


def _next_year(known: Mapping[int, int], needed: int) -> tuple[Reason, ...]:
    """What the year after the booked ones must bring, once the first of them has dropped out."""
    kept = sorted(known)[1:]
    least = needed - sum(known[year] for year in kept)
    if not kept or least <= 0:
        return ()
    return (Reason("margin_next_year", {"year": kept[-1] + 1, "least": least}),)


def _days(values: Mapping[str, Value], margin: int) -> Reason:
    """`margin` in days from the day of the vote, or without one from the reference date, to the last day."""
    last = cast(date, values["last_day"])
    if margin < 0:
        return Reason("margin_lapses", {"days": -margin, "last_day": last})
    if margin == 0:
        return Reason("margin_last_day", {"last_day": last})
    day = "vote" if "vote_on" in values else "reference"
    return Reason(f"margin_outlives_{day}", {"days": margin, "last_day": last})


def _transition(values: Mapping[str, Value], verdict: Verdict) -> Reason:
    ends = cast(date, values["until" if verdict is Verdict.TRANSITION else "confirm_until"])
    latest = cast(date, values["latest_day"])
    if ends < latest:
        ends = cast(date, values["confirm_until"])
    return Reason("margin_transition", {"days": (ends - latest).days, "until": ends})
