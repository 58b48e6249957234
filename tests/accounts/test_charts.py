from decimal import Decimal
from itertools import pairwise

from accounts.charts import Bar, BarChart, Box, Layout, ReferenceLine, Series, layout


def test_layout_one_series_with_reference_and_pending() -> None:
    bars = (Bar("2022", 14), Bar("2023", None), Bar("2024", 28, pending=1))
    chart = BarChart("acts", (Series("acts", bars),), ReferenceLine("level", 28))

    assert layout(chart) == Layout(
        boxes=(
            Box(x=43, y=90, width=58, height=50, pending_height=0, bar=bars[0], tone="accent"),
            Box(x=299, y=40, width=58, height=100, pending_height=4, bar=bars[2], tone="accent"),
        ),
        lines=(),
        ticks=((72, "2022"), (200, "2023"), (328, "2024")),
        reference_y=40,
    )


def test_layout_grouped_bars_never_overlap() -> None:
    chart = BarChart(
        "acts",
        tuple(Series(name, tuple(Bar(str(year), year - 2000) for year in range(2020, 2026))) for name in "abc"),
    )

    boxes = sorted(layout(chart).boxes, key=lambda box: box.x)

    assert len(boxes) == 18
    assert all(left.x + left.width <= right.x for left, right in pairwise(boxes))
    assert boxes[0].x >= 0
    assert boxes[-1].x + boxes[-1].width <= 400


def test_layout_line_gives_points_of_the_known_values() -> None:
    line = Series("mean", (Bar("2022", Decimal("10.5")), Bar("2023", None), Bar("2024", 21)), kind="line")

    assert layout(BarChart("mean", (line,))).polylines == (("accent", "72,88 328,36"),)


def test_layout_of_zeros_draws_flat_bars() -> None:
    boxes = layout(BarChart("none", (Series("none", (Bar("2022", 0),)),))).boxes

    assert [(box.y, box.height, box.inside) for box in boxes] == [(140, 0, False)]
