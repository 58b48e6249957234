"""Filters of the dossier's templates: codes to words, dates and numbers in the dossier's language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.formats import NO_BREAK, with_colon
from accounts.templatetags.desk import short_hash, signed, site_number
from evaluation.dossiers import charts
from evaluation.dossiers.days import local_day, moment, printed_day, stamp
from evaluation.dossiers.figures import Capacity, FigureTable, YearFigures
from evaluation.dossiers.glyphs import both_ends, short
from evaluation.dossiers.model import Criterion, EvidencePlace, Plain
from evaluation.dossiers.words import CONDITIONS, FILING_WARNINGS, SIGNS, WORDS

NOT_APPLICABLE = "NA"
GLYPHS = {
    "MET": "\N{CHECK MARK}",
    "NOT_MET": "\N{BALLOT X}",
    "TO_VERIFY": "?",
    "NOTED": "i",
    "NA": "\N{EN DASH}",
    "": "\N{EN DASH}",
}
PLACES = 3
LONG = 700
SHADES = {"year-0": "#d5e4e6", "year-1": "#a3c5ca", "year-2": "#5795a0", "year-3": "#0b5c6b"}

register = template.Library()
register.filter(signed)
register.filter(site_number)
register.filter(short_hash)
register.filter(short)
register.filter(both_ends)
register.filter("day", printed_day)
register.filter(moment)
register.filter(stamp)
register.filter(local_day)


class OfBatch(Protocol):
    """What belongs to a batch and says so by its year and month."""

    @property
    def batch_year(self) -> int: ...

    @property
    def batch_month(self) -> int: ...


@register.filter
def word(code: str) -> str:
    """The word of a code; an unknown code is a `KeyError`, never an empty place."""
    return str(WORDS[code])


@register.filter
def filing_warning(code: str) -> str:
    """The sentence of a warning at filing."""
    return str(FILING_WARNINGS[code])


@register.filter
def condition(code: str) -> str:
    """What a listing is subject to; a code of an earlier list as it stands."""
    return str(CONDITIONS.get(code, code))


@register.filter
def sign(code: str) -> str:
    """The class that draws the sign beside the word of a code."""
    return SIGNS[code].lower().replace("_", "-")


@register.filter
def listed(items: Iterable[object]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    texts = [str(item) for item in items]
    if len(texts) < 2:
        return "".join(texts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(texts[:-1]), "last": texts[-1]}


@register.filter
def words(codes: Iterable[str]) -> str:
    """The words of several codes, listed."""
    return listed(word(code) for code in codes)


@register.filter
def grouped(digest: str) -> str:
    """A digest in groups of eight, so that two can be compared by eye."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


@register.filter
def verify_code(address: str) -> str:
    """The code at the end of a verify address."""
    return address.rpartition("/")[2]


@register.filter
def in_fours(code: str) -> str:
    """A code in groups of four signs, as it is typed from paper."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def shown(value: Plain) -> str:
    """An input's value; what was not stated says so, yes and no are words."""
    if value is None or value == "":
        return _("not stated")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    return printed_day(value) if isinstance(value, date) else str(value)


@register.filter
def is_long(value: Plain) -> bool:
    """A text of many lines: it may break over pages and takes the full width where it stands in a table."""
    return isinstance(value, str) and len(value) > LONG


@register.filter
def figure(number: int | None) -> str:
    """A count; an en dash where there is none, never a zero."""
    return charts.NO_FIGURE if number is None else str(number)


@register.filter
def place(evidence: EvidencePlace | None) -> str:
    """Where the evidence stands: `annex 2, p. 1`, with the reference in front when it is another application's."""
    if evidence is None:
        return ""
    annex = _("annex %(number)s") % {"number": evidence.annex}
    text = annex if evidence.page is None else _("%(annex)s, p. %(page)s") % {"annex": annex, "page": evidence.page}
    text = text.replace(" ", NO_BREAK)
    return f"{evidence.reference}, {text}" if evidence.reference else text


@register.filter
def at(values: Mapping[str, str], key: str) -> str:
    """The value of a key, or nothing."""
    return values.get(key, "")


@register.filter
def glyph(code: str) -> str:
    """The sign of a verdict as a character, where the typeface has one: a table of hundreds is drawn faster so."""
    return GLYPHS.get(code, "")


@register.filter
def split(text: str) -> list[str]:
    """The words of a fixed list."""
    return text.split()


@register.filter
def batch(identification: OfBatch) -> str:
    """The batch by its number and month: `2026-07 (July 2026)`."""
    month = date(identification.batch_year, identification.batch_month, 1)
    return f"{month:%Y-%m} ({date_format(month, 'F Y')})"


@register.filter
def places(criterion: Criterion) -> tuple[str, ...]:
    """The first places of evidence of a criterion, each once, in order, and how many follow: all stand with it."""
    found = tuple(dict.fromkeys(place(line.evidence) for line in criterion.inputs if line.evidence))
    return found if len(found) <= PLACES else (*found[: PLACES - 1], f"+{len(found) - PLACES + 1}")


@register.filter
def acts(criterion: Criterion) -> int | None:
    """The margin where it counts acts; days stand only with the criterion itself."""
    return criterion.margin if criterion.margin_unit == "ACTS" else None


@register.filter
def applicable(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """The criteria that hold for the populations asked for."""
    return tuple(criterion for criterion in criteria if criterion.verdict != NOT_APPLICABLE)


@register.filter
def not_applicable(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """The criteria of a population that is not asked for; they stand together behind the others."""
    return tuple(criterion for criterion in criteria if criterion.verdict == NOT_APPLICABLE)


@register.filter
def reading_ids(criterion: Criterion) -> str:
    """The readings a criterion rests on, listed."""
    return listed(reading.id for reading in criterion.readings)


@register.filter
def figures_chart(table: FigureTable) -> charts.Chart:
    """The drawing of a table of booked years."""
    return charts.figures_chart(table)


@register.filter
def small_figures_chart(table: FigureTable) -> charts.Chart:
    """The same drawing for half the width of a page."""
    return charts.figures_chart(table, plot=charts.SMALL)


@register.filter
def capacity_charts(capacity: Capacity) -> tuple[charts.Chart, ...]:
    """The drawings of the realised treatments per centre."""
    return charts.capacity_charts(capacity)


@register.filter
def chart_text(years: Iterable[YearFigures]) -> str:
    """The counted numbers in words, for who does not see the drawing."""
    return ", ".join(named(year.year, figure(year.counted)) for year in years)


@register.filter
def unit(criterion: Criterion) -> str:
    """The unit of a margin; none beside a single one, for the word stands in the plural only."""
    return "" if criterion.margin in (1, -1) else word(criterion.margin_unit)


def named(name: object, value: object) -> str:
    """A name and what belongs to it."""
    return f"{with_colon(name)} {value}"


@register.filter
def plus(number: int, offset: int) -> int:
    """A coordinate moved by an offset."""
    return number + offset


@register.filter
def shade(kind: str) -> str:
    """The tint of a year, darkest for the latest."""
    return SHADES[kind]
