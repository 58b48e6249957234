"""How fast the rules are beside two other engines: `make bench-rules`, or `python -m benchmarks.rules`."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import chain

from benchmarks.report import Measured, report
from benchmarks.rules.sites import Json, sites
from benchmarks.rules.timing import best_of, keep_to_one_core, peak_memory, seconds
from evaluation.rules.answer import answer
from evaluation.rules.enums import Ruling, Verdict
from evaluation.rules.evaluate import evaluate
from evaluation.rules.facts import Facts
from evaluation.rules.load import load_criteria
from evaluation.rules.model import Evaluation
from evaluation.rules.parse import parse_facts
from evaluation.rules.rescore import Rescoring
from evaluation.rules.variants import with_parameters

VERSIONS = load_criteria()
CRITERIA = VERSIONS[0]
MINIMA = range(85, 105)
VARIANTS = [with_parameters(CRITERIA, {"C2": {"parameters": {"needed": needed}}}) for needed in MINIMA]
LEAST_RATIO_TO_ZEN = 3.0
MOST_RATIO_OF_RESCORING = 3.0
MOST_MEMORY = 2.0
CHUNK = 500
TAKEN_FOR_THE_LONG_WAY = 200
INSTALL = "Type `make bench-rules`, which installs them into .venv-bench, or install requirements-bench.lock yourself."


def main() -> int:
    """Every number on one line; 1 when a bound is not kept or an engine is missing."""
    options = _options()
    missing = [name for name in ("zen", "openfisca_core") if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"Not installed: {', '.join(missing)}. {INSTALL}\n")
        return 1
    keep_to_one_core()
    parts = (_beside_zen(options.facts), _rescored(options.sites), _beside_openfisca(options.facts))
    return 0 if report(chain.from_iterable(parts)) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.rules", description=__doc__)
    parser.add_argument("--facts", type=int, default=1000, help="sites judged by each engine (default 1000)")
    parser.add_argument("--sites", type=int, default=50_000, help="sites scored again (default 50000)")
    return parser.parse_args()


def _beside_zen(count: int) -> Iterator[Measured]:
    from benchmarks.rules.zen_decision import TRACED, decision, differences, stated

    drawn = sites(count)
    facts = [parse_facts(each, VERSIONS) for each in drawn]
    for_zen = [stated(each) for each in drawn]
    engine = decision()
    unlike = differences(engine, for_zen, [evaluate(CRITERIA, each) for each in facts])
    yield Measured(f"ZEN: verdicts and outcomes unlike ours, of {count * 14}", str(len(unlike)), not unlike)

    def ours() -> None:
        for each in facts:
            evaluate(CRITERIA, each)

    def zens() -> None:
        for each in for_zen:
            engine.evaluate(each, TRACED)

    def whole() -> None:
        for each in drawn:
            answer(evaluate(CRITERIA, parse_facts(each, VERSIONS)))

    taken = best_of({"ours": ours, "zen": zens, "whole": whole})
    ratio = taken["zen"] / taken["ours"]
    yield Measured("ours: evaluations per second, whole finding tree", f"{count / taken['ours']:,.0f}")
    yield Measured("ZEN: evaluations per second, trace on", f"{count / taken['zen']:,.0f}")
    yield Measured(f"ours to ZEN (at least {LEAST_RATIO_TO_ZEN})", f"{ratio:.2f}", ratio >= LEAST_RATIO_TO_ZEN)
    yield Measured(f"ours: seconds to evaluate a list of {count:,} facts", f"{taken['ours']:.3f}")
    yield Measured("ours: the same from JSON to the answer in three languages", f"{taken['whole']:.3f}")


def _rescored(count: int) -> Iterator[Measured]:
    rescoring = Rescoring.under(CRITERIA, VARIANTS)
    once, again = 0.0, 0.0
    reached: Counter[int] = Counter()

    def score(facts: Sequence[Facts], evaluations: list[Evaluation]) -> None:
        evaluations.extend(evaluate(CRITERIA, each) for each in facts)

    def score_again(facts: Sequence[Facts], evaluations: Sequence[Evaluation]) -> None:
        for each, evaluation in zip(facts, evaluations, strict=True):
            for needed, found in zip(MINIMA, rescoring.of(each, evaluation), strict=True):
                reached[needed] += found.verdicts["C2"] is Verdict.MET

    drawn = sites(count)
    for start in range(0, count, CHUNK):
        facts = [parse_facts(each, VERSIONS) for each in drawn[start : start + CHUNK]]
        evaluations: list[Evaluation] = []
        once += seconds(partial(score, facts, evaluations))
        again += seconds(partial(score_again, facts, evaluations))
    _check_against_the_long_way(drawn)
    ratio, memory = again / once, peak_memory()
    yield Measured(f"seconds to score {count:,} sites once", f"{once:.1f}")
    yield Measured(f"seconds to score them again over {len(MINIMA)} minima", f"{again:.1f}")
    bound = f"again to once (at most {MOST_RATIO_OF_RESCORING})"
    yield Measured(bound, f"{ratio:.2f}", ratio <= MOST_RATIO_OF_RESCORING)
    yield Measured(f"most memory, GiB (at most {MOST_MEMORY})", f"{memory:.2f}", memory <= MOST_MEMORY)
    ends = f"{reached[MINIMA[0]]:,} .. {reached[MINIMA[-1]]:,}"
    yield Measured(f"sites that reach {MINIMA[0]} .. {MINIMA[-1]}", ends)


def _check_against_the_long_way(drawn: Sequence[Json]) -> None:
    rescoring = Rescoring.under(CRITERIA, VARIANTS)
    for each in drawn[:TAKEN_FOR_THE_LONG_WAY]:
        facts = parse_facts(each, VERSIONS)
        short = [found.by_population for found in rescoring.of(facts, evaluate(CRITERIA, facts))]
        assert short == [evaluate(variant, facts).by_population for variant in VARIANTS], each


def _beside_openfisca(count: int) -> Iterator[Measured]:
    from benchmarks.rules.openfisca_volume import reached, system

    facts = [each for each in (parse_facts(site, VERSIONS) for site in sites(count)) if _is_known(each)]
    acts = {year: [_acts(each, place) for each in facts] for place, year in enumerate(facts[0].booked_years)}
    criterion, law = CRITERIA.criterion("C2"), system()
    conclusions = [criterion.check(each, **criterion.parameters) for each in facts]
    met = [bool(each.margin is not None and each.margin >= 0) for each in conclusions]
    unlike = sum(one != other for one, other in zip(met, reached(law, acts).tolist(), strict=True))
    yield Measured(f"OpenFisca: volume criterion unlike ours, of {len(facts):,}", str(unlike), not unlike)

    def ours() -> None:
        for each in facts:
            criterion.check(each, **criterion.parameters)

    def one_by_one() -> None:
        for place in range(len(facts)):
            reached(law, {year: [numbers[place]] for year, numbers in acts.items()}, trace=True)

    taken = best_of({"ours": ours, "together": lambda: reached(law, acts), "one by one": one_by_one}, rounds=3)
    each = {name: 1e6 * found / len(facts) for name, found in taken.items()}
    yield Measured("ours: microseconds a site, with its reasons", f"{each['ours']:.1f}")
    yield Measured("OpenFisca: microseconds a site, one by one with trace", f"{each['one by one']:.1f}")
    yield Measured("OpenFisca: microseconds a site, all at once without reasons", f"{each['together']:.3f}")


def _is_known(facts: Facts) -> bool:
    return all(row.billed is not None for row in facts.allografts)


def _acts(facts: Facts, place: int) -> int:
    row = facts.allografts[place]
    accepted = sum(each.count for each in row.supplements if each.ruling is Ruling.ACCEPTED)
    return accepted + (row.billed.total if row.billed is not None else 0)


if __name__ == "__main__":
    sys.exit(main())
