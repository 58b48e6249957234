"""What each kind of upload holds, who may send it, and how its rows meet what is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from accounts.enums import Role
from applications.bulk import (
    allograft_rows,
    application_rows,
    centre_rows,
    certificate_rows,
    listing_rows,
    realised_rows,
    statement_rows,
)
from applications.bulk.checked import CheckedRow, Origin
from applications.bulk.rows import (
    AllograftRow,
    ApplicationRow,
    CentreRow,
    CertificateRow,
    ListingRow,
    RealisedRow,
    Row,
    StatementRow,
)
from applications.enums import UploadKind

Checker = Callable[[Mapping[int, Any], Origin], dict[int, CheckedRow]]


@dataclass(frozen=True, slots=True)
class Kind:
    """``unique`` names the columns that tell rows apart; ``check`` compares rows with what is stored.

    Figures come in deliveries: their file says when it was delivered and by whom.
    """

    role: str
    row: type[Row]
    unique: tuple[str, ...]
    example: tuple[str, ...]
    check: Checker
    is_delivery: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.row.model_fields)

    @property
    def key_of(self) -> Callable[[Row], Any]:
        """What tells a row apart: the value of its one ``unique`` column, or those of several."""
        return attrgetter(*self.unique)


KINDS: Final[Mapping[str, Kind]] = {
    UploadKind.CENTRES: Kind(
        role=Role.SECRETARIAT,
        row=CentreRow,
        unique=("site_number",),
        example=("8000000071", "Campus A", "Voorbeeldstraat 1", "1000", "Brussel", "Voorbeeldziekenhuis", "901"),
        check=centre_rows.check,
    ),
    UploadKind.CERTIFICATES: Kind(
        role=Role.SECRETARIAT,
        row=CertificateRow,
        unique=("body", "certificate_number"),
        example=(
            "JACIE",
            "EX-0001",
            "Programma Voorbeeld",
            "8000000071",
            "2024-05-01",
            "2028-04-30",
            "",
            "",
            "ADULT:ALLO|ADULT:IEC",
            "8000000071",
            "8000000071",
            "",
        ),
        check=certificate_rows.check,
    ),
    UploadKind.ALLOGRAFTS: Kind(
        role=Role.SECRETARIAT,
        row=AllograftRow,
        unique=("site_number", "hospital_number", "year", "nomenclature_code"),
        example=("8000000071", "", "2025", "470665", "27", "0"),
        check=allograft_rows.check,
        is_delivery=True,
    ),
    UploadKind.REALISED_TREATMENTS: Kind(
        role=Role.SECRETARIAT,
        row=RealisedRow,
        unique=("site_number", "year", "product_code"),
        example=("8000000071", "2025", "9000018", "12"),
        check=realised_rows.check,
        is_delivery=True,
    ),
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
    UploadKind.SITE_STATEMENTS: Kind(
        role=Role.HOLDER,
        row=StatementRow,
        unique=("external_reference", "field", "year", "value"),
        example=("DOS-001", "8000000071", "declared_allografts", "2025", "29", "", ""),
        check=statement_rows.check,
    ),
    UploadKind.LISTINGS: Kind(
        role=Role.SECRETARIAT,
        row=ListingRow,
        unique=("site_number", "product_code", "paragraph", "population"),
        example=("8000000071", "9000018", "90000100", "ADULT", "2024-06-01", "", "MB 2024/05"),
        check=listing_rows.check,
    ),
}
