"""The desk's template tags: verdicts, states, the law's sentence, charts, icons, and dates and numbers in words."""

from base64 import b64encode
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.charts import BarChart, layout
from accounts.formats import long_day, with_colon
from accounts.words import CAUSES, OUTCOMES, STATES, VERDICTS, Word

register = template.Library()

MINUS = "\N{MINUS SIGN}"
# The ink of each tone in site.css; a PDF knows no custom properties inside an image.
TONE_INK = {
    "met": "#1a6a4b",
    "transition": "#7a5200",
    "verify": "#2f4fb5",
    "not-met": "#a1232c",
    "noted": "#5a3b86",
    "na": "#5f6770",
}


@register.inclusion_tag("components/verdict.html")
def verdict(code: str, *, note: object = "", sign_only: bool = False) -> dict[str, object]:
    """A sign, a word and a colour, in that order; `sign_only` is the matrix cell, its word read aloud only."""
    word = _word(code)
    return {"code": code, "look": word, "word": capfirst(str(word.word)), "note": note, "sign_only": sign_only}


@register.inclusion_tag("components/outcome.html")
def outcome(code: str) -> dict[str, object]:
    """An outcome never stands without the word advice: the Committee votes, the Minister decides."""
    return {"code": code}


@register.inclusion_tag("components/state.html")
def state(code: str, said: str = "") -> dict[str, object]:
    """The state of an application, batch, ballot, upload or job as one quiet word, or as what is said instead."""
    tone, word = STATES.get(str(code), ("quiet", getattr(code, "label", str(code))))
    return {"tone": tone, "word": capfirst(said or str(word))}


@register.filter
def cause(code: str) -> str:
    """Why work failed in words, with its code behind; a code without words is said as it is."""
    return f"{capfirst(str(CAUSES[code]))} ({code})" if code in CAUSES else code


@register.inclusion_tag("components/law.html")
def law(sentence: str, cite: str = "", *, lang: str = "", href: str = "", link: str = "") -> dict[str, object]:
    """The law speaks in its own voice, with its source; `lang` when it is not the language of the page."""
    return {"sentence": sentence, "cite": cite, "lang": lang, "href": href, "link": link}


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(chart: BarChart, *, show_table: bool = False, flat: bool = False) -> dict[str, object]:
    """A chart is drawn on the server and always comes with the table of its numbers; `flat` is for paper."""
    rows = [
        (bar.label, [series.bars[index] for series in chart.series])
        for index, bar in enumerate(chart.series[0].bars if chart.series else ())
    ]
    return {"chart": chart, "layout": layout(chart), "rows": rows, "show_table": show_table, "flat": flat}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing beside a word; hidden from screen readers."""
    return mark_safe(render_to_string(f"components/icons/{name}.svg").strip())  # noqa: S308 our own file, no data in it


@register.simple_tag
def sign(code: str) -> SafeString:
    """The sign of a verdict or outcome without its word; put the word beside it."""
    return mark_safe(_sign_svg(_word(code)))  # noqa: S308 our own file, no data in it


@register.simple_tag
def sign_image(code: str, alt: str | None = None) -> SafeString:
    """The sign as an image whose data stands in the document, for a PDF; on screen the policy forbids it."""
    word = _word(code)
    drawn = _sign_svg(word).replace("currentColor", TONE_INK[word.tone])
    data = b64encode(drawn.encode()).decode()
    text = str(word.word) if alt is None else alt
    return format_html('<img class="sign" alt="{}" src="data:image/svg+xml;base64,{}">', text, data)


@register.simple_tag
def field_value(value: object, empty: str = "") -> str | SafeString:
    """What a person typed, as words: yes or no, a long date, a number; what is not known says so and is never 0."""
    if value is None or value == "" or value == [] or value == ():
        return format_html('<span class="unknown">{}</span>', empty or _("not given yet"))
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(conditional_escape(_one_value(each)) for each in value)
    return _one_value(value)


@register.filter
def colon(text: object) -> str:
    """What announces something, as the language of the page sets it."""
    return with_colon(text)


@register.filter
def long_date(value: date | None) -> str:
    """31 July 2026, in the language of the page."""
    return "" if value is None else long_day(_day(value))


@register.filter
def day_in_words(value: date | str) -> str:
    """A day given as a date or already as text."""
    return value if isinstance(value, str) else long_date(value)


@register.filter
def short_date(value: date | None) -> str:
    """31/07/2026."""
    return "" if value is None else _day(value).strftime("%d/%m/%Y")


@register.filter
def month_year(value: date | None) -> str:
    """July 2026."""
    return "" if value is None else date_format(_day(value), "F Y", use_l10n=True)


@register.filter
def date_time(value: datetime | None) -> str:
    """31/07/2026 23:59, Belgian time."""
    return "" if value is None else _local(value).strftime("%d/%m/%Y %H:%M")


@register.filter
def number(value: Decimal | int | None) -> str:
    """A number with the separators of the page's language; unknown stays empty."""
    return "" if value is None else number_format(value, use_l10n=True, force_grouping=not -10_000 < value < 10_000)


@register.filter
def signed(value: Decimal | int | None) -> str:
    """A margin as a number with its sign: +7, +0, or a true minus."""
    if value is None:
        return ""
    return f"+{number(value)}" if value >= 0 else f"{MINUS}{number(-value)}"


@register.filter
def site_number(value: str | int | None) -> str:
    """An establishment number as the register of enterprises prints it: 8.000.000.071."""
    digits = "" if value is None else str(value).replace(".", "")
    return f"{digits[0]}.{digits[1:4]}.{digits[4:7]}.{digits[7:]}" if len(digits) == 10 and digits.isdigit() else digits


@register.filter
def days(value: int | None) -> str:
    """23 days, 1 day."""
    return "" if value is None else ngettext("%(n)s day", "%(n)s days", value) % {"n": value}


@register.filter
def file_size(value: int | None) -> str:
    """184 kB or 2,4 MB, decimal units."""
    if value is None:
        return ""
    if value < 1_000_000:
        return f"{max(1, value // 1000)} kB"
    return f"{number_format(Decimal(value) / 1_000_000, decimal_pos=1)} MB"


@register.filter
def short_hash(value: str) -> str:
    """The first and last four characters of a fingerprint; the full one belongs in a title or a detail."""
    return f"{value[:4]}…{value[-4:]}" if len(value) > 12 else value


@register.filter
def error_target(bound_field: Any) -> str:
    """The id that a link of the error summary jumps to: the field, or the first choice of a group."""
    return f"{bound_field.auto_id}_0" if bound_field.use_fieldset else str(bound_field.id_for_label)


def _word(code: str) -> Word:
    return VERDICTS[code] if code in VERDICTS else OUTCOMES[code]


def _sign_svg(word: Word) -> str:
    return render_to_string(f"components/signs/{word.sign}.svg").strip()


def _one_value(value: object) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return date_time(value)
        case date():
            return long_date(value)
        case int() | Decimal():
            return number(value)
        case Promise():
            return str(value)
        case _:
            return str(getattr(value, "label", value))


def _day(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
