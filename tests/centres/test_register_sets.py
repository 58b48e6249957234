"""Many sites, certificates and listings at once become what the service of one makes of each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import AuditEvent, User
from centres.models import Centre, Certificate, Hospital, Listing
from centres.services.certificates import register_certificate
from centres.services.listing_sets import WantedListing, write_listings
from centres.services.register_sets import (
    WantedCentre,
    WantedCertificate,
    WrittenRows,
    write_centres,
    write_certificates,
)
from centres.services.registers import register_centre, register_hospital
from tests.builders import IN_JULY, make_centre, make_paragraph, make_staff, make_user, site_number

pytestmark = pytest.mark.django_db
ADDRESS = {"street": "Street 1", "postal_code": "1000", "municipality": "Testville"}
DAYS = {"valid_from": date(2024, 5, 1), "valid_to": date(2028, 4, 30), "extended_to": None, "renewal_filed_on": None}


@pytest.fixture
def desk() -> User:
    return make_user(Role.SECRETARIAT)


def wanted_centre(place: int, **changes: Any) -> WantedCentre:
    first = WantedCentre(site_number(500_000 + place), "North", **ADDRESS, hospital_number=801, hospital_name="General")
    return replace(first, **changes)


def told(model: type[Any], **where: Any) -> list[dict[str, Any]]:
    own = {"id", "site_number", "number", "hospital_id"}
    return [
        {name: value for name, value in row.items() if name not in own}
        for row in model.objects.filter(**where).values()
    ]


def test_set_of_sites_is_what_one_by_one_gives(desk: User) -> None:
    assert write_centres([wanted_centre(1), wanted_centre(2)], by=desk) == WrittenRows(new=2, changed=0)
    hospital = register_hospital("General", number=802, by=desk, at=IN_JULY)
    register_centre("North", hospital=hospital, site_number=site_number(500_009), **ADDRESS, by=desk, at=IN_JULY)
    one, two = told(Centre, hospital__number=801), told(Centre, hospital__number=802)
    assert one == two * 2
    assert told(Hospital, number=801) == told(Hospital, number=802)


def test_set_of_sites_changes_what_differs_and_leaves_the_rest(desk: User) -> None:
    write_centres([wanted_centre(1), wanted_centre(2)], by=desk)
    lines = AuditEvent.objects.count()
    moved = wanted_centre(2, name="South", hospital_number=803, hospital_name="Other")
    assert write_centres([wanted_centre(1), moved], by=desk) == WrittenRows(new=0, changed=1)
    found = Centre.objects.filter(site_number__in=(wanted_centre(1).site_number, moved.site_number))
    assert set(found.values_list("name", "hospital__number", "hospital__name")) == {
        ("North", 801, "General"),
        ("South", 803, "Other"),
    }
    assert AuditEvent.objects.count() == lines


def test_set_of_sites_with_a_fault_is_refused_whole(desk: User) -> None:
    rows = [wanted_centre(1), wanted_centre(2, name=""), wanted_centre(3, site_number="1234567890")]
    with pytest.raises(Invalid) as refused:
        write_centres(rows, by=desk)
    assert [problem.pointer for problem in refused.value.problems] == ["/name", "/site_number"]
    assert not Centre.objects.exists()


def certificate(number: str, *centres: Centre, **changes: Any) -> WantedCertificate:
    first = WantedCertificate(
        body="JACIE",
        number=number,
        programme_name="Programme",
        days=DAYS,
        scopes=[("ADULT", "ALLO")],
        facilities=[("CLINICAL", "8000000071")],
        centres=centres,
    )
    return replace(first, **changes)


def whole(number: str) -> dict[str, Any]:
    found = Certificate.objects.get(number=number)
    row = {name: getattr(found, name) for name in ("body", "programme_name", *DAYS)}
    return row | {
        "scopes": list(found.scopes.values_list("population", "activity")),
        "facilities": list(found.facilities.values_list("role", "site_number")),
        "centres": set(found.centres.all()),
    }


def test_set_of_certificates_is_what_one_by_one_gives(desk: User) -> None:
    centre = make_centre()
    stated = {name: day.isoformat() if day else None for name, day in DAYS.items()}
    parts = {"scopes": [["ADULT", "ALLO"]], "facilities": [{"role": "CLINICAL", "site": "8000000071"}]}
    single: dict[str, object] = {"body": "JACIE", "number": "ONE", **stated, **parts}
    register_certificate([centre], stated=single, programme_name="Programme", by=desk, at=IN_JULY)
    assert write_certificates([certificate("SET", centre)], by=desk) == WrittenRows(new=1, changed=0)
    assert whole("SET") == whole("ONE")


def test_set_of_certificates_replaces_what_stood_there(desk: User) -> None:
    old, new = make_centre(), make_centre()
    write_certificates([certificate("T-1", old), certificate("T-2", old)], by=desk)
    longer = DAYS | {"extended_to": date(2028, 10, 31)}
    changed = certificate("T-1", new, days=longer, scopes=[("PAED", "IEC")], facilities=[])
    assert write_certificates([changed, certificate("T-3", new)], by=desk) == WrittenRows(new=1, changed=1)
    assert whole("T-1") == {"body": "JACIE", "programme_name": "Programme", **longer} | {
        "scopes": [("PAED", "IEC")],
        "facilities": [],
        "centres": {new},
    }
    assert whole("T-2")["centres"] == {old}


def listing(centre: Centre, paragraph: Any, **changes: Any) -> WantedListing:
    first = WantedListing(centre, paragraph.product, paragraph, "ADULT", date(2024, 6, 1), None, "MB 2024/05")
    return replace(first, **changes)


def test_set_of_listings_that_overlaps_what_is_listed_is_refused_whole(desk: User) -> None:
    paragraph, sites = make_paragraph(), [make_centre(), make_centre()]
    write_listings([listing(sites[0], paragraph)], by=desk)
    with pytest.raises(Conflict) as refused:
        write_listings([listing(site, paragraph, listed_from=date(2025, 1, 1)) for site in reversed(sites)], by=desk)
    assert (refused.value.code, Listing.objects.count()) == ("listed-already", 1)


def test_set_of_listings_ends_before_it_begins_or_is_of_another_product(desk: User) -> None:
    paragraph, centre = make_paragraph(), make_centre()
    backwards = listing(centre, paragraph, listed_to=date(2024, 5, 31))
    foreign = replace(listing(centre, paragraph), product=make_paragraph().product)
    codes = []
    for row in (backwards, foreign):
        with pytest.raises(Invalid) as refused:
            write_listings([row], by=desk)
        codes.append(refused.value.code)
    assert codes == ["listing-days", "paragraph-not-of-product"]


def test_sets_of_the_registers_are_written_by_their_keepers() -> None:
    stranger, paragraph = make_staff(), make_paragraph()
    writers: tuple[Callable[[], WrittenRows], ...] = (
        lambda: write_centres([wanted_centre(1)], by=stranger),
        lambda: write_certificates([certificate("T-1")], by=stranger),
        lambda: write_listings([listing(make_centre(), paragraph)], by=stranger),
    )
    for write in writers:
        with pytest.raises(NotAllowed):
            write()
