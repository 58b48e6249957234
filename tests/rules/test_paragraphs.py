"""The whole note is mapped, word for word; a gap, a changed text or an unknown criterion is refused."""

import re
import shutil
from pathlib import Path

import pytest

from evaluation.paragraphs import Kind, PublishedNote, folded, items_of, load_note, note_of
from evaluation.rules.load import CAR_T_CENTRES, InvalidCriteria
from tests.rules.stated import CRITERIA

NOTE = Path(__file__).parents[2] / "docs" / "law" / "ctg-nota-2025-11-05.nl.txt"
FILE = "paragraphs-2025-11-05.toml"
MARKS = {"rober", "Markering", "Page 3 of 6"}


@pytest.fixture(scope="module")
def published() -> PublishedNote:
    return load_note(CRITERIA)


@pytest.fixture
def regime(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CAR_T_CENTRES, tmp_path / "car_t_centres"))


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def refused(regime: Path, notes: Path = NOTE.parent) -> str:
    with pytest.raises(InvalidCriteria) as caught:
        load_note(CRITERIA, folder=regime, notes=notes)
    return str(caught.value)


def entry(paragraph: str) -> str:
    """The lines of one paragraph in the file."""
    text = (CAR_T_CENTRES / FILE).read_text()
    found = re.search(rf'\[\[paragraph\]\]\nid = "{re.escape(paragraph)}"\n.*?(?=\n\[\[|\Z)', text, re.DOTALL)
    assert found is not None
    return found[0]


def test_every_word_of_the_note_stands_in_one_paragraph(published: PublishedNote) -> None:
    lines = [folded(line) for line in NOTE.read_text().splitlines()]
    words = " ".join(line for line in lines if line and line not in MARKS)
    assert " ".join(each.text for each in published.paragraphs) == words


def test_what_does_not_weigh_is_told_apart(published: PublishedNote) -> None:
    not_weighed = {each.id: each.text[:45] for each in published.paragraphs if each.kind is Kind.NOT_WEIGHED}
    assert not_weighed == {
        "principles.3b": "maar zijn verder voor de toewijzing van centr",
        "findings.2b": "JACIE kondigt aan vanaf februari 2026 een min",
        "findings.2c": "Voor centra met een gecombineerde activiteit ",
        "findings.2e": "Voor de toediening van immune effector cells ",
        "motivation.1": "Er is geen criterium die uitbreiding op gebie",
        "motivation.2": "In deze fase wordt geen rekening gehouden met",
    }


def test_every_paragraph_that_no_criterion_carries_says_why(published: PublishedNote) -> None:
    silent = [each.id for each in published.paragraphs if set(each.reason) != {"nl", "fr", "en"}]
    assert silent == [each.id for each in published.paragraphs if each.kind is Kind.CRITERIA]


def test_every_sentence_quoted_stands_in_its_own_paragraph(published: PublishedNote) -> None:
    quoted = [each for each in items_of(CRITERIA) if not each.provenance.is_house_rule]
    where = {
        each.id: [row.id for row in published.mapped_to(each.id) if folded(each.provenance.sentence) in row.text]
        for each in quoted
    }
    assert where == {
        "C1a": ["I.1c"],
        "C1b": ["I.1a"],
        "C1c": ["I.1b"],
        "C2": ["I.2"],
        "C3a": ["I.3a"],
        "C3b": ["I.3b"],
        "C4": ["I.4"],
        "C5": ["I.5"],
        "C6": ["I.6"],
        "C7": ["I.8"],
        "P1": ["I.7.1"],
        "P2": ["I.7.2"],
        "P3": ["I.7.3"],
        "AD1": ["practical.1a"],
        "AD2": ["practical.1g"],
        "AD3": ["practical.1h"],
        "AD4": ["practical.1b"],
        "AD5": ["principles.5"],
    }


def test_note_of_a_version_is_found() -> None:
    assert note_of("2025-11-05").name == NOTE.name


@pytest.mark.parametrize("paragraph", ["head.1", "principles.5", "I.2", "motivation.1", "timeline.5"])
def test_paragraph_without_an_entry_is_refused(regime: Path, paragraph: str) -> None:
    rewrite(regime / FILE, entry(paragraph), "")
    assert refused(regime).startswith(f"car_t_centres/{FILE}: paragraph: words ")


UNSOUND = {
    "mapped to nothing": (
        'kind = "criteria"\ncriteria = ["C2"]',
        'kind = "criteria"\ncriteria = []',
        "paragraph[I.2].criteria: at least one criterion",
    ),
    "kind left out": (
        'kind = "criteria"\ncriteria = ["C2"]',
        'criteria = ["C2"]',
        "paragraph[I.2].kind: one of criteria, procedure, information, not weighed",
    ),
    "no reason": (
        'kind = "not weighed"\nreason = "geography"',
        'kind = "not weighed"',
        "paragraph[motivation.1].reason: a value of type str is required",
    ),
    "unknown reason": ('reason = "geography"', 'reason = "taste"', "paragraph[motivation.1].reason: one of layout,"),
    "reason beside criteria": (
        'kind = "criteria"\ncriteria = ["C2"]',
        'kind = "criteria"\nreason = "price"\ncriteria = ["C2"]',
        "paragraph[I.2].reason: not for a paragraph of the kind criteria",
    ),
    "unknown criterion": ('criteria = ["C5"]', 'criteria = ["C5", "C9"]', "paragraph[I.5].criteria: C9 is none of C1a"),
    "criterion without a paragraph": ('criteria = ["C5"]', 'criteria = ["C4"]', "no paragraph is mapped to C5"),
    "sentence elsewhere": (
        '"I.2"\nkind = "criteria"\ncriteria = ["C2"]',
        '"I.2"\nkind = "criteria"\ncriteria = ["P2"]',
        "the sentence quoted for C2 stands in none of its paragraphs: principles.4a",
    ),
    "unknown reading": ('readings = ["A22"]', 'readings = ["A99"]', "paragraph[principles.2b].readings: A99 is not"),
    "text changed": (
        "van 28 uitvoeren",
        "van 30 uitvoeren",
        "paragraph[I.2].text: the words of the note, next: “-een minimaal aantal",
    ),
    "hash changed": ('sha256 = "', 'sha256 = "0', "paragraph[head.1].sha256: "),
    "twice": ('id = "I.3a"', 'id = "I.2"', "paragraph[I.2].id: each id once"),
    "section unknown": ('id = "I.4"', 'id = "IV.4"', "paragraph[IV.4].id: a section before the dot: head, purpose"),
    "reason untranslated": ("text.fr", "# text.fr", "reason[layout].text.fr: a value of type str"),
    "unknown key": ('id = "I.4"', 'id = "I.4"\nweight = 1', "paragraph[I.4].weight: unknown key; allowed: id, kind"),
    "no such note": ('note = "ctg', 'note = "../ctg', "note: the name of a file in docs/law: ctg-nota"),
    "mark that is none": ('layout = ["rober"', 'layout = ["robert"', "layout: lines of the note; 'robert' is none"),
    "another version": ('version = "2025-11-05"', 'version = "2026-11-05"', "version: 2025-11-05, as in the name"),
}


@pytest.mark.parametrize(("old", "new", "message"), UNSOUND.values(), ids=UNSOUND.keys())
def test_unsound_map_is_refused(regime: Path, old: str, new: str, message: str) -> None:
    rewrite(regime / FILE, old, new)
    assert message in refused(regime)


def test_map_left_out_is_refused(regime: Path) -> None:
    (regime / FILE).unlink()
    assert refused(regime) == f"car_t_centres/{FILE}: file: required beside 2025-11-05.toml"


def test_note_that_changed_is_refused(regime: Path, tmp_path: Path) -> None:
    notes = tmp_path / "law"
    shutil.copytree(NOTE.parent, notes)
    rewrite(notes / NOTE.name, "in januari en juli", "in januari en in juli")
    assert "paragraph[practical.1b].text: the words of the note, next: “(wenselijk" in refused(regime, notes)


def test_text_and_note_changed_together_still_ask_for_a_person(regime: Path, tmp_path: Path) -> None:
    notes = tmp_path / "law"
    shutil.copytree(NOTE.parent, notes)
    rewrite(notes / NOTE.name, "in januari en juli", "in januari en in juli")
    rewrite(regime / FILE, "in januari en juli", "in januari en in juli")
    message = "once a person has compared the mapping with the changed text"
    assert f"paragraph[practical.1b].sha256: {message}" in re.sub(r"[0-9a-f]{64}, ", "", refused(regime, notes))


def test_note_goes_along_into_the_container() -> None:
    root = NOTE.parents[2]
    left_out = [line.strip("/*") for line in (root / ".dockerignore").read_text().splitlines()]
    assert "COPY . /app" in (root / "Dockerfile").read_text()
    assert [line for line in left_out if line in {"docs", "docs/law", "evaluation"} or line.endswith(".txt")] == []
