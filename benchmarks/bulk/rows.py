"""The files that are sent: booked transplantations of invented sites, and applications of the demo's company."""

from collections.abc import Sequence
from typing import Final

import psycopg

SITES: Final = 5_000
HOSPITALS: Final = 900
YEARS: Final = range(2010, 2020)
CODES: Final = ("470654", "470665")
HEADER: Final = "site_number,hospital_number,year,nomenclature_code,acts,acts_paediatric"
APPLICATIONS: Final = (
    "external_reference,product_code,paragraph,site_number,populations,language,apheresis_site,laboratory_site,"
    "contact_email,forecast_year_1,forecast_year_2,forecast_year_3,motivation"
)
Booked = tuple[str, int, str, int, int | None]


def make_places(database: psycopg.Connection) -> dict[str, str]:
    """Hospitals and sites that the demo does not have; gives the keys of the sites by establishment number."""
    numbers = [80_100_000 + place for place in range(SITES)]
    sites = [f"{eight}{97 - eight % 97:02d}" for eight in numbers]
    with database.transaction():
        database.execute(
            "INSERT INTO centres_hospital (id, number, name) SELECT gen_random_uuid(), n, 'Hospital ' || n"
            " FROM generate_series(1, %s) AS n ON CONFLICT DO NOTHING",
            [HOSPITALS],
        )
        database.execute(
            "INSERT INTO centres_centre (id, site_number, name, street, postal_code, municipality, hospital_id)"
            " SELECT gen_random_uuid(), s.number, 'Site ' || s.place, '', '1000', 'Testville', h.id"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS s(number, place)"
            " JOIN centres_hospital h ON h.number = s.place %% %s + 1 ON CONFLICT DO NOTHING",
            [sites, HOSPITALS],
        )
    found = database.execute("SELECT site_number, id::text FROM centres_centre WHERE site_number = ANY(%s)", [sites])
    return dict(found.fetchall())


def booked(sites: Sequence[str], count: int) -> list[Booked]:
    """So many rows: every site in one year and code, then in the next."""
    rows: list[Booked] = []
    for year in YEARS:
        for code in CODES:
            for site in sites:
                if len(rows) == count:
                    return rows
                acts = len(rows) % 40
                rows.append((site, year, code, acts, len(rows) % 3 if acts > 3 else None))
    return rows


def allografts_csv(rows: Sequence[Booked]) -> bytes:
    told = (f"{site},,{year},{code},{acts},{'' if paed is None else paed}" for site, year, code, acts, paed in rows)
    return "\n".join([HEADER, *told]).encode()


def applications_csv(sites: Sequence[str], count: int, *, product: str, paragraph: str, mark: str) -> bytes:
    told = (
        f"{mark}-{place},{product},{paragraph},{site},ADULT,nl,{site},{site},filing@holder.example,4,6,8,More patients."
        for place, site in ((place, sites[place % len(sites)]) for place in range(count))
    )
    return "\n".join([APPLICATIONS, *told]).encode()
