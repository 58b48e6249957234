"""The vendored files are what the list says, and every character of a template can be drawn."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # ships no types

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
FONTS = sorted((STATIC / "fonts").glob("*-Regular.ttf"))


def listed_files() -> dict[str, str]:
    packages = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))["package"]
    return {name: digest for package in packages for name, digest in package["sha256"].items()}


def test_vendored_files_are_the_listed_ones() -> None:
    suffixes = {".css", ".woff2", ".ttf", ".js"}
    present = [
        path for folder in ("vendor", "fonts") for path in (STATIC / folder).rglob("*") if path.suffix in suffixes
    ]

    assert listed_files() == {
        path.relative_to(STATIC).as_posix(): sha256(path.read_bytes()).hexdigest() for path in present
    }


def test_every_vendored_package_has_its_licence() -> None:
    packages = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))["package"]

    assert [package["name"] for package in packages if not (STATIC / package["licence_file"]).is_file()] == []


@pytest.mark.parametrize("font", FONTS, ids=lambda path: path.stem)
def test_every_character_of_a_template_is_in_the_font(font: Path) -> None:
    drawable = set(TTFont(font).getBestCmap())
    missing = {
        f"{path.relative_to(ROOT)}: {character}"
        for path in (ROOT / "templates").rglob("*.html")
        for character in set(path.read_text(encoding="utf-8")) - {"\n", "\t"}
        if ord(character) not in drawable
    }

    assert missing == set()


def test_site_css_fetches_only_files_that_exist() -> None:
    css = (STATIC / "site.css").read_text(encoding="utf-8")

    assert [name for name in re.findall(r'url\("([^"]+)"\)', css) if not (STATIC / name).is_file()] == []


def test_compiled_components_fetch_nothing() -> None:
    assert re.findall(r"url\(|@import|GDS|crest", (STATIC / "vendor/govuk/govuk.css").read_text(encoding="utf-8")) == []
