import pytest

from applications.validators import application_problems, holds_national_number, statement_problems
from tests.builders import make_certificate_value


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("patient 85.07.30-033.28 treated", True),
        ("85073003328", True),
        ("85 07 30 033 28", True),
        ("85073003329", False),
        ("born 2000: 00012556777", True),
        ("00.01.25-567.78", False),
        ("17073003384", True),
        ("1850730033280", False),
        ("NCT01234567 and 2021-500123-11-00", False),
        ("28 transplantations in 2024", False),
    ],
)
def test_national_number_is_found_by_its_shape_and_check_digits(text: str, held: bool) -> None:
    assert holds_national_number(text) is held


def test_application_problems_names_every_fault_at_once() -> None:
    faults = application_problems(
        {
            "populations": [],
            "language": "en",
            "contact_email": "nobody",
            "apheresis_site": "8000000072",
            "laboratory_site": "123",
            "forecast_year_1": -1,
            "motivation": "85.07.30-033.28",
        }
    )
    assert [(fault.pointer, fault.code) for fault in faults] == [
        ("/populations", "populations-missing"),
        ("/language", "language-not-nl-fr"),
        ("/contact_email", "email-invalid"),
        ("/apheresis_site", "site-number-check-digit"),
        ("/laboratory_site", "site-number-value"),
        ("/forecast_year_1", "count-invalid"),
        ("/motivation", "national-number"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("certificate", make_certificate_value(), []),
        (
            "certificate",
            make_certificate_value(number=" ", valid_to="2024-01-01", extended_to="2023-01-01", scopes=[]),
            ["/number", "/valid_to", "/extended_to", "/scopes"],
        ),
        (
            "certificate",
            make_certificate_value(facilities=[{"role": "BED", "site": "1"}]),
            ["/facilities/0/role", "/facilities/0/site"],
        ),
        ("certificate", make_certificate_value(valid_from="2024-02-30"), ["/valid_from"]),
        ("no_certificates", True, []),
        ("no_certificates", False, [""]),
        ("iec_application", {"filed_on": "2026-02-01", "site": "8000000071"}, []),
        ("iec_application", {}, ["/filed_on", "/site"]),
        ("declared_allografts", 28, []),
        ("declared_allografts", True, [""]),
        ("declared_allografts", 28.0, [""]),
        ("supplement", {"year": 2024, "basis": "STUDY", "reference": "S1", "count": 2, "paed": 0}, []),
        (
            "supplement",
            {"year": 2024, "basis": "X", "reference": "", "count": 1, "paed": 2},
            ["/basis", "/reference", "/paed"],
        ),
        ("intensive_care_site", "8000000071", []),
        ("narrative", {"text": "  "}, ["/text"]),
        ("laboratory_site", "8000000071", ["/field"]),
    ],
)
def test_statement_problems_points_to_each_fault(field: str, value: object, expected: list[str]) -> None:
    assert [fault.pointer for fault in statement_problems(field, value)] == expected
