from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from accounts.templatetags import desk
from accounts.words import OUTCOMES, VERDICTS


def drawn(source: str, **context: object) -> str:
    return Template("{% load desk %}" + source).render(Context(context))


@pytest.mark.parametrize("code", [*VERDICTS, *OUTCOMES])
def test_verdict_has_sign_word_and_tone(code: str) -> None:
    look = {**VERDICTS, **OUTCOMES}[code]

    with translation.override("en"):
        badge = drawn("{% verdict code %}", code=code)
        cell = drawn("{% verdict code sign_only=True note='+7' %}", code=code)
        word = str(look.word)

    assert badge.startswith(f'<span class="v tone-{look.tone}" data-verdict="{code}"><svg class="sign"')
    assert badge.endswith(f"</svg>{word[0].upper()}{word[1:]}</span>")
    assert f'<span class="mark-note">+7</span><span class="govuk-visually-hidden"> {word[0].upper()}' in cell


def test_sign_image_carries_its_ink_and_its_word() -> None:
    with translation.override("en"):
        image = desk.sign_image("NOT_MET")

    assert image.startswith('<img class="sign" alt="not met" src="data:image/svg+xml;base64,')


def test_law_escapes_what_it_quotes() -> None:
    quote = drawn("{% law sentence cite %}", sentence="<b>28</b>", cite="a & b")

    assert "<p>&lt;b&gt;28&lt;/b&gt;</p>" in quote
    assert "<cite>a &amp; b</cite>" in quote


def test_outcome_says_advice() -> None:
    with translation.override("en"):
        assert drawn("{% outcome 'ELIGIBLE' %}").endswith('<span class="advice">advice</span></span>')


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (Decimal("2.5"), "2.5"),
        (12345, "12,345"),
        (date(2026, 7, 31), "31 July 2026"),
        (["a", "<b>"], "a, &lt;b&gt;"),
        (None, '<span class="unknown">not given yet</span>'),
        ("", '<span class="unknown">not given yet</span>'),
    ],
)
def test_field_value_in_words(value: object, shown: str) -> None:
    with translation.override("en"):
        assert desk.field_value(value) == shown


def test_dates_in_three_languages() -> None:
    found = {}
    for language in ("nl", "fr", "en"):
        with translation.override(language):
            found[language] = (desk.long_date(date(2026, 7, 31)), desk.month_year(date(2026, 7, 1)))

    assert found == {
        "nl": ("31 juli 2026", "juli 2026"),
        "fr": ("31 juillet 2026", "juillet 2026"),
        "en": ("31 July 2026", "July 2026"),
    }


def test_date_time_is_belgian() -> None:
    assert desk.date_time(datetime(2026, 7, 31, 21, 59, tzinfo=UTC)) == "31/07/2026 23:59"


def test_number_filters() -> None:
    with translation.override("nl"):
        shown = [
            desk.signed(7),
            desk.signed(0),
            desk.signed(-5),
            desk.signed(None),
            desk.site_number("8000000071"),
            desk.site_number("71"),
            desk.file_size(184_321),
            desk.file_size(2_400_000),
            desk.short_hash("3f9a" + "0" * 56 + "c41d"),
        ]

    assert shown == ["+7", "+0", "\N{MINUS SIGN}5", "", "8.000.000.071", "71", "184 kB", "2,4 MB", "3f9a…c41d"]
