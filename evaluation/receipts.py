"""The receipt of an evaluation: its bytes, and the proof that the same facts and law give the same bytes again."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from evaluation.law import criteria_versions, rules_sha256
from evaluation.rules.answer import answer
from evaluation.rules.evaluate import evaluate
from evaluation.rules.model import CriteriaVersion
from evaluation.rules.parse import InvalidFacts, facts_as_json, parse_facts

CAPACITY: Final = "C7"
MOST_DIFFERENCES: Final = 20
ABSENT: Final = "(absent)"
SENTENCES: Final = ("text", "margin_text")


def receipt_bytes(*, facts: Mapping[str, Any], answered: Mapping[str, Any]) -> bytes:
    """The canonical JSON (RFC 8785) of facts, criteria version and finding, byte for byte the same at every run.

    A finding stands there as reason and values: a sentence that is worded better later changes no receipt.
    """
    findings = [without_sentences(finding) for finding in answered["findings"]]
    return rfc8785.dumps({"facts": dict(facts), "finding": {**answered, "findings": findings}})


def without_sentences(finding: Mapping[str, Any]) -> dict[str, Any]:
    """One line of reasoning and those below it, without what is written out per language."""
    kept = {name: value for name, value in finding.items() if name not in SENTENCES}
    return kept | {"children": [without_sentences(child) for child in finding.get("children", ())]}


def without_capacity(answered: Mapping[str, Any]) -> dict[str, Any]:
    """A site has no capacity verdict and therefore no outcome: both belong to an application."""
    findings = [finding for finding in answered["findings"] if finding["id"] != CAPACITY]
    return {"criteria": answered["criteria"], "findings": findings}


class UnreadableReceipt(ValueError):  # noqa: N818 - it names what is wrong, as the whole error family does
    """What was given is no receipt that can be run again; the message says why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place (RFC 6901) where the receipt and the new run do not say the same."""

    pointer: str
    stated: object
    found: object


@dataclass(frozen=True, slots=True)
class Verified:
    """What running a receipt again gave: the same bytes, or where they differ.

    `is_canonical` False: the same content written in another form (indented, other order). `stored_sha256` is what was
    recorded with the evaluation, empty for a receipt that came as a file; `rules_then` likewise.
    """

    criteria_id: str
    criteria_version: str
    criteria_sha256: str
    named_sha256: str
    sha256: str
    found_sha256: str
    is_canonical: bool
    differences: tuple[Difference, ...]
    rules_now: str
    rules_then: str = ""
    stored_sha256: str = ""

    @property
    def is_identical(self) -> bool:
        return not self.differences and self.is_canonical and self.sha256_holds and self.criteria_hold

    @property
    def criteria_hold(self) -> bool:
        """The file of criteria is byte for byte the one the receipt names."""
        return self.named_sha256 == self.criteria_sha256

    @property
    def sha256_holds(self) -> bool:
        return self.stored_sha256 in ("", self.found_sha256)


def verify_receipt(content: bytes, *, stored_sha256: str = "", rules_then: str = "") -> Verified:
    """Runs the facts of a receipt again under the version it names. Raises UnreadableReceipt."""
    stated = read_receipt(content)
    named = stated["finding"]["criteria"]
    criteria = _named_version(named)
    found = _run_again(stated, criteria)
    again = receipt_bytes(facts=found["facts"], answered=found["finding"])
    found = json.loads(again)
    canonical = rfc8785.dumps(stated)
    return Verified(
        criteria_id=criteria.id,
        criteria_version=criteria.version,
        criteria_sha256=criteria.sha256,
        named_sha256=named["sha256"],
        sha256=hashlib.sha256(canonical).hexdigest(),
        found_sha256=hashlib.sha256(again).hexdigest(),
        is_canonical=canonical == content,
        differences=() if canonical == again else _first(differences(stated, found)),
        rules_now=rules_sha256(),
        rules_then=rules_then,
        stored_sha256=stored_sha256,
    )


def retold(stated: Mapping[str, Any]) -> dict[str, Any]:
    """A receipt with its sentences, from running it again.

    Raises UnreadableReceipt for one that no longer gives the same, whose sentences nobody can vouch for.
    """
    found = _run_again(stated, _named_version(stated["finding"]["criteria"]))
    if receipt_bytes(facts=found["facts"], answered=found["finding"]) != rfc8785.dumps(dict(stated)):
        raise UnreadableReceipt("Running this receipt again gives another finding; `verify_receipt` says where.")
    return found


def read_receipt(content: bytes) -> dict[str, Any]:
    """A receipt as data: an object with `facts` and with a `finding` that names its criteria."""
    data: Any
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableReceipt(f"This is not JSON: {error}.") from error
    finding = data.get("finding") if isinstance(data, dict) else None
    criteria = finding.get("criteria") if isinstance(finding, dict) else None
    if not isinstance(criteria, dict) or set(data) != {"facts", "finding"} or not _is_findings(finding):
        raise UnreadableReceipt(
            "This is not a receipt: it must hold `facts` and a `finding` with its `criteria` and `findings`."
        )
    if not all(isinstance(criteria.get(name), str) for name in ("id", "version", "sha256")):
        raise UnreadableReceipt("This is not a receipt: `finding/criteria` must give `id`, `version` and `sha256`.")
    try:
        rfc8785.dumps(data)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise UnreadableReceipt(f"This is not a receipt: {error}.") from error
    return dict(data)


def _is_findings(finding: object) -> bool:
    rows = finding.get("findings") if isinstance(finding, dict) else None
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def _named_version(named: Mapping[str, str]) -> CriteriaVersion:
    """The very version, known by its sha256 too; raises UnreadableReceipt for one that this desk does not have."""
    known = {(version.id, version.version): version for version in criteria_versions()}
    criteria = known.get((named["id"], named["version"]))
    if criteria is None:
        listed = ", ".join(f"{each[0]} {each[1]}" for each in known)
        raise UnreadableReceipt(f"There are no criteria {named['id']} {named['version']} here; known: {listed}.")
    return criteria


def _run_again(stated: Mapping[str, Any], criteria: CriteriaVersion) -> dict[str, Any]:
    try:
        facts = parse_facts(stated["facts"], criteria_versions())
    except InvalidFacts as faulty:
        told = "; ".join(f"/facts{problem.pointer}: {problem.message}" for problem in faulty.problems)
        raise UnreadableReceipt(f"The facts of this receipt cannot be judged. {told}") from faulty
    found = answer(evaluate(criteria, facts))
    is_of_a_site = "outcome" not in stated["finding"]
    return {"facts": facts_as_json(facts), "finding": without_capacity(found) if is_of_a_site else found}


def differences(stated: object, found: object, pointer: str = "") -> Iterator[Difference]:
    """Each place where two documents differ, in the order of the document."""
    if isinstance(stated, dict) and isinstance(found, dict):
        for name in sorted(stated.keys() | found.keys()):
            step = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            yield from differences(stated.get(name, ABSENT), found.get(name, ABSENT), step)
    elif isinstance(stated, list) and isinstance(found, list):
        for place in range(max(len(stated), len(found))):
            yield from differences(_at(stated, place), _at(found, place), f"{pointer}/{place}")
    elif type(stated) is not type(found) or stated != found:
        yield Difference(pointer, stated, found)


def _at(items: Sequence[object], place: int) -> object:
    return items[place] if place < len(items) else ABSENT


def _first(found: Iterator[Difference]) -> tuple[Difference, ...]:
    return tuple(each for each, _ in zip(found, range(MOST_DIFFERENCES), strict=False))
