"""The contract of the pre-check written a second time, as plainly as it stands there, on the stated facts themselves.

It shares nothing with the rules, so that a slip in one of the two shows.
"""

from typing import Any

from tests.rules.stated import Json

WORST_FIRST = ("NOT_MET", "TO_VERIFY", "MET")
LAST_DAYS = {"A1.1": ("2026-12-31", "2026-12-31"), "A1.2": ("2027-01-31", "2027-01-31"), "A1.3": ("2027-03-31",) * 2}
"""The last day of the transition, and the last on which the Bureau can confirm it; as chosen, the two differ."""
UNLISTED = {"A8.1": "MET", "A8.2": "NOT_MET"}
ADULTS_ONLY = {"A17.2": "C2", "A39.2": "C3a"}
JUDGED = ("C3a", "C3b", "C5", "C6")
OUTCOMES = ("ELIGIBLE", "ELIGIBLE_TRANSITION", "INCOMPLETE", "NOT_ELIGIBLE")


class Book:
    """One site's facts and what the contract says of them; days are texts, which sort as days.

    `under` names another option of a reading (`A9.1`); without one, the options are those chosen.
    """

    def __init__(self, facts: Json, under: str = "") -> None:
        self.facts = facts
        self.under = under
        self.transition_until, self.confirm_until = LAST_DAYS.get(under, ("2026-12-31", "2027-03-31"))
        self.on: str = facts["reference_on"]
        self.vote_on: str | None = None if under == "A4.2" else facts.get("vote_on")
        self.at_vote = facts.get("stage", "REVIEW") == "VOTE"
        self.site: str = facts["administration_site"]
        self.one_site = facts["apheresis_site"] == self.site
        self.doubtful = "NOT_MET" if self.at_vote else "TO_VERIFY"
        self.silent = "TO_VERIFY" if facts.get("certificates") is None else "NOT_MET"
        self.children = "PAED" in facts["populations"]

    def of_kind(self, activity: str, population: str | None = None) -> list[Json]:
        def counts(pair: list[str]) -> bool:
            return pair[1] == activity and population in (None, pair[0])

        return [each for each in self.facts.get("certificates") or [] if any(map(counts, each["scopes"]))]

    def held(self, kind: list[Json]) -> bool:
        return bool(on(kind, self.on)) and (self.vote_on is None or bool(on(kind, self.vote_on)))

    def lapsed(self, kind: list[Json]) -> bool:
        return bool(on(kind, self.on)) and self.vote_on is not None and not on(kind, self.vote_on)

    def renewing(self, kind: list[Json]) -> list[Json]:
        return [each for each in kind if each.get("renewal_filed_on") and each["renewal_filed_on"] <= self.on]

    def waiting(self, kind: list[Json]) -> bool:
        return any(last_day(each) < self.on for each in self.renewing(kind))

    def filed(self) -> Json | None:
        application: Json | None = self.facts.get("iec_application")
        return application if application and application["filed_on"] <= self.on else None

    def c1a(self) -> str:
        kind, later = self.of_kind("IEC"), max(self.on, self.vote_on or "")
        if self.held(kind):
            return "MET"
        if later <= self.confirm_until and self.under != "A3.1":
            if not self.filed() and not self.renewing(kind):
                return "TO_VERIFY"
            if later <= self.transition_until:
                return "TRANSITION"
            ruling = self.facts.get("bureau_confirms_transition")
            return {True: "TRANSITION", False: "NOT_MET", None: "TRANSITION_TO_CONFIRM"}[ruling]
        return self.doubtful if self.lapsed(kind) or self.waiting(kind) else self.silent

    def certificate(self, kind: list[Json]) -> str:
        if self.held(kind):
            return "MET"
        return self.doubtful if self.lapsed(kind) or self.waiting(kind) else self.silent

    def match(self, certificates: list[Json]) -> str:
        def units(certificate: Json) -> set[str]:
            return {unit["role"] for unit in certificate.get("facilities") or [] if unit["site"] == self.site}

        named = [units(each) for each in certificates]
        if self.under == "A42.2":
            named = [set().union(*named)]
        if any(each >= {"CLINICAL", "COLLECTION"} for each in named):
            return "MET"
        unlisted = any(not each.get("facilities") for each in certificates)
        return UNLISTED.get(self.under, "TO_VERIFY") if unlisted else "NOT_MET"

    def matches(self, kinds: list[list[Json]], day: str) -> list[str]:
        return [self.match(valid) for valid in (on(kind, day) for kind in kinds) if valid]

    def with_vote(self, verdict: str, kinds: list[list[Json]]) -> str:
        if verdict != "MET" or self.vote_on is None:
            return verdict
        later = worst([*self.matches(kinds, self.vote_on), "MET"])
        return later if later == "MET" or self.at_vote else "TO_VERIFY"

    def c1c(self) -> str:
        if not self.one_site:
            return "NOT_MET"
        kinds = [self.of_kind("ALLO"), self.of_kind("IEC")]
        found = self.matches(kinds, self.on)
        if not on(kinds[1], self.on) and self.c1a().startswith("TRANSITION"):
            application = self.filed()
            named = application is not None and application["site"] == self.site
            found.append("MET" if named else self.match(self.renewing(kinds[1])))
        if self.facts.get("certificates") is None:
            found.append("TO_VERIFY")
        return self.with_vote(worst(found) if found else "TO_VERIFY", kinds)

    def p1(self) -> str:
        kind = self.of_kind("ALLO", "PAED")
        site = self.with_vote(worst([*self.matches([kind], self.on), "MET"]), [kind]) if self.one_site else "NOT_MET"
        return worst([self.certificate(kind), site])

    def acts(self, whose: str, per_year: int, *, outside: bool = True) -> str:
        rows = {row["year"]: row for row in self.facts.get("allografts") or []}
        asked = [rows.get(year, {}) for year in self.facts["booked_years"]]
        if any(row.get(name) is None for row in asked for name in BILLED[whose]):
            return "TO_VERIFY"
        counted = [booked(row, whose) + (supplements(row, whose, "ACCEPTED") if outside else 0) for row in asked]
        at_most = [
            sure + (supplements(row, whose, None) if outside else 0) for sure, row in zip(counted, asked, strict=True)
        ]
        if self.under == "A9.1":
            return reached(min(counted) >= per_year, min(at_most) >= per_year)
        needed = 3 * per_year - (1 if self.under == "A9.3" else 0)
        return reached(sum(counted) >= needed, sum(at_most) >= needed)

    def judged(self, criterion: str) -> str:
        return (self.facts.get("judgements") or {}).get(criterion) or "TO_VERIFY"

    def laboratory(self) -> str:
        laboratory = self.facts.get("laboratory_site")
        on_site = laboratory == self.site or self.under == "A23.1"
        return "TO_VERIFY" if laboratory is None else "MET" if on_site else "NOT_MET"

    def verdicts(self) -> dict[str, str]:
        for_all = {
            "C1a": self.c1a(),
            "C1b": self.certificate(self.of_kind("ALLO")),
            "C1c": self.c1c(),
            "C2": self.acts("ADULTS" if self.under == "A15.1" else "ALL", 28),
            **{criterion: self.judged(criterion) for criterion in JUDGED},
            "C4": self.laboratory(),
            "C7": "NOTED" if self.facts.get("capacity") else "TO_VERIFY",
        }
        if self.under in ADULTS_ONLY and "ADULT" not in self.facts["populations"]:
            for_all[ADULTS_ONLY[self.under]] = "NA"
        if not self.children:
            return for_all | dict.fromkeys(("P1", "P2", "P3"), "NA")
        children = self.acts("ALL" if self.under == "A16.1" else "CHILDREN", 6, outside=self.under != "A40.1")
        return for_all | {"P1": self.p1(), "P2": children, "P3": self.judged("P3")}

    def by_population(self) -> dict[str, str]:
        verdicts = self.verdicts()
        for_children = {verdicts[each] for each in verdicts if each != ADULTS_ONLY.get(self.under)}
        weighed = {"ADULT": {verdicts[each] for each in verdicts if each[0] == "C"}, "PAED": for_children}
        return {population: outcome(weighed[population]) for population in sorted(self.facts["populations"])}

    def warnings(self) -> set[str]:
        rows = [row for row in self.facts.get("allografts") or [] if row.get("billed") is not None]
        kinds = [self.of_kind("IEC"), self.of_kind("ALLO"), *([self.of_kind("ALLO", "PAED")] if self.children else [])]
        verdicts, capacity = self.verdicts(), self.facts.get("capacity")
        valid_iec, for_children = on(self.of_kind("IEC"), self.on), on(self.of_kind("IEC", "PAED"), self.on)
        lowest = min((booked(row, "ALL") + supplements(row, "ALL", "ACCEPTED") for row in rows), default=0)
        told = [row for row in rows if row.get("declared") is not None]
        due = {
            "CERTIFICATE_LAPSES_BEFORE_VOTE": any(self.lapsed(kind) for kind in kinds),
            "YEAR_BELOW_MINIMUM": verdicts["C2"] == "MET" and lowest < 28,
            "DECLARED_DIFFERS_FROM_BILLED": any(row["declared"] != booked(row, "ALL") for row in told),
            "PAEDIATRIC_ONLY_SITE": self.facts["populations"] == ["PAED"]
            and (verdicts["C2"], verdicts["P2"]) == ("NOT_MET", "MET"),
            "IEC_SCOPE_WITHOUT_PAEDIATRIC": self.children and bool(valid_iec) and not for_children,
            "NO_CAPACITY_NEED_SHOWN": capacity == "NEITHER",
            "ADVISE_WORKING_GROUP_CONTRACTS": capacity in ("VOLUME_INCREASE", "BOTH"),
        }
        return {code for code, is_due in due.items() if is_due}


def last_day(certificate: Json) -> str:
    return max(str(certificate["valid_to"]), certificate.get("extended_to") or "")


def on(kind: list[Json], day: str) -> list[Json]:
    return [each for each in kind if each["valid_from"] <= day <= last_day(each)]


def worst(verdicts: list[str]) -> str:
    return min(verdicts, key=WORST_FIRST.index)


BILLED = {"ALL": ["billed"], "CHILDREN": ["billed_paed"], "ADULTS": ["billed", "billed_paed"]}


def booked(row: Json, whose: str) -> int:
    first, *less = [sum(row[name].values()) for name in BILLED[whose]]
    return int(first - sum(less))


def supplements(row: Json, whose: str, ruling: str | None) -> int:
    ruled = [each for each in row.get("supplements") or [] if each.get("ruling") == ruling]
    everyone: int = sum(each["count"] for each in ruled)
    children: int = sum(each["paed"] for each in ruled)
    return {"ALL": everyone, "CHILDREN": children, "ADULTS": everyone - children}[whose]


def reached(surely: bool, perhaps: bool) -> str:
    return "MET" if surely else "TO_VERIFY" if perhaps else "NOT_MET"


def outcome(verdicts: set[str]) -> str:
    if "NOT_MET" in verdicts:
        return "NOT_ELIGIBLE"
    if verdicts & {"TO_VERIFY", "TRANSITION_TO_CONFIRM"}:
        return "INCOMPLETE"
    return "ELIGIBLE_TRANSITION" if "TRANSITION" in verdicts else "ELIGIBLE"


def by_the_book(facts: Json, under: str = "") -> dict[str, Any]:
    """Outcome, outcome of each population, verdicts by criterion and warnings of facts the contract admits."""
    book = Book(facts, under)
    by_population = book.by_population()
    return {
        "outcome": max(by_population.values(), key=OUTCOMES.index),
        "by_population": by_population,
        "verdicts": book.verdicts(),
        "warnings": sorted(book.warnings()),
    }
