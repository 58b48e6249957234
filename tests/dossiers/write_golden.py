"""`python -m tests.dossiers.write_golden`: write the golden HTML anew, to be read before it is committed."""

from itertools import product
from pathlib import Path

import tests.conftest  # noqa: F401  # sets Django up
from evaluation.dossiers.model import DossierContext, Language
from evaluation.dossiers.render import render_html
from tests.dossiers.long import sixty
from tests.dossiers.papers import BOUND, PAPERS, bound_html, paper_html
from tests.dossiers.samples import sample

GOLDEN = Path(__file__).parents[1] / "golden" / "dossiers"
CASES = ("adult", "paediatric", "transition", "negative", "contradictory")
LONG = "sixty"
LANGUAGES: tuple[Language, ...] = ("nl", "fr")


def case_in(case: str, language: Language) -> DossierContext:
    """The data of one golden file."""
    return sixty(language) if case == LONG else sample(case, language)


def golden_file(case: str, language: Language) -> Path:
    return GOLDEN / f"{case}.{language}.html"


def paper_file(paper: str, language: Language) -> Path:
    return GOLDEN.parent / "papers" / f"{paper}.{language}.html"


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    paper_file("", "nl").parent.mkdir(exist_ok=True)
    for page, language in product(BOUND, LANGUAGES):
        paper_file(page, language).write_text(bound_html(page, language), encoding="utf-8")
    for paper, language in product(PAPERS, LANGUAGES):
        paper_file(paper, language).write_text(paper_html(paper, language), encoding="utf-8")
    for case in (*CASES, LONG):
        for language in LANGUAGES:
            golden_file(case, language).write_text(render_html(case_in(case, language)), encoding="utf-8")


if __name__ == "__main__":
    main()
