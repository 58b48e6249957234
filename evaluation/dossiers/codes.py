"""The code that leads from paper to the verify page, as a path the template draws."""

from dataclasses import dataclass

import segno

BORDER = 4


@dataclass(frozen=True, slots=True)
class ScanCode:
    """A square of `size` units with its dark modules as one path."""

    size: int
    path: str


def scan_code(address: str) -> ScanCode:
    """The QR code of an address, always of the same version and mask for the same address."""
    rows = [list(row) for row in segno.make_qr(address, error="m").matrix_iter(border=BORDER)]
    path = "".join(
        f"M{column} {line}h1v1h-1z" for line, row in enumerate(rows) for column, dark in enumerate(row) if dark
    )
    return ScanCode(size=len(rows), path=path)
