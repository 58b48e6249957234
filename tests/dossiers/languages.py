"""`make lint-languages`: every template of a dossier, rendered in Dutch and French from the same facts, compared."""

import sys
from dataclasses import replace
from typing import Final

import tests.conftest  # noqa: F401  # sets Django up
from evaluation.dossiers.linter import Difference, differences
from evaluation.dossiers.model import Language
from evaluation.dossiers.pack import PackInputs, front_html, verdicts_html
from evaluation.dossiers.render import render_html
from tests.dossiers.papers import BOUND, PAPERS, bound_html, paper_html
from tests.dossiers.samples import sample
from tests.dossiers.write_golden import CASES

FILES: Final = (*CASES, "unknown", *BOUND, "pack", "pack-without-agenda", "verdicts", *PAPERS)


def rendering(file: str, language: Language) -> str:
    """One file in one language, with the same facts as in the other."""
    if file in PAPERS:
        return paper_html(file, language)
    if file in BOUND:
        return bound_html(file, language)
    if file.startswith("pack"):
        pack = _pack(language, with_agenda=file == "pack")
        return front_html(pack, pack.parts, 12)
    if file == "verdicts":
        return verdicts_html(_pack(language, with_agenda=True).table)
    return render_html(sample(file, language))


def _pack(language: Language, *, with_agenda: bool) -> PackInputs:
    from tests.dossiers.test_pack import inputs

    whole = inputs("a", "b", language=language)
    return whole if with_agenda else replace(whole, sittings=())


def found() -> dict[str, tuple[Difference, ...]]:
    """By file, where Dutch and French do not say the same."""
    pairs = {file: differences(rendering(file, "nl"), rendering(file, "fr")) for file in FILES}
    return {file: rows for file, rows in pairs.items() if rows}


def main() -> None:
    rows = found()
    for file, each in rows.items():
        print("\n".join(f"{file}: {difference}" for difference in each))
    sys.exit(bool(rows))


if __name__ == "__main__":
    main()
