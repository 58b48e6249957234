"""The registers of the demo: companies, hospitals and sites, products, figures, and the list from before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from centres.enums import NomenclatureCode
from centres.models import Centre, Holder, Hospital, Paragraph, Product, Vintage
from centres.services import registers as write
from centres.services.certificates import register_certificate
from centres.services.deliveries import BookedCount, RealisedCount, load_booked_counts, load_realised_counts
from centres.services.listings import end_listing, list_centre
from evaluation.demo.people import SINCE
from evaluation.demo.tables import Pace, moment, table

CODES = (NomenclatureCode.AMBULATORY, NomenclatureCode.HOSPITALISED)


@dataclass(frozen=True, slots=True)
class Registers:
    """The rows by the keys of the tables: sites by name, paragraphs by number."""

    holders: Mapping[str, Holder]
    centres: Mapping[str, Centre]
    products: Mapping[str, Product]
    paragraphs: Mapping[str, Paragraph]


def site_table(key: str) -> dict[str, Any]:
    """What is true of a site."""
    return next(site for hospital in table("sites")["hospital"] for site in hospital["site"] if site["key"] == key)


def certificates_of(site: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its certificates in the shape of the contract."""
    return [_certificate(row) for row in site.get("certificate", [])]


def _certificate(row: Mapping[str, Any]) -> dict[str, Any]:
    roles = ("CLINICAL", "COLLECTION")
    days = {name: row[name].isoformat() if name in row else None for name in ("extended_to", "renewal_filed_on")}
    return {
        "body": "JACIE",
        "number": row["number"],
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": row["valid_to"].isoformat(),
        **days,
        "scopes": [scope.split() for scope in row["scopes"]],
        "facilities": [{"role": role, "site": unit} for unit in row.get("units", []) for role in roles] or None,
    }


def seed_holders(*, by: User, pace: Pace) -> dict[str, Holder]:
    return {
        row["key"]: write.register_holder(**{k: v for k, v in row.items() if k != "key"}, by=by, at=pace.tick())
        for row in table("registers")["holder"]
    }


def seed_registers(holders: Mapping[str, Holder], *, by: User, pace: Pace) -> Registers:
    """Hospitals with their sites and certificates, products with their paragraphs, the list from before."""
    centres = dict(_centres(by=by, pace=pace))
    products, paragraphs = {}, {}
    for row in table("registers")["product"]:
        product = _product(row, holders[row["holder"]], by=by, pace=pace)
        products[product.name] = product
        for each in row["paragraph"]:
            paragraphs[each["number"]] = _paragraph(each, product, by=by, pace=pace)
    return Registers(holders, centres, products, paragraphs)


def _centres(*, by: User, pace: Pace) -> Iterator[tuple[str, Centre]]:
    for row in table("sites")["hospital"]:
        hospital = write.register_hospital(row["name"], number=row["number"], by=by, at=pace.tick())
        for site in row["site"]:
            place = {name: site[name] for name in ("site_number", "street", "postal_code", "municipality")}
            centre = write.register_centre(site["name"], hospital=hospital, **place, by=by, at=pace.tick())
            for stated in certificates_of(site):
                programme = f"{hospital.name}, {site['name']}"
                register_certificate([centre], stated=stated, programme_name=programme, by=by, at=pace.tick())
            yield site["key"], centre


def _product(row: Mapping[str, Any], holder: Holder, *, by: User, pace: Pace) -> Product:
    return write.register_product(
        row["name"],
        holder=holder,
        substance=row["substance"],
        is_cart=row.get("is_cart", True),
        code=row["code"],
        temporarily_listed=row["temporarily_listed"],
        source="demo",
        by=by,
        at=pace.tick(),
    )


def _paragraph(row: Mapping[str, Any], product: Product, *, by: User, pace: Pace) -> Paragraph:
    return write.register_paragraph(
        product,
        number=row["number"],
        indications={language: row[language] for language in ("nl", "fr", "en")},
        includes_children=row["includes_children"],
        reimbursed_from=row["reimbursed_from"],
        by=by,
        at=pace.tick(),
    )


def seed_list(registers: Registers, *, by: User, pace: Pace) -> None:
    """The nominative list as it stood before the desk, and which holders may see which figures."""
    for row in table("registers")["listing"]:
        paragraph = registers.paragraphs[row["paragraph"]]
        for population in row["populations"]:
            listing = list_centre(
                registers.centres[row["site"]],
                product=paragraph.product,
                paragraph=paragraph,
                population=population,
                listed_from=row["listed_from"],
                decision_reference=row["reference"],
                by=by,
                at=pace.tick(),
            )
            if "listed_to" in row:
                reason = "Op vraag van de site, na afloop van de overeenkomst (demo)."
                end_listing(listing, listed_to=row["listed_to"], reason=reason, by=by, at=pace.tick())
    for row in table("registers")["release"]:
        centre, holder = registers.centres[row["site"]], registers.holders[row["holder"]]
        write.release_figures(centre, holder=holder, valid_from=SINCE, by=by, at=pace.tick())


def seed_booked(registers: Registers, place: int, *, by: User) -> Vintage:
    """One delivery of booked transplantations, by its place in the table."""
    row = table("registers")["allografts"][place]
    return load_booked_counts(
        _booked(registers, row["years"]),
        delivered_on=row["delivered_on"],
        source=row["source"],
        by=by,
        at=moment(row["delivered_on"], 11, 20),
    )


def _booked(registers: Registers, years: list[int]) -> Iterator[BookedCount]:
    """The counts of every site, and their sum as the hospital's."""
    for row in table("sites")["hospital"]:
        hospital: Hospital = registers.centres[row["site"][0]["key"]].hospital
        for year in years:
            known = [(site, site["booked"][str(year)]) for site in row["site"] if str(year) in site["booked"]]
            for place, code in enumerate(CODES):
                for site, counts in known:
                    children = counts[2 + place] if site.get("children") else None
                    yield BookedCount(registers.centres[site["key"]], year, code, counts[place], children)
                if known:
                    yield BookedCount(hospital, year, code, sum(counts[place] for _site, counts in known))


def seed_realised(registers: Registers, *, by: User) -> Vintage:
    """The delivery of realised treatments that capacity is judged beside."""
    row = table("registers")["realised"]
    counts = (
        RealisedCount(registers.centres[each["site"]], registers.products[each["product"]], year, number)
        for each in row["count"]
        for year, number in zip(row["years"], each["treatments"], strict=True)
    )
    return load_realised_counts(
        counts,
        delivered_on=row["delivered_on"],
        cut_off_on=row["cut_off_on"],
        source=row["source"],
        by=by,
        at=moment(row["delivered_on"], 14, 5),
    )
