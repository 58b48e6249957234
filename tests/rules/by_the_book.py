"""The contract of the pre-check written a second time, as plainly as it stands there, on the stated facts themselves.

It shares nothing with the rules, so that a slip in one of the two shows.
"""

from typing import Any

from tests.rules.stated import Json

WORST_FIRST = ("NOT_MET", "TO_VERIFY", "MET")
TRANSITION_UNTIL, CONFIRM_UNTIL = "2026-12-31", "2027-03-31"
JUDGED = ("C3a", "C3b", "C5", "C6")
OUTCOMES = ("ELIGIBLE", "ELIGIBLE_TRANSITION", "INCOMPLETE", "NOT_ELIGIBLE")


class Book:
    """One site's facts and what the contract says of them; days are texts, which sort as days."""

    def __init__(self, facts: Json) -> None:
        self.facts = facts
        self.on: str = facts["reference_on"]
        self.vote_on: str | None = facts.get("vote_on")
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
        if later <= CONFIRM_UNTIL:
            if not self.filed() and not self.renewing(kind):
                return "TO_VERIFY"
            if later <= TRANSITION_UNTIL:
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

        if any(units(each) >= {"CLINICAL", "COLLECTION"} for each in certificates):
            return "MET"
        return "TO_VERIFY" if any(not each.get("facilities") for each in certificates) else "NOT_MET"

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

    def acts(self, billed: str, part: str, needed: int) -> str:
        rows = {row["year"]: row for row in self.facts.get("allografts") or []}
        asked = [rows.get(year, {}) for year in self.facts["booked_years"]]
        if any(row.get(billed) is None for row in asked):
            return "TO_VERIFY"
        counted = sum(sum(row[billed].values()) + supplements(row, part, "ACCEPTED") for row in asked)
        if counted >= needed:
            return "MET"
        return "TO_VERIFY" if counted + sum(supplements(row, part, None) for row in asked) >= needed else "NOT_MET"

    def judged(self, criterion: str) -> str:
        return (self.facts.get("judgements") or {}).get(criterion) or "TO_VERIFY"

    def laboratory(self) -> str:
        laboratory = self.facts.get("laboratory_site")
        return "TO_VERIFY" if laboratory is None else "MET" if laboratory == self.site else "NOT_MET"

    def verdicts(self) -> dict[str, str]:
        for_all = {
            "C1a": self.c1a(),
            "C1b": self.certificate(self.of_kind("ALLO")),
            "C1c": self.c1c(),
            "C2": self.acts("billed", "count", 84),
            **{criterion: self.judged(criterion) for criterion in JUDGED},
            "C4": self.laboratory(),
            "C7": "NOTED" if self.facts.get("capacity") else "TO_VERIFY",
        }
        if not self.children:
            return for_all | dict.fromkeys(("P1", "P2", "P3"), "NA")
        return for_all | {"P1": self.p1(), "P2": self.acts("billed_paed", "paed", 18), "P3": self.judged("P3")}

    def by_population(self) -> dict[str, str]:
        verdicts = self.verdicts()
        weighed = {"ADULT": {verdicts[each] for each in verdicts if each[0] == "C"}, "PAED": set(verdicts.values())}
        return {population: outcome(weighed[population]) for population in sorted(self.facts["populations"])}

    def warnings(self) -> set[str]:
        rows = [row for row in self.facts.get("allografts") or [] if row.get("billed") is not None]
        kinds = [self.of_kind("IEC"), self.of_kind("ALLO"), *([self.of_kind("ALLO", "PAED")] if self.children else [])]
        verdicts, capacity = self.verdicts(), self.facts.get("capacity")
        valid_iec, for_children = on(self.of_kind("IEC"), self.on), on(self.of_kind("IEC", "PAED"), self.on)
        lowest = min((sum(row["billed"].values()) + supplements(row, "count", "ACCEPTED") for row in rows), default=0)
        told = [row for row in rows if row.get("declared") is not None]
        due = {
            "CERTIFICATE_LAPSES_BEFORE_VOTE": any(self.lapsed(kind) for kind in kinds),
            "YEAR_BELOW_MINIMUM": verdicts["C2"] == "MET" and lowest < 28,
            "DECLARED_DIFFERS_FROM_BILLED": any(row["declared"] != sum(row["billed"].values()) for row in told),
            "PAEDIATRIC_ONLY_SITE": self.facts["populations"] == ["PAED"]
            and (verdicts["C2"], verdicts["P2"]) == ("NOT_MET", "MET"),
            "IEC_SCOPE_WITHOUT_PAEDIATRIC": self.children and bool(valid_iec) and not for_children,
            "NO_CAPACITY_NEED_SHOWN": capacity == "NEITHER",
            "ADVISE_WORKING_GROUP_CONTRACTS": capacity in ("VOLUME_INCREASE", "BOTH"),
        }
        return {code for code, is_due in due.items() if is_due}


def last_day(certificate: Json) -> str:
    return max(certificate["valid_to"], certificate.get("extended_to") or "")


def on(kind: list[Json], day: str) -> list[Json]:
    return [each for each in kind if each["valid_from"] <= day <= last_day(each)]


def worst(verdicts: list[str]) -> str:
    return min(verdicts, key=WORST_FIRST.index)


def supplements(row: Json, part: str, ruling: str | None) -> int:
    return sum(each[part] for each in row.get("supplements") or [] if each.get("ruling") == ruling)


def outcome(verdicts: set[str]) -> str:
    if "NOT_MET" in verdicts:
        return "NOT_ELIGIBLE"
    if verdicts & {"TO_VERIFY", "TRANSITION_TO_CONFIRM"}:
        return "INCOMPLETE"
    return "ELIGIBLE_TRANSITION" if "TRANSITION" in verdicts else "ELIGIBLE"


def by_the_book(facts: Json) -> dict[str, Any]:
    """Outcome, outcome of each population, verdicts by criterion and warnings of facts the contract admits."""
    book = Book(facts)
    by_population = book.by_population()
    return {
        "outcome": max(by_population.values(), key=OUTCOMES.index),
        "by_population": by_population,
        "verdicts": book.verdicts(),
        "warnings": sorted(book.warnings()),
    }
