import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types

from evaluation.dossiers.model import Language
from evaluation.dossiers.press import FONTS, TEMPLATES, BundleFetcher, OutsideBundleError, bundle, html_to_pdf
from evaluation.dossiers.render import render_html
from tests.dossiers.samples import AT, sample
from tests.dossiers.write_golden import CASES, LANGUAGES, LONG, case_in, golden_file

PARTS = sorted((TEMPLATES / "dossiers").rglob("*.html"))


class Words(HTMLParser):
    """The text a reader sees, and the headings with their level."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.levels: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> Words:
    words = Words()
    words.feed(html)
    return words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", [*CASES, LONG])
def test_render_html_of_a_known_case_is_the_golden_file(case: str, language: Language) -> None:
    assert render_html(case_in(case, language)) == golden_file(case, language).read_text(encoding="utf-8")


def test_render_html_of_a_file_of_which_nothing_is_known_says_so() -> None:
    text = " ".join("".join(read(render_html(sample("unknown", "nl"))).text).split())
    assert "Onvolledig" in text
    assert "De capaciteit is nog niet beoordeeld." in text


def test_render_html_escapes_what_an_applicant_typed() -> None:
    typed = "<script>alert(1)</script> {{7*7}} {% now 'Y' %} <link rel=attachment href='file:///etc/hostname'>"
    html = render_html(sample("adult", "nl", motivation=typed))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} {% now &#x27;Y&#x27; %} &lt;link rel=attachment" in html
    assert "<script" not in html
    assert html.count("<link") == 1


def test_render_html_keeps_the_lines_of_a_reason_as_they_were_typed() -> None:
    context = sample("adult", "nl")
    judged = next(each for each in context.criteria if each.judgement)
    assert judged.judgement is not None
    typed = replace(judged, judgement=replace(judged.judgement, reason="Eerst <b>dit</b>.\nDan dat."))
    html = render_html(replace(context, criteria=(typed,)))
    assert "Eerst &lt;b&gt;dit&lt;/b&gt;.<br>Dan dat." in html


def test_render_html_shows_a_character_without_glyph_by_its_code_point() -> None:
    text = "".join(read(render_html(sample("adult", "nl", motivation="Dr. \u6f22 en \u03b2"))).text)
    assert "Dr. [U+6F22] en \u03b2" in text
    assert "ontbreken, staan er met hun codepunt: U+6F22." in text


@pytest.mark.parametrize("case", CASES)
def test_render_html_skips_no_level_of_heading(case: str) -> None:
    levels = read(render_html(sample(case, "fr"))).levels
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_render_html_is_in_the_language_of_the_file_whatever_the_reader_speaks() -> None:
    html = render_html(sample("adult", "fr"))
    assert '<html lang="fr-BE">' in html
    assert "Résultat selon les critères (avis)" in html


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_template_has_only_characters_of_every_bundled_font(path: Path) -> None:
    signs = {ord(sign) for sign in path.read_text(encoding="utf-8") if sign not in "\n\t"}
    for font in ("SourceSans3-Regular", "SourceSans3-Semibold", "SourceSerif4-Regular", "SourceSerif4-Semibold"):
        assert signs - set(TTFont(FONTS / f"{font}.ttf").getBestCmap()) == set()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "http://127.0.0.1/x.css",
        "https://example.org/x.png",
        "data:text/css,a{}",
        "bundle:/../manage.py",
        "bundle:/dossier.css?red",
    ],
)
def test_fetcher_refuses_whatever_is_not_in_the_bundle(url: str) -> None:
    with pytest.raises(OutsideBundleError):
        BundleFetcher().fetch(url)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "http://127.0.0.1:9/x.png"])
def test_html_to_pdf_that_refers_outside_the_bundle_is_not_rendered(url: str) -> None:
    html = f'<html lang="nl"><title>x</title><link rel="attachment" href="{url}"><p>x</p><img alt="x" src="{url}">'
    with pytest.raises(OutsideBundleError):
        html_to_pdf(html, identifier=bytes(16), receipt=b"{}", at=AT)


def test_bundle_has_a_sign_for_every_class_of_the_style_sheet() -> None:
    style = (TEMPLATES / "dossiers" / "dossier.css").read_text(encoding="utf-8")
    asked = set(re.findall(r"""url\("(bundle:[^"?]+)""", style))
    assert asked - set(bundle()) == set()


def test_render_html_takes_the_line_ends_of_a_browser_as_they_are() -> None:
    context = sample("adult", "nl")
    typed = replace(context, identification=replace(context.identification, holder="Een\r\nTwee"))
    assert "[U+000D]" not in render_html(typed)
