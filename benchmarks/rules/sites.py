"""Sites to judge: drawn with a fixed seed, so that every run and every engine sees the same ones."""

from random import Random
from typing import Any

Json = dict[str, Any]
SITE, OTHER = "8000000071", "8000000170"
YEARS = (2022, 2023, 2024)
UNITS = [{"role": role, "site": SITE} for role in ("CLINICAL", "COLLECTION", "PROCESSING")]
PAIRS = (["ADULT", "ALLO"], ["ADULT", "IEC"], ["PAED", "ALLO"], ["PAED", "IEC"])
REFERENCES = ("2026-07-31", "2027-01-31", "2027-07-31")
JUDGED = ("C3a", "C3b", "C5", "C6", "P3")


def sites(count: int) -> list[Json]:
    """As many sites as asked, as a caller of the pre-check states them."""
    random = Random(20251105)  # noqa: S311 - the same sites each time is the point
    return [_site(random) for _ in range(count)]


def _site(random: Random) -> Json:
    reference_on = random.choice(REFERENCES)
    vote = {"2026-07-31": "2026-09-15", "2027-01-31": "2027-03-16", "2027-07-31": "2027-09-14"}[reference_on]
    vote_on = _mostly(random, vote, None)
    return {
        "reference_on": reference_on,
        "vote_on": vote_on,
        "stage": "VOTE" if vote_on and random.random() < 0.3 else "REVIEW",
        "populations": random.choice((["ADULT"], ["PAED"], ["ADULT", "PAED"])),
        "booked_years": list(YEARS),
        "apheresis_site": _mostly(random, SITE, OTHER),
        "administration_site": SITE,
        "certificates": _mostly(random, [_certificate(random, n) for n in range(random.randint(0, 3))], None),
        "iec_application": _mostly(random, {"filed_on": "2026-03-02", "site": _mostly(random, SITE, OTHER)}, None),
        "bureau_confirms_transition": random.choice((None, None, True, False)),
        "allografts": [_year(random, year) for year in YEARS],
        "laboratory_site": random.choice((SITE, SITE, SITE, OTHER, None)),
        "judgements": {judged: random.choice(("MET", "MET", "MET", "NOT_MET", "TO_VERIFY", None)) for judged in JUDGED},
        "capacity": random.choice(("SHORTAGE", "VOLUME_INCREASE", "BOTH", "NEITHER", None)),
    }


def _mostly(random: Random, usual: Any, other: Any) -> Any:
    return usual if random.random() < 0.85 else other


def _certificate(random: Random, number: int) -> Json:
    valid_from = random.choice(("2024-05-01", "2024-05-01", "2026-08-15"))
    ends = ("2026-06-30", "2026-08-31", "2027-02-28", "2028-04-30", "2028-04-30")
    valid_to = random.choice([day for day in ends if day > valid_from])
    return {
        "body": "JACIE",
        "number": f"JACIE-{number}",
        "valid_from": valid_from,
        "valid_to": valid_to,
        "extended_to": _mostly(random, None, "2028-12-31"),
        "renewal_filed_on": _mostly(random, None, "2026-05-04"),
        "scopes": random.sample(PAIRS, random.randint(1, 4)),
        "facilities": random.choice((UNITS, UNITS, UNITS, UNITS[:1], None)),
    }


def _year(random: Random, year: int) -> Json:
    acts = random.randint(22, 36)
    is_known = random.random() < 0.97
    return {
        "year": year,
        "billed": _codes(acts // 4, acts - acts // 4) if is_known else None,
        "billed_paed": _mostly(random, _codes(0, random.randint(4, 9)), None) if is_known else None,
        "declared": _mostly(random, acts, acts + 1),
        "supplements": [_supplement(random) for _ in range(random.choice((0, 0, 1, 2)))],
    }


def _codes(first: int, second: int) -> Json:
    return {"470654": first, "470665": second}


def _supplement(random: Random) -> Json:
    count = random.randint(1, 3)
    return {
        "basis": random.choice(("STUDY", "REGISTER")),
        "reference": "protocol 1",
        "count": count,
        "paed": random.randint(0, count),
        "ruling": random.choice(("ACCEPTED", "REFUSED", None)),
    }
