import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path

import page
import pikepdf
import pytest
from pdfminer.high_level import extract_text

from evaluation.dossiers.model import Language
from evaluation.dossiers.press import html_to_pdf
from evaluation.dossiers.render import render_html
from tests.dossiers.samples import AT, sample
from tests.dossiers.write_golden import CASES, LANGUAGES, LONG, case_in

ROOT = Path(__file__).resolve().parents[2]
PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)
RECEIPT = b'{"facts":{},"finding":{}}'


@cache
def rendered(case: str, language: Language) -> bytes:
    return html_to_pdf(render_html(case_in(case, language)), identifier=b"0123456789abcdef", receipt=RECEIPT, at=AT)


@pytest.fixture(scope="module")
def transition() -> bytes:
    return rendered("transition", "nl")


def fonts(pdf: pikepdf.Pdf) -> set[str]:
    named = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
    assert all("/FontFile2" in item for item in named)
    return {str(item.FontName).partition("+")[2] for item in named}


@pytest.mark.parametrize(("case", "language"), [*product((*CASES, "unknown", LONG), LANGUAGES)])
def test_pdf_of_every_case_keeps_to_both_standards(case: str, language: Language) -> None:
    content = rendered(case, language)
    reports = [page.validate_pdf_bytes(content, profile=profile) for profile in PROFILES]
    assert [(report.is_compliant, list(report.failures)) for report in reports] == [(True, []), (True, [])]


@pytest.mark.skipif(shutil.which("verapdf") is None, reason="veraPDF is not installed here")
@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_pdf_satisfies_verapdf_where_it_is_installed(transition: bytes, flavour: str, tmp_path: Path) -> None:
    path = tmp_path / "dossier.pdf"
    path.write_bytes(transition)
    done = subprocess.run(
        ["verapdf", "--flavour", flavour, "--format", "text", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()[0]) == (0, "PASS"), done.stdout


def test_pdf_tells_its_language_title_and_outline(transition: bytes) -> None:
    with pikepdf.open(BytesIO(transition)) as pdf:
        assert str(pdf.Root.Lang) == "nl-BE"
        assert str(pdf.docinfo["/Title"]) == "Dossier 2026-07/0007: site Zuid"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert bool(pdf.Root.MarkInfo.Marked)
        with pdf.open_outline() as outline:
            [top] = outline.root
            assert [item.title for item in top.children][:5] == [
                "Samenvatting: Kliniek Bosrand, site Zuid",
                "Inhoud",
                "Aandachtspunten",
                "De aanvraag",
                "Ontvankelijkheid",
            ]


def test_pdf_carries_the_receipt_and_nothing_that_acts(transition: bytes) -> None:
    with pikepdf.open(BytesIO(transition)) as pdf:
        assert {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()} == {
            "receipt.json": RECEIPT
        }
        acting = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and ("/JS" in item or item.get("/S") == pikepdf.Name.Launch)
        ]
        assert acting == []


def test_pdf_names_its_receipt_once_and_says_what_each_head_is_of(transition: bytes) -> None:
    with pikepdf.open(BytesIO(transition)) as pdf:
        assert len(pdf.Root.AF) == 1
        heads = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"]
        scopes = {str(head.A.Scope) for head in heads}
        assert (len(heads) > 50, scopes) == (True, {"/Column", "/Row"})


def test_pdf_embeds_the_bundled_fonts_only(transition: bytes) -> None:
    with pikepdf.open(BytesIO(transition)) as pdf:
        assert {name.rstrip(",") for name in fonts(pdf)} == {
            "Source-Sans-3",
            "Source-Sans-3-Semi-Bold",
            "Source-Serif-4",
            "Source-Serif-4-Semi-Bold",
        }


def test_pdf_reads_as_text_with_verdict_law_and_page_numbers(transition: bytes) -> None:
    pages = [" ".join(text.split()) for text in extract_text(BytesIO(transition)).split("\f")[:-1]]
    assert f"1 / {len(pages)}" in pages[0]
    assert "Dossier 2026-07/0007 · voor stemming · versie 1" in pages[-1]
    assert "Voldoet met overgang" in pages[0]
    assert "Deze uitkomst is een advies. De Commissie stemt over het voorstel; de Minister beslist." in pages[0]
    assert any(
        "een minimaal aantal allogene stamceltransplantaties van 28 uitvoeren op jaarbasis" in text for text in pages
    )


def test_pdf_with_a_code_to_scan_keeps_to_both_standards() -> None:
    context = replace(sample("adult", "nl"), verify_url="https://desk.example/verify/0123456789abcdef0123456789abcdef")
    content = html_to_pdf(render_html(context), identifier=bytes(16), receipt=RECEIPT, at=AT)
    assert [page.is_pdf_compliant_bytes(content, profile=profile) for profile in PROFILES] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_numbers_its_pages_up_to_the_last(language: Language) -> None:
    pages = extract_text(BytesIO(rendered("adult", language))).split("\f")[:-1]
    assert [f"{number} / {len(pages)}" in text for number, text in enumerate(pages, 1)] == [True] * len(pages)
    assert 8 <= len(pages) <= 12


def test_pdf_of_some_sixty_pages_repeats_the_heads_of_its_tables_and_leaves_no_heading_alone() -> None:
    pages = extract_text(BytesIO(rendered(LONG, "nl"))).split("\f")[:-1]
    assert 52 <= len(pages) <= 68
    assert [f"{number} / {len(pages)}" in text for number, text in enumerate(pages, 1)] == [True] * len(pages)
    of_inputs = [text for text in pages if text.count("2024 EBMT") > 1]
    assert len(of_inputs) > 20
    assert ["Opgegeven en bevestigd door" in text for text in of_inputs] == [True] * len(of_inputs)
    running = ("RIZIV", "Dossier 2026-07/0007", "ontvangstbewijs sha256", " / ")
    told = [
        [line for line in text.split("\n") if line.strip() and not any(r in line for r in running)] for text in pages
    ]
    assert [len(lines) > 2 for lines in told] == [True] * len(pages)


def copied(folder: Path) -> Path:
    code = ("accounts", "applications", "centres", "evaluation", "jobs", "tests/cases", "tests/dossiers")
    for name in (*code, "locale", "static/fonts", "templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests" / "__init__.py").touch()
    return folder


def sha256_in_a_process(folder: Path, *, day: str, before: tuple[str, ...] = (), **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.dossiers.render_once", day, *before],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_pdf_has_the_same_bytes_after_others_in_the_same_process() -> None:
    alone = sha256_in_a_process(ROOT, day="2026-09-03T10:00:00Z")
    assert sha256_in_a_process(ROOT, day="2026-09-03T10:00:00Z", before=("contradictory", "adult")) == alone


def test_pdf_has_the_same_bytes_on_another_day_in_another_zone_folder_and_hash_seed(tmp_path: Path) -> None:
    here = sha256_in_a_process(ROOT, day="2026-09-03T10:00:00Z", TZ="Europe/Brussels", PYTHONHASHSEED="1")
    elsewhere = sha256_in_a_process(
        copied(tmp_path), day="2031-02-28T23:30:00Z", TZ="Pacific/Kiritimati", PYTHONHASHSEED="2", LANG="C.UTF-8"
    )
    assert here == elsewhere
