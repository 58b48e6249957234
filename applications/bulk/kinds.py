"""What each kind of upload holds, who may send it, and how its rows meet what is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.enums import Role
from applications.bulk import application_rows, listing_rows
from applications.bulk.checked import CheckedRow
from applications.bulk.rows import ApplicationRow, ListingRow, Row
from applications.enums import UploadKind
from centres.models import Holder

Checker = Callable[[Mapping[int, Any], Holder | None], dict[int, CheckedRow]]


@dataclass(frozen=True, slots=True)
class Kind:
    """``unique`` names the columns that tell rows apart; ``check`` compares rows with what is stored."""

    role: str
    row: type[Row]
    unique: tuple[str, ...]
    example: tuple[str, ...]
    check: Checker

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.row.model_fields)


KINDS: Final[Mapping[str, Kind]] = {
    UploadKind.APPLICATIONS: Kind(
        role=Role.HOLDER,
        row=ApplicationRow,
        unique=("external_reference",),
        example=(
            "DOS-001",
            "9000018",
            "90000100",
            "8000000071",
            "ADULT|PAED",
            "nl",
            "8000000071",
            "8000000071",
            "dossier@example.be",
            "12",
            "14",
            "",
            "",
        ),
        check=application_rows.check,
    ),
    UploadKind.LISTINGS: Kind(
        role=Role.SECRETARIAT,
        row=ListingRow,
        unique=("site_number", "product_code", "paragraph", "population", "listed_from"),
        example=("8000000071", "9000018", "90000100", "ADULT", "2024-06-01", "", "MB 2024/05"),
        check=listing_rows.check,
    ),
}
