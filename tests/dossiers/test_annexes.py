"""The annex volume: every piece in its place, numbered, or a page that says why it is not there."""

import tracemalloc
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from pdfminer.high_level import extract_text
from pikepdf import Array, Name

from evaluation.dossiers.annexes import BuiltVolume, Piece, VolumeInputs, build_volume
from evaluation.dossiers.model import Language
from tests.dossiers.hostile import (
    changed,
    drawn_by,
    encrypted,
    endless,
    hostile,
    inherited,
    paper,
    saved,
    swelling,
    truncated,
)
from tests.dossiers.papers import BOUND, bound_html
from tests.dossiers.test_evidence import threats
from tests.dossiers.write_golden import LANGUAGES, paper_file

FILES = {
    "a": saved(paper(3, text="FIRST")),
    "b": encrypted(),
    "c": truncated(),
    "d": hostile(),
    "e": inherited(),
}


def pieces(*files: str) -> tuple[Piece, ...]:
    return tuple(
        Piece(number, f"Stuk {name}", f"{name}.pdf", name * 64, pages=0) for number, name in enumerate(files, 1)
    )


def inputs(*files: str, language: Language = "nl") -> VolumeInputs:
    return VolumeInputs(language, "2026-07/0007", "Kliniek Bosrand, site Zuid: Cetacel", pieces(*files))


def built(*files: str, language: Language = "nl") -> BuiltVolume:
    return build_volume(inputs(*files, language=language), open_file=lambda sha256: BytesIO(FILES[sha256[0]]))


def texts(volume: BuiltVolume) -> list[str]:
    return [" ".join(text.split()) for text in extract_text(BytesIO(volume.content)).split("\f")[:-1]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", BOUND)
def test_page_of_a_volume_is_the_golden_file(page: str, language: Language) -> None:
    assert bound_html(page, language) == paper_file(page, language).read_text(encoding="utf-8")


def test_build_volume_binds_each_piece_with_stamps_contents_and_bookmarks() -> None:
    volume = built("a", "d")
    pages = texts(volume)
    assert (volume.pages, volume.unreadable, len(pages)) == (6, 0, 6)
    assert [f"2026-07/0007 · bijlage 1 · {n} / 3" in pages[n] for n in (1, 2, 3)] == [True] * 3
    assert [f"{n} / 6" in text for n, text in enumerate(pages, 1)] == [True] * 6
    assert ["FIRST 2" in pages[2], "EVIDENCE 1" in pages[4]] == [True, True]
    assert "Stuk d" in pages[0]
    with pikepdf.open(BytesIO(volume.content)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["1. Stuk a", "2. Stuk d"]
        first = [pdf.pages.index(pikepdf.Page(item.destination[0])) for item in outline.root]  # type: ignore[index]  # a page and how to show it
        assert first == [1, 4]


def test_build_volume_puts_a_page_in_the_place_of_what_cannot_be_read() -> None:
    volume = built("b", "c", "a", language="fr")
    pages = texts(volume)
    assert (volume.pages, volume.unreadable) == (6, 2)
    assert ["b.pdf" in pages[1], "annexe 1 · 1 / 1" in pages[1]] == [True, True]
    assert ["c.pdf" in pages[2], "annexe 2 · 1 / 1" in pages[2]] == [True, True]
    assert "FIRST 1" in pages[3]


@pytest.mark.parametrize(
    "bad",
    [
        changed(CropBox=Array([0, 0, 5])),
        changed(CropBox=Array([Name.A, Name.B, Name.C, Name.D])),
        changed(Rotate=Name.Left),
        drawn_by(b"not packed at all", Name.FlateDecode),
        drawn_by(b"x", Name.Unheard),
        swelling(1024),
        endless(60_000),
    ],
    ids=["crop-of-three", "crop-of-names", "rotate-name", "bad-flate", "unknown-filter", "swelling", "endless"],
)
def test_build_volume_survives_a_piece_that_breaks_only_when_it_is_drawn(bad: bytes) -> None:
    files = {"a": FILES["a"], "b": bad}
    volume = build_volume(inputs("b", "a"), open_file=lambda sha256: BytesIO(files[sha256[0]]))
    pages = texts(volume)
    assert (volume.pages, volume.unreadable) == (5, 1)
    assert ["b.pdf" in pages[1], "FIRST 1" in pages[2]] == [True, True]


@pytest.mark.parametrize("crop", [[1000, 1000, 2000, 2000], [10, 10, 10, 10]])
def test_build_volume_shows_the_sheet_where_the_crop_leaves_nothing_of_it(crop: list[int]) -> None:
    bad = changed(CropBox=Array(crop))
    volume = build_volume(inputs("b"), open_file=lambda _sha256: BytesIO(bad))
    assert "EVIDENCE 1" in texts(volume)[1]


def test_build_volume_shows_in_a_bookmark_what_would_turn_its_text_round() -> None:
    [piece] = pieces("a")
    turned = replace(inputs("a"), pieces=(replace(piece, title="Attest \u202efdp.exe"),))
    volume = build_volume(turned, open_file=lambda sha256: BytesIO(FILES[sha256[0]]))
    with pikepdf.open(BytesIO(volume.content)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["1. Attest [U+202E]fdp.exe"]


def test_build_volume_of_hostile_pieces_acts_no_more_than_they_do_alone() -> None:
    assert threats(built("d", "a").content) <= {"/AA", "/Next", "/A"}


def test_build_volume_stands_every_page_on_a4_as_it_is_seen() -> None:
    with pikepdf.open(BytesIO(built("a", "e").content)) as pdf:
        boxes = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages]
        assert boxes == [(595, 842)] * 6
        assert all("/Rotate" not in page.obj for page in pdf.pages)


def test_build_volume_twice_gives_the_same_bytes_and_inputs_their_own_digest() -> None:
    assert built("a", "b") == built("a", "b")
    assert inputs("a").sha256 == inputs("a").sha256
    assert len({inputs("a").sha256, inputs("a", "b").sha256, inputs("a", language="fr").sha256}) == 3


def test_build_volume_claims_no_standard() -> None:
    with pikepdf.open(BytesIO(built("a").content)) as pdf:
        assert [key for key in ("/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents") if key in pdf.Root] == []


def test_build_volume_counts_the_pages_of_a_long_contents() -> None:
    volume = built(*("a" * 40))
    pages = texts(volume)
    fronts = volume.pages - 120
    assert fronts > 1
    assert "bijlage 40 · 3 / 3" in pages[-1]
    assert "bijlage 1 · 1 / 3" in pages[fronts]


def test_build_volume_of_a_piece_that_is_not_stored_is_an_error() -> None:
    def nothing(sha256: str) -> BytesIO:
        raise FileNotFoundError(sha256)

    with pytest.raises(FileNotFoundError):
        build_volume(inputs("a"), open_file=nothing)


def test_build_volume_of_400_pages_stays_small() -> None:
    tracemalloc.start()
    content = saved(paper(400))
    volume = build_volume(inputs("a"), open_file=lambda _sha256: BytesIO(content))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (volume.pages, peak < 100 * 2**20) == (401, True)
