"""Where the letters of a PDF stand: which leave the type area, and which are printed over another."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

MM: Final = 72 / 25.4
A4: Final = (210 * MM, 297 * MM)
SIDE: Final = 20 * MM
HEAD: Final = 27 * MM
FOOT: Final = 22 * MM
EDGE: Final = 9 * MM
CELL: Final = 8


@dataclass(frozen=True, slots=True)
class Letter:
    """One printed sign: its box, and its middle at the height of small letters."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, self.bottom + (self.top - self.bottom) * 0.4


def letters(content: bytes) -> Iterator[list[Letter]]:
    """The signs of each page, spaces left out."""
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=None)
    interpreter = PDFPageInterpreter(manager, device)
    for page in PDFPage.get_pages(BytesIO(content)):
        interpreter.process_page(page)
        yield [
            Letter(char.get_text(), char.x0, char.x1, char.y0, char.y1)
            for char in _chars(device.get_result())
            if char.get_text().strip()
        ]


def _chars(item: object) -> Iterator[LTChar]:
    if isinstance(item, LTChar):
        yield item
    elif isinstance(item, LTContainer):
        for each in item:
            yield from _chars(each)


def outside(page: list[Letter]) -> str:
    """What stands beyond the side margins, or between the type area and the lines at head and foot."""
    return "".join(each.text for each in page if not _stands_well(each))


def _stands_well(each: Letter) -> bool:
    _x, y = each.middle
    if each.left < SIDE - 1 or each.right > A4[0] - SIDE + 1:
        return False
    in_text = each.bottom + (each.top - each.bottom) * 0.2 >= FOOT - 1 and y <= A4[1] - HEAD + 1
    in_foot, in_head = EDGE <= y <= FOOT - 5 * MM, A4[1] - HEAD + 6 * MM <= y <= A4[1] - EDGE
    return in_text or in_foot or in_head


def overprinted(page: list[Letter]) -> str:
    """What is printed over another sign: its middle lies inside the other's body."""
    cells = defaultdict(list)
    for each in page:
        x, y = each.middle
        cells[int(x // CELL), int(y // CELL)].append(each)
    return "".join(each.text for each in page if any(_covers(other, each) for other in _around(cells, each)))


def _around(cells: dict[tuple[int, int], list[Letter]], each: Letter) -> Iterator[Letter]:
    x, y = (int(side // CELL) for side in each.middle)
    for column in (x - 1, x, x + 1):
        for row in (y - 1, y, y + 1):
            yield from cells.get((column, row), ())


def _covers(other: Letter, each: Letter) -> bool:
    if other is each:
        return False
    x, y = each.middle
    height = other.top - other.bottom
    return other.left + 0.2 < x < other.right - 0.2 and other.bottom + height * 0.22 < y < other.bottom + height * 0.62
