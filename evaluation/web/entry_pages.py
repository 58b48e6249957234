"""An entry as it comes in from the page, and as facts stand on the page."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import QueryDict

from applications.web.forms.certificates import certificate_initial
from centres.enums import NomenclatureCode
from evaluation.web.entry import Entry, Json
from evaluation.web.forms_pre_check import PLACES, CertificatePart, EntryForm, SupplementPart

MOST_PARTS: Final = 20
"""No further empty block is offered beyond this many; what is there already stays."""
MOST_READ: Final = 200
YEARS_BACK, YEARS_ON = 8, 2
YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)


def typed_entry(data: QueryDict, *, usual: Mapping[str, Any]) -> Entry:
    """What was sent, field by field, with a fresh block after those that hold something."""
    chosen = data.get("booked_from", "")
    years = triple(int(chosen)) if YEAR.fullmatch(chosen) else tuple(usual["booked_years"])
    main = EntryForm(data, years=years, first_years=_first_years(years, usual))
    certificates = [CertificatePart(data, prefix=f"c{at}") for at in _numbers(data, "c")]
    supplements = [SupplementPart(data, prefix=f"s{at}", years=years) for at in _numbers(data, "s")]
    return Entry(main, certificates, supplements)


def shown_entry(facts: Mapping[str, Any], *, usual: Mapping[str, Any]) -> Entry:
    """Facts in the fields of the page; what the facts leave open stands empty."""
    years = tuple(facts["booked_years"])
    main = EntryForm(initial=_main(facts, years), years=years, first_years=_first_years(years, usual))
    certificates = [
        CertificatePart(initial=certificate_initial(_clean(value)), prefix=f"c{at}")
        for at, value in enumerate(facts.get("certificates") or [])
    ]
    rows = [(row["year"], value) for row in facts.get("allografts") or [] for value in row.get("supplements") or []]
    supplements = [
        SupplementPart(initial=_clean(value | {"year": year}), prefix=f"s{at}", years=years)
        for at, (year, value) in enumerate(rows)
    ]
    return Entry(main, certificates, supplements)


def blocks(parts: list[CertificatePart] | list[SupplementPart]) -> list[Any]:
    """The blocks to show: an emptied or removed one is gone."""
    return [part for part in parts if part.told() and not part.raw("remove")]


def fresh_certificate(entry: Entry) -> CertificatePart | None:
    taken = [part.prefix for part in entry.certificates]
    return CertificatePart(initial={"body": "JACIE"}, prefix=_free("c", taken)) if len(taken) < MOST_PARTS else None


def fresh_supplement(entry: Entry) -> SupplementPart | None:
    taken = [part.prefix for part in entry.supplements]
    if len(taken) >= MOST_PARTS:
        return None
    return SupplementPart(initial={"year": entry.main.years[-1]}, prefix=_free("s", taken), years=entry.main.years)


def triple(first: int) -> tuple[int, ...]:
    return tuple(first + place for place in PLACES)


def _free(letter: str, taken: Iterable[str | None]) -> str:
    used = {int(str(prefix)[1:]) for prefix in taken}
    return f"{letter}{max(used, default=-1) + 1}"


def _numbers(data: QueryDict, letter: str) -> list[int]:
    """The blocks that were sent, by their number."""
    names = (re.match(rf"{letter}([0-9]{{1,3}})-", name, re.ASCII) for name in data)
    return sorted({int(found[1]) for found in names if found})[:MOST_READ]


def _first_years(years: tuple[int, ...], usual: Mapping[str, Any]) -> list[int]:
    middle = int(str(usual["reference_on"])[:4])
    return sorted({*range(middle - YEARS_BACK, middle - YEARS_ON), years[0]})


def _clean(value: Mapping[str, Any]) -> dict[str, Any]:
    """Text that no page can carry is replaced, so that the page can."""
    return {
        name: each.encode("utf-8", "replace").decode().replace("\0", "?") if isinstance(each, str) else each
        for name, each in value.items()
        if each is not None
    }


def _main(facts: Mapping[str, Any], years: tuple[int, ...]) -> dict[str, Any]:
    given = facts.get("administration_site", "")
    application = facts.get("iec_application") or {}
    initial: Json = {name: facts.get(name) for name in ("reference_on", "vote_on", "stage", "populations", "capacity")}
    initial |= {"administration_site": given, "booked_from": years[0]}
    for name, same in (("apheresis_site", "same_site"), ("laboratory_site", "laboratory_same")):
        is_same = bool(given) and facts.get(name) == given
        initial |= {same: is_same, name: "" if is_same else facts.get(name)}
    initial |= {} if given else {"same_site": True}
    initial["no_certificates"] = facts.get("certificates") == []
    initial |= {"iec_filed_on": application.get("filed_on"), "iec_site": application.get("site")}
    initial["bureau"] = {True: "yes", False: "no"}.get(facts.get("bureau_confirms_transition"), "")  # type: ignore[arg-type]  # None has no word
    initial |= {f"judged_{name}": value for name, value in (facts.get("judgements") or {}).items()}
    return initial | _figures(facts, years)


def _figures(facts: Mapping[str, Any], years: tuple[int, ...]) -> Json:
    initial: Json = {}
    for row in facts.get("allografts") or []:
        place = years.index(row["year"])
        billed, paediatric = row.get("billed"), row.get("billed_paed")
        by_code = billed is not None and billed[NomenclatureCode.AMBULATORY.value] > 0
        for acts, total, letter in ((billed, "booked", "a"), (paediatric, "paed", "p")):
            if acts is None:
                continue
            if by_code:
                initial |= {f"{letter}{code}_{place}": count for code, count in acts.items()}
            else:
                initial[f"{total}_{place}"] = acts[NomenclatureCode.HOSPITALISED.value]
        initial[f"declared_{place}"] = row.get("declared")
    return initial
