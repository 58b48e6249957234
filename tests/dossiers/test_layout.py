"""Where text stands on every page of every paper in both languages: inside the type area, nothing over another."""

from itertools import product

import pytest
from page import is_pdf_compliant_bytes

from evaluation.dossiers.model import DossierContext, Language
from evaluation.dossiers.press import html_to_pdf, tagged_pdf, write_pdf
from evaluation.dossiers.render import render_html
from evaluation.dossiers.summary import site_summary
from tests.dossiers.boxes import letters, outside, overprinted
from tests.dossiers.long import crowded
from tests.dossiers.papers import BOUND, PAPERS, bound_html, paper_html
from tests.dossiers.rough import ANNEXES, rough
from tests.dossiers.samples import AT
from tests.dossiers.test_pdf import PROFILES, RECEIPT, rendered
from tests.dossiers.write_golden import CASES, LANGUAGES, LONG


def pressed(context: DossierContext) -> bytes:
    return html_to_pdf(render_html(context), identifier=bytes(16), receipt=RECEIPT, at=AT)


def faults(content: bytes) -> list[tuple[int, str, str]]:
    """The pages where something leaves the type area or stands over something else."""
    found = [(number, outside(each), overprinted(each)) for number, each in enumerate(letters(content), 1)]
    return [row for row in found if row[1] or row[2]]


@pytest.mark.parametrize(("case", "language"), [*product((*CASES, "unknown", LONG), LANGUAGES)])
def test_text_of_every_case_stands_inside_the_type_area_and_over_nothing(case: str, language: Language) -> None:
    assert faults(rendered(case, language)) == []


@pytest.mark.parametrize(("paper", "language"), [*product(PAPERS, LANGUAGES)])
def test_text_of_every_paper_stands_inside_the_type_area_and_over_nothing(paper: str, language: Language) -> None:
    assert faults(tagged_pdf(paper_html(paper, language))) == []


@pytest.mark.parametrize(("page", "language"), [*product(BOUND, LANGUAGES)])
def test_text_of_every_page_of_a_volume_stands_inside_the_type_area(page: str, language: Language) -> None:
    assert faults(write_pdf(bound_html(page, language), pdf_identifier=bytes(16))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_dossier_of_the_longest_names_stays_inside_the_type_area(language: Language) -> None:
    assert faults(pressed(crowded(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_dossier_of_names_without_end_and_foreign_letters_stays_inside_and_keeps_to_both_standards(
    language: Language,
) -> None:
    content = pressed(rough(language))
    assert faults(content) == []
    assert [is_pdf_compliant_bytes(content, profile=profile) for profile in PROFILES] == [True, True]


def test_html_of_rough_names_escapes_them_names_what_has_no_glyph_and_lists_every_annex() -> None:
    html = render_html(rough("nl"))
    assert "<script" not in html
    assert "[U+1F600][U+200D]" in html
    assert "\u0391\u03b8\u03ae\u03bd\u03b1 \u041a\u0438\u0457\u0432" in html
    evidence = html.partition('<section id="evidence">')[2].partition("</section>")[0]
    assert [f'<th scope="row">{number or "Bureau"}</th>' in evidence for number in range(ANNEXES + 1)] == [True] * 41


def test_summary_of_letters_without_glyph_counts_them_as_they_are_printed() -> None:
    summary = site_summary(rough("nl"))
    assert (
        summary.hospital
        == "\u0391\u03b8\u03ae\u03bd\u03b1 \u041a\u0438\u0457\u0432 \u6f22\u5b57 \U0001f600\u200d\u2026"
    )
