"""The entry of the public pre-check: between the fields of the page and the facts of the contract, both ways."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.forms import BoundField
from django.utils.translation import gettext as _

from accounts.errors import Problem
from centres.enums import FacilityRole, NomenclatureCode
from centres.validators import bare_number
from evaluation.enums import JudgedCriterion
from evaluation.web.entry_fields import as_count, as_day, as_flag, as_site, as_text, worded
from evaluation.web.forms_pre_check import CertificatePart, EntryForm, Part, SupplementPart

Json = dict[str, Any]
CODES: Final = (NomenclatureCode.AMBULATORY.value, NomenclatureCode.HOSPITALISED.value)


class Entry:
    """What stands on the page, typed or shown; `places` says which field each pointer of the facts came from."""

    def __init__(
        self, main: EntryForm, certificates: Iterable[CertificatePart], supplements: Iterable[SupplementPart]
    ) -> None:
        self.main = main
        self.certificates = list(certificates)
        self.supplements = list(supplements)
        self.places: dict[str, BoundField] = {}
        self.misfits: list[tuple[BoundField, str]] = []
        self.general: list[str] = []

    def parts(self) -> list[Part]:
        return [self.main, *self.certificates, *self.supplements]

    def document(self) -> Json:
        """The facts of the contract, as far as they were given; what is empty is left out, so unknown."""
        self.places, self.misfits = {}, []
        facts: Json = {}
        for name in ("reference_on", "vote_on"):
            self._put(facts, "", name, self.main[name], as_day)
        for name in ("stage", "capacity"):
            self._put(facts, "", name, self.main[name], as_text)
        self._put(facts, "", "bureau_confirms_transition", self.main["bureau"], as_flag)
        self._put(facts, "", "populations", self.main["populations"], list)
        self.places["/booked_years"] = self.main["booked_from"]
        facts["booked_years"] = list(self.main.years)
        self._sites(facts)
        self._certificates(facts)
        self._application(facts)
        self._judgements(facts)
        self._allografts(facts)
        return facts

    def _put(
        self, holder: Json, pointer: str, name: str, field: BoundField, read: Callable[[Any], Any] = as_text
    ) -> None:
        self.places[f"{pointer}/{name}"] = field
        value = read(self._raw(field))
        if value is not None:
            holder[name] = value

    def _raw(self, field: BoundField) -> Any:
        value = field.value()
        return value.strip() if isinstance(value, str) else value

    def _sites(self, facts: Json) -> None:
        main = self.main
        self._put(facts, "", "administration_site", main["administration_site"], as_site)
        given = facts.get("administration_site")
        pairs = (("apheresis_site", "same_site"), ("laboratory_site", "laboratory_same"))
        for name, same in pairs:
            self._put(facts, "", name, main[name], as_site)
            if not main.raw(same):
                continue
            if facts.get(name, given) != given:
                self.misfits.append((main[name], _("Untick the line above, or leave this empty.")))
            self.places[f"/{name}"] = main["administration_site"]
            facts.pop(name, None)
            facts |= {} if given is None else {name: given}

    def _certificates(self, facts: Json) -> None:
        told = [part for part in self.certificates if part.told() and not part.raw("remove")]
        none = self.main["no_certificates"]
        self.places["/certificates"] = none
        if told and none.value():
            message = _("You also state a certificate. Take it out, or leave this unticked.")
            self.misfits.append((none, message))
        if told or none.value():
            facts["certificates"] = [self._certificate(f"/certificates/{at}", part) for at, part in enumerate(told)]

    def _certificate(self, pointer: str, part: CertificatePart) -> Json:
        value: Json = {}
        for name in ("body", "number"):
            self._put(value, pointer, name, part[name])
        for name in ("valid_from", "valid_to", "extended_to", "renewal_filed_on"):
            self._put(value, pointer, name, part[name], as_day)
        self.places[f"{pointer}/scopes"] = part["scopes"]
        value["scopes"] = [str(pair).split(":") for pair in part["scopes"].value() or []]
        value["facilities"] = self._facilities(pointer, part)
        return value

    def _facilities(self, pointer: str, part: CertificatePart) -> list[Json]:
        rows: list[Json] = []
        for role in FacilityRole:
            field = part[f"{role.value.lower()}_sites"]
            for word in str(self._raw(field) or "").replace(",", " ").replace("|", " ").split():
                self.places[f"{pointer}/facilities/{len(rows)}"] = field
                rows.append({"role": role.value, "site": bare_number(word)})
        return rows

    def _application(self, facts: Json) -> None:
        value: Json = {}
        self._put(value, "/iec_application", "filed_on", self.main["iec_filed_on"], as_day)
        self._put(value, "/iec_application", "site", self.main["iec_site"], as_site)
        if value:
            facts["iec_application"] = value

    def _judgements(self, facts: Json) -> None:
        value: Json = {}
        for criterion in JudgedCriterion:
            self._put(value, "/judgements", criterion.value, self.main[f"judged_{criterion.value}"])
        if value:
            facts["judgements"] = value

    def _allografts(self, facts: Json) -> None:
        told: dict[Any, list[SupplementPart]] = {}
        for part in self.supplements:
            if part.told() and not part.raw("remove"):
                told.setdefault(as_count(part.raw("year")), []).append(part)
        rows: list[Json] = []
        for place, year in enumerate(self.main.years):
            pointer = f"/allografts/{len(rows)}"
            row = {"year": year} | self._figures(pointer, place) | self._outside(pointer, told.pop(year, []))
            rows += [row] if len(row) > 1 else []
        for other, parts in told.items():
            pointer = f"/allografts/{len(rows)}"
            self.places[f"{pointer}/year"] = parts[0]["year"]
            rows.append({"year": other} | self._outside(pointer, parts))
        if rows:
            facts["allografts"] = rows

    def _outside(self, pointer: str, parts: list[SupplementPart]) -> Json:
        rows = []
        for at, part in enumerate(parts):
            value: Json = {}
            inside = f"{pointer}/supplements/{at}"
            for name in ("basis", "reference", "ruling"):
                self._put(value, inside, name, part[name])
            for name in ("count", "paed"):
                self._put(value, inside, name, part[name], as_count)
            rows.append(value)
        return {"supplements": rows} if rows else {}

    def _figures(self, pointer: str, place: int) -> Json:
        row: Json = {}
        billed = self._acts(f"{pointer}/billed", place, "booked", "a", {})
        paediatric = self._acts(f"{pointer}/billed_paed", place, "paed", "p", billed or {})
        row |= {} if billed is None else {"billed": billed}
        row |= {} if paediatric is None else {"billed_paed": paediatric}
        self._put(row, pointer, "declared", self.main[f"declared_{place}"], as_count)
        return row

    def _acts(self, pointer: str, place: int, total: str, letter: str, within: Json) -> Json | None:
        """Both codes as typed; a total alone stands under the second code, as far as ``within`` has room there."""
        whole = self.main[f"{total}_{place}"]
        self.places[pointer] = whole
        acts: Json = {}
        for code in CODES:
            self._put(acts, pointer, code, self.main[f"{letter}{code}_{place}"], as_count)
        count = as_count(self._raw(whole))
        if acts:
            known = [each for each in acts.values() if isinstance(each, int)]
            if count is not None and len(known) == len(CODES) and count != sum(known):
                self.misfits.append((whole, _("This is not the sum of the two codes.")))
            return acts
        if count is None:
            return None
        self.places |= {f"{pointer}/{code}": whole for code in CODES}
        ambulatory, hospitalised = CODES
        room = within.get(hospitalised, count)
        second = min(count, room) if isinstance(count, int) and isinstance(room, int) else count
        return {ambulatory: count - second if isinstance(count, int) else 0, hospitalised: second}

    def mark(self, problems: Iterable[Problem]) -> None:
        """Every fault at its field, once; what has no field is told above the page."""
        found = [(self._place(each.pointer), each) for each in problems]
        said = [(field, worded(field, each)) for field, each in found if field is not None]
        for field, message in dict.fromkeys([*said, *self.misfits]):
            field.form.add_error(field.name, message)
        self.general = [str(each.message) for field, each in found if field is None]

    def _place(self, pointer: str) -> BoundField | None:
        while pointer and pointer not in self.places:
            pointer = pointer.rpartition("/")[0]
        return self.places.get(pointer)
