import pytest
from django.utils import translation

from evaluation.services.closing import BlockingItem


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (
            BlockingItem("apheresis-site-unconfirmed", "8000000962"),
            "Site 8.000.000.962: confirm the site of apheresis.",
        ),
        (
            BlockingItem("contradiction-open", "8000000962", "certificate DEMO 1004"),
            "Site 8.000.000.962: resolve the contradiction on certificate DEMO 1004.",
        ),
        (BlockingItem("admissibility-undecided", "2026-07/0007"), "2026-07/0007: decide on its admissibility."),
    ],
)
def test_blocking_item_names_the_site_with_dots_and_the_fact_in_words(item: BlockingItem, message: str) -> None:
    with translation.override("en"):
        assert item.message == message
