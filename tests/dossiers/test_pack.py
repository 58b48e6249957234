"""The pack: the stored dossiers page for page behind a front that finds them."""

from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import pikepdf
from pdfminer.high_level import extract_text

from evaluation.dossiers.model import Language
from evaluation.dossiers.pack import (
    BuiltPack,
    Item,
    Outcome,
    PackInputs,
    Part,
    Row,
    Sitting,
    Verdict,
    build_pack,
    verdict_pages,
)
from tests.dossiers.test_pdf import rendered

FILES = {"a": ("adult", "nl"), "b": ("paediatric", "fr")}
CRITERIA = ("C1a", "C1b", "C1c", "C2", "C3a", "C3b", "C4", "C5", "C6", "C7", "P1", "P2", "P3")
SAID = ("MET", "TRANSITION", "TRANSITION_TO_CONFIRM", "TO_VERIFY", "NOT_MET", "NOTED", "NA")


def stored(sha256: str) -> BytesIO:
    case, language = FILES[sha256[0]]
    return BytesIO(rendered(case, language))


def part(number: int, name: str) -> Part:
    verdicts = tuple(Verdict(criterion, SAID[(number + place) % 7]) for place, criterion in enumerate(CRITERIA))
    outcomes = (Outcome("ADULT", "ELIGIBLE"), Outcome("PAED", "NOT_ELIGIBLE"))[: 1 if name == "a" else 2]
    row = Row(f"2026-07/{number:04d}", "Kliniek Bosrand, site Zuid", outcomes, verdicts)
    return Part(row, "Cetacel", 1, name * 64, 0)


def inputs(*names: str, language: Language = "nl") -> PackInputs:
    parts = tuple(part(number, name) for number, name in enumerate(names, 1))
    items = tuple(Item(each.row.reference, each.row.site, each.product, "ADULT") for each in parts)
    return PackInputs(
        language=language,
        batch="2026-07",
        batch_year=2026,
        batch_month=7,
        reference_on=date(2026, 7, 31),
        sittings=(Sitting(date(2026, 9, 15), items),),
        parts=parts,
    )


@cache
def built(*names: str, language: Language = "nl") -> BuiltPack:
    return build_pack(inputs(*names, language=language), open_file=stored)


def texts(content: bytes) -> list[str]:
    return [" ".join(text.split()) for text in extract_text(BytesIO(content)).split("\f")[:-1]]


def test_build_pack_holds_each_dossier_page_for_page_behind_the_front() -> None:
    pages = texts(built("a", "b").content)
    single = [*texts(rendered("adult", "nl")), *texts(rendered("paediatric", "fr"))]
    assert len(pages) == built("a", "b").pages == 4 + len(single)
    kept = [set(text.split()) <= set(page.split()) for text, page in zip(single, pages[4:], strict=True)]
    assert kept == [True] * len(single)
    assert [f"2026-07 · {n} / {len(pages)}" in text for n, text in enumerate(pages, 1)] == [True] * len(pages)


def test_build_pack_says_where_each_dossier_starts() -> None:
    content = built("a", "b").content
    second = 4 + len(texts(rendered("adult", "nl"))) + 1
    contents = texts(content)[2]
    assert ["2026-07/0001" in contents, f"{second}" in contents, "a" * 8 in contents] == [True] * 3
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_outline() as outline:
        dossiers = [item for item in outline.root if item.title.startswith("2026-07/")]
        assert [item.title for item in dossiers] == [
            "2026-07/0001 · Kliniek Bosrand, site Zuid",
            "2026-07/0002 · Kliniek Bosrand, site Zuid",
        ]
        firsts = [pdf.pages.index(pikepdf.Page(item.destination[0])) + 1 for item in dossiers]  # type: ignore[index]  # a page and how to show it
        assert firsts == [5, second]
        assert len(dossiers[0].children) > 5


def test_build_pack_keeps_the_links_of_a_dossier_inside_that_dossier() -> None:
    with pikepdf.open(BytesIO(built("a", "b").content)) as pdf:
        first = 4 + len(texts(rendered("adult", "nl")))
        cover = pdf.pages[first]
        targets = [pdf.pages.index(pikepdf.Page(link.Dest[0])) for link in cover.obj.Annots]
        assert targets
        assert all(first <= target < len(pdf.pages) for target in targets)


def test_build_pack_twice_gives_the_same_bytes_and_claims_no_standard() -> None:
    again = build_pack(inputs("a", "b"), open_file=stored, verdicts=verdict_pages(inputs("a", "b").table))
    assert again == built("a", "b")
    with pikepdf.open(BytesIO(again.content)) as pdf:
        assert [key for key in ("/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents") if key in pdf.Root] == []
        assert list(pdf.attachments) == []


def test_build_pack_leaves_a_revoked_dossier_out_and_says_so() -> None:
    first, second = inputs("a", "b").parts
    revoked = replace(inputs("a", "b"), parts=(replace(first, revoked_on=date(2026, 9, 1)), second))
    content = build_pack(revoked, open_file=stored).content
    pages = texts(content)
    assert len(pages) == 4 + len(texts(rendered("paediatric", "fr")))
    assert "ingetrokken op 1 september 2026: niet ingebonden" in pages[2]
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root if "2026-07/" in item.title] == [
            "2026-07/0002 · Kliniek Bosrand, site Zuid"
        ]
    assert revoked.sha256 != inputs("a", "b").sha256


def test_pack_inputs_differ_when_a_dossier_an_agenda_or_the_language_does() -> None:
    digests = {inputs(*names).sha256 for names in (("a",), ("b",), ("a", "b"))}
    assert len(digests | {inputs("a", language="fr").sha256}) == 4
