"""The generated reference says what the code does."""

from evaluation.reference.pages import reference_files
from tests.architecture.source import ROOT

FOLDER = ROOT / "docs" / "reference"


def test_reference_generated() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert written == reference_files(), "type `make docs`"
