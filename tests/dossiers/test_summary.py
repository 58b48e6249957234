"""The page on the site: one page whatever the names, and what stands on it."""

from dataclasses import replace
from io import BytesIO

import pytest
from pdfminer.high_level import extract_text

from evaluation.dossiers.model import DossierContext, Language
from evaluation.dossiers.press import html_to_pdf
from evaluation.dossiers.render import render_html
from evaluation.dossiers.summary import Line, Point, shortened, site_summary
from tests.dossiers.long import crowded
from tests.dossiers.samples import AT, sample
from tests.dossiers.write_golden import LANGUAGES

TITLE = {"nl": "Samenvatting: ", "fr": "Synthèse\N{NO-BREAK SPACE}: "}
LAST = {"nl": "Aandachtspunten: 2", "fr": "Points d'attention\N{NO-BREAK SPACE}: 2"}


def pages(context: DossierContext) -> list[str]:
    content = html_to_pdf(render_html(context), identifier=bytes(16), receipt=b"{}", at=AT)
    return [" ".join(text.split()) for text in extract_text(BytesIO(content)).split("\f")[:-1]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_summary_of_the_longest_names_both_populations_and_everything_open_is_one_page(language: Language) -> None:
    context = crowded(language)
    told = pages(context)
    [place] = [number for number, text in enumerate(told) if _plain(TITLE[language]) in text]
    assert _plain(LAST[language]) in told[place]
    assert "2026-07/0012" in told[place]
    contents = {"nl": "Inhoud", "fr": "Table des matières"}[language]
    assert contents in told[place + 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_summary_stands_behind_the_cover(language: Language) -> None:
    told = pages(sample("paediatric", language))
    assert _plain(TITLE[language]) in told[1]
    assert [id_ in told[1] for id_ in ("C1a", "C7", "P3", "2026-07/0009")] == [True] * 4
    assert _plain(TITLE[language]) not in told[0] + told[2]


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_summary_tells_margins_and_leaves_what_speaks_for_itself() -> None:
    lines = {line.id: line for line in site_summary(sample("negative", "nl")).lines}
    assert lines["C2"] == Line(
        "C2",
        "Allogene stamceltransplantaties",
        "NOT_MET",
        "1 transplantatie te weinig. 2025 moet minstens 28 transplantaties tellen.",
    )
    assert lines["C3a"] == Line("C3a", "Intensieve zorg", "MET", "")
    assert list(lines) == ["C1a", "C1b", "C1c", "C2", "C3a", "C3b", "C4", "C5", "C6", "C7"]


def test_summary_gathers_what_is_open() -> None:
    judged = ("C3a", "C3b", "C5", "C6", "P3")
    assert site_summary(crowded("nl")).points == (
        Point("TO_VERIFY", ("C1b", "C1c", "C2", "C3a", "C3b", "C4", "C5", "C6", "C7", "P1", "P2", "P3")),
        Point("TRANSITION_TO_CONFIRM", ("C1a",)),
        Point("NOT_COUNTERSIGNED", judged),
        Point("STALE", judged),
        Point("UNDECIDED", ("C2",), 9),
        Point("UNDECIDED", ("P2",), 9),
        Point("ADMISSIBILITY"),
        Point("ATTENTION", number=2),
    )
    assert site_summary(sample("adult", "nl")).points == ()


def test_summary_keeps_the_own_file_among_too_many() -> None:
    summary = site_summary(crowded("fr"))
    assert [row.reference for row in summary.asked] == [f"2026-07/{n:04d}" for n in (1, 2, 3, 4, 12)]
    assert summary.further == 8


def test_summary_without_other_files_names_its_own_only() -> None:
    context = replace(sample("adult", "nl"), asked=sample("adult", "nl").asked[:1])
    assert [row.reference for row in site_summary(context).asked] == ["2026-07/0007"]


@pytest.mark.parametrize(
    ("text", "most", "cut"), [("kort", 10, "kort"), ("een lange, naam", 12, "een lange…"), ("x" * 20, 5, "xxxx…")]
)
def test_shortened_cuts_between_words(text: str, most: int, cut: str) -> None:
    assert shortened(text, most) == cut
