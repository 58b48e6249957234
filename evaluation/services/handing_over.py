"""From the entry of a pre-check to a draft: what a holder may state goes over, what others know or judge does not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import StatementField
from applications.models import Application
from applications.services.drafts import Fact, save_answers, start_application
from centres.models import Centre, Holder, Paragraph
from evaluation.rules.facts import Facts
from evaluation.rules.parse import facts_as_json

DOUBLE_CLICK: Final = timedelta(seconds=15)
CITED: Final = "cite-pre-check"


@dataclass(frozen=True, slots=True)
class HandOver:
    """What goes over into the draft; `left` names what does not, by a code for each kind."""

    apheresis_site: str
    laboratory_site: str
    populations: tuple[str, ...]
    stated: tuple[Fact, ...]
    left: tuple[str, ...]


def hand_over(facts: Facts, *, years: Collection[int]) -> HandOver:
    """Sort an entry; ``years`` are those the batch asks for, and a figure of another year stays behind."""
    document = facts_as_json(facts)
    rows = [row for row in document["allografts"] if row["year"] in years]
    certificates = document["certificates"]
    stated = [
        *_certificates(certificates),
        *([Fact(StatementField.IEC_APPLICATION, application)] if (application := document["iec_application"]) else []),
        *(
            Fact(StatementField.DECLARED_ALLOGRAFTS, row["declared"], str(row["year"]))
            for row in rows
            if row["declared"] is not None
        ),
        *(_supplement(row["year"], value) for row in rows for value in row["supplements"]),
    ]
    unique = {(fact.field, fact.key): fact for fact in reversed(stated)}
    return HandOver(
        apheresis_site=facts.apheresis_site,
        laboratory_site=facts.laboratory_site or "",
        populations=tuple(sorted(document["populations"])),
        stated=tuple(reversed(unique.values())),
        left=tuple(_left(document, years=years, doubles=len(unique) < len(stated))),
    )


def _certificates(certificates: list[dict[str, Any]] | None) -> list[Fact]:
    if certificates is None:
        return []
    if not certificates:
        return [Fact(StatementField.NO_CERTIFICATES, True)]
    return [
        Fact(StatementField.CERTIFICATE, value | {"facilities": value["facilities"] or None}, value["number"])
        for value in certificates
    ]


def _supplement(year: int, value: dict[str, Any]) -> Fact:
    told = {name: value[name] for name in ("basis", "reference", "count", "paed")}
    return Fact(StatementField.SUPPLEMENT, {"year": year, **told}, f"{year} {value['reference']}")


def _left(document: dict[str, Any], *, years: Collection[int], doubles: bool) -> list[str]:
    rows = document["allografts"]
    kinds = {
        "booked": any(row["billed"] for row in rows),
        "judged": bool(document["judgements"] or document["capacity"]),
        "ruled": document["bureau_confirms_transition"] is not None
        or any(value["ruling"] for row in rows for value in row["supplements"]),
        "years": any(row["year"] not in years for row in rows),
        "doubles": doubles,
        "days": True,
    }
    return [kind for kind, is_there in kinds.items() if is_there]


@transaction.atomic
def start_from_entry(
    handed: HandOver,
    *,
    code: str,
    holder: Holder,
    paragraph: Paragraph,
    centre: Centre,
    language: str,
    contact_email: str,
    by: User,
    at: datetime,
) -> Application:
    """Write the draft as one, and in the audit trail the code it came from; a second click gives the same draft.

    Raises NotAllowed, and Invalid with every fault of the first step that has one.
    """
    User.objects.select_for_update().get(pk=by.pk)
    recent = Application.objects.filter(created_by=by, created_at__gt=at - DOUBLE_CLICK)
    same = recent.filter(paragraph=paragraph, centre=centre, populations=list(handed.populations)).first()
    if same is not None:
        return same
    draft = start_application(
        holder=holder,
        product=paragraph.product,
        paragraph=paragraph,
        centre=centre,
        populations=handed.populations,
        language=language,
        contact_email=contact_email,
        apheresis_site=handed.apheresis_site,
        laboratory_site=handed.laboratory_site,
        by=by,
        at=at,
    )
    if handed.stated:
        save_answers(draft, stated=handed.stated, by=by, at=at)
    record_event(draft, by=by, at=at, verb=CITED, after={"code": code})
    return draft
