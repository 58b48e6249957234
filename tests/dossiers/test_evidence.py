"""A filed PDF shows its pages and does nothing else."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest
from pdfminer.high_level import extract_text
from pikepdf import Array, Dictionary, Stream

from evaluation.dossiers.evidence import ACTING, ACTIONS, EvidenceUnreadable, cleaned_evidence
from tests.dossiers.hostile import (
    encrypted,
    filled_form,
    hostile,
    inherited,
    paper,
    saved,
    truncated,
    without_pages,
)


def cleaned(content: bytes) -> bytes:
    return saved(cleaned_evidence(BytesIO(content)))


def every(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Each dictionary and stream of a file, also those inside others."""
    waiting = [item for item in pdf.objects if item is not None]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Dictionary | Stream):
            yield item
            waiting += [value for value in item.values() if _is_direct(value)]
        elif isinstance(item, Array):
            waiting += [value for value in item if _is_direct(value)]


def _is_direct(value: object) -> bool:
    return isinstance(value, Dictionary | Stream | Array) and not value.is_indirect


def threats(content: bytes) -> set[str]:
    found = set()
    with pikepdf.open(BytesIO(content)) as pdf:
        for item in every(pdf):
            found |= {key for key in item.keys() if key in ACTING - {"/Metadata"}}  # noqa: SIM118  # no mapping
            if str(item.get("/S", "")) in ACTIONS:
                found.add(f"action {item.S}")
            if isinstance(item, Stream) and "/F" in item:
                found.add("stream of another file")
            if item.get("/Subtype") == pikepdf.Name.PS:
                found.add("program")
    return found


def test_hostile_file_is_hostile_before_it_is_rewritten() -> None:
    assert threats(hostile()) >= {
        "/AA", "/AcroForm", "/EF", "/JS", "/OpenAction", "/XFA", "action /Launch", "action /SubmitForm",
        "action /URI", "program", "stream of another file",
    }  # fmt: skip


def test_cleaned_evidence_keeps_the_pages_and_nothing_that_acts_or_reaches_outside() -> None:
    content = cleaned(hostile())
    assert threats(content) <= {"/AA"}  # the name of a drawing among the resources of its page
    assert b"evil.example" not in content
    assert b"app.alert" not in content
    with pikepdf.open(BytesIO(content)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert len(pdf.pages) == 2
        assert set(pdf.pages[0].obj.Resources.XObject.keys()) == {"/AA", "/Out"}
    assert extract_text(BytesIO(content)).split() == ["EVIDENCE", "1", "EVIDENCE", "2"]


def test_cleaned_evidence_draws_what_a_form_showed() -> None:
    content = cleaned(filled_form())
    assert "ANSWERED YES" in extract_text(BytesIO(content))
    assert threats(content) == set()


def test_cleaned_evidence_keeps_what_pages_took_from_the_node_above() -> None:
    with pikepdf.open(BytesIO(cleaned(inherited()))) as pdf:
        page = pdf.pages[1]
        assert [int(side) for side in page.mediabox] == [0, 0, 842, 595]
        assert (int(page.obj.Rotate), "/F1" in page.obj.Resources.Font) == (90, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (encrypted(), "encrypted"),
        (encrypted(user=""), "encrypted"),
        (truncated(), "broken"),
        (without_pages(), "broken"),
        (b"", "broken"),
        (b"%PDF-1.7\nnothing", "broken"),
        (b"PK\x03\x04", "broken"),
    ],
    ids=["encrypted", "restricted", "truncated", "empty", "no-bytes", "header-only", "zip"],
)
def test_cleaned_evidence_of_an_unreadable_file_says_why(content: bytes, code: str) -> None:
    with pytest.raises(EvidenceUnreadable) as told:
        cleaned_evidence(BytesIO(content))
    assert told.value.code == code


def test_cleaned_evidence_of_a_page_without_size_is_broken() -> None:
    pdf = paper()
    pdf.pages[0].obj.MediaBox = Array([0, 0, 0, 0])
    with pytest.raises(EvidenceUnreadable):
        cleaned_evidence(BytesIO(saved(pdf)))


def test_cleaned_evidence_survives_objects_that_name_each_other() -> None:
    pdf = paper()
    one, other = pdf.make_indirect(Dictionary()), pdf.make_indirect(Dictionary())
    one.Other, other.Other = other, one
    pdf.pages[0].obj.Resources.ExtGState = Dictionary(G=one)
    assert threats(cleaned(saved(pdf))) == set()
