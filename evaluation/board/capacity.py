"""Realised treatments as charts, and the holder's forecast as rows; neither enters the rules."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.charts import Bar, BarChart, Series
from accounts.formats import with_colon
from accounts.templatetags.desk import number
from applications.models import Application
from centres.models import Centre
from centres.selectors import RealisedTable, RealisedYears

Counts = tuple[tuple[int, int | None], ...]
"""A count per year, perhaps unknown."""


def capacity_charts(table: RealisedTable) -> tuple[tuple[Centre, BarChart], ...]:
    """One small chart per listed centre, each on its own scale: it shows a course, the table compares."""
    return tuple((row.centre, _chart(row, table.years)) for row in table.centres)


def totals(table: RealisedTable) -> Counts:
    """All centres together per year; unknown when none of them reported that year."""
    return tuple((year, _sum([row.per_year.get(year) for row in table.centres])) for year in table.years)


def table_rows(table: RealisedTable) -> tuple[tuple[Centre, Counts], ...]:
    return tuple((row.centre, tuple((year, row.per_year.get(year)) for year in table.years)) for row in table.centres)


def forecast_rows(application: Application) -> tuple[tuple[str, int | None], ...]:
    """What the holder expects in the first three years, each perhaps not given."""
    return tuple((_("Year %(n)s") % {"n": place}, count) for place, count in enumerate(application.forecast, start=1))


def _chart(row: RealisedYears, years: Sequence[int]) -> BarChart:
    bars = tuple(Bar(str(year), row.per_year.get(year)) for year in years)
    title = ", ".join(
        f"{with_colon(bar.label)} {_('unknown') if bar.value is None else number(bar.value)}" for bar in bars
    )
    return BarChart(title=f"{with_colon(row.centre)} {title}", series=(Series(_("treatments"), bars),))


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
