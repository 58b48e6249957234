"""Answers to many drafts at once, by the rules of ``drafts.save_answers``: a constant number of queries.

The caller writes the one audit line of the set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from accounts.errors import Invalid, NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_holder
from applications.enums import CONTRARY, StatedIn
from applications.errors import problem
from applications.models import Application, Batch, Statement
from applications.policies import require_draft, works_for
from applications.services.drafts import SITES, answer_faults, tidied
from applications.services.locks import touch
from applications.services.statements import Fact
from centres.models import Holder
from centres.services.register_sets import AT_ONCE, take_over

STATED: Final = ("value", "annex", "page", "stated_in", "stated_by", "stated_at")


@dataclass(frozen=True, slots=True)
class Answers:
    """What one draft is told: sites of its own that change, and facts of its site."""

    changes: Mapping[str, object]
    stated: tuple[Fact, ...]


@dataclass(slots=True)
class _Written:
    """What is written when every draft was found right."""

    drafts: list[Application] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)


@transaction.atomic
def write_answers(wanted: Mapping[str, Answers], *, holder: Holder, by: User, at: datetime) -> int:
    """Save by external reference what the drafts of the holder are told; gives how many of them changed.

    Raises NotAllowed when the person does not file for the holder, NotFound for an unknown reference, Conflict when one
    was submitted, Invalid with all faults at once.
    """
    if not is_holder(by) or not works_for(by, holder):
        raise NotAllowed
    drafts = _locked(holder, wanted)
    values = {reference: _sites(told.changes) for reference, told in wanted.items()}
    faults = [
        fault
        for reference, told in wanted.items()
        for fault in answer_faults(drafts[reference], values[reference], told.stated)
    ]
    if faults:
        raise Invalid(problems=faults)
    written = _Written()
    for reference, told in wanted.items():
        _answer(drafts[reference], values[reference], told.stated, written, by=by, at=at)
    _write(written)
    return len(written.drafts)


def _locked(holder: Holder, references: Iterable[str]) -> dict[str, Application]:
    """The batches first, then the drafts."""
    asked = set(references)
    found = Application.objects.filter(holder=holder, external_reference__in=asked)
    batches = Batch.objects.select_for_update().filter(pk__in=found.order_by().values("batch"))
    list(batches.order_by("pk").values_list("pk"))
    rows = found.select_for_update(of=("self",)).select_related("product", "paragraph", "centre")
    drafts = {row.external_reference: row for row in rows.prefetch_related("statements").order_by("pk")}
    if asked - set(drafts):
        raise NotFound
    for draft in drafts.values():
        require_draft(draft)
    return drafts


def _sites(changes: Mapping[str, object]) -> dict[str, Any]:
    """Of a draft's own fields a statement changes its sites only."""
    unknown = [problem(f"/{name}", "field-unknown") for name in changes if name not in SITES]
    if unknown:
        raise Invalid(problems=unknown)
    return tidied(changes)


def _answer(
    draft: Application,
    values: Mapping[str, Any],
    stated: tuple[Fact, ...],
    written: _Written,
    *,
    by: User,
    at: datetime,
) -> None:
    """What differs is noted; a draft that was told nothing new is left alone."""
    differs = take_over(draft, values)
    standing = {(row.field, row.key): row for row in draft.statements.all()}
    before = dict(standing)
    fresh: dict[UUID, Statement] = {}
    for fact in stated:
        for place in [place for place in standing if place[0] == CONTRARY.get(fact.field)]:
            fresh.pop(standing.pop(place).pk, None)
        row = standing.setdefault(
            (fact.field, fact.key), Statement(application=draft, field=fact.field, key=fact.key, value=None)
        )
        if (row.value, row.annex_id, row.page) != (fact.value, fact.annex.pk if fact.annex else None, fact.page):
            row.value, row.annex, row.page = fact.value, fact.annex, fact.page
            row.stated_in, row.stated_by, row.stated_at = StatedIn.UPLOAD, by, at
            fresh[row.pk] = row
    kept = {row.pk for row in standing.values()}
    gone = [row.pk for row in before.values() if row.pk not in kept]
    if differs or fresh or gone:
        touch(draft, at=at)
        written.drafts.append(draft)
        written.statements += fresh.values()
        written.gone += gone


def _write(written: _Written) -> None:
    """One statement per thousand: each draft is there under its key, so each is an update."""
    Statement.objects.filter(pk__in=written.gone).delete()
    changed = [*SITES, "version", "changed_at"]
    Application.objects.bulk_create(
        written.drafts, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=changed
    )
    Statement.objects.bulk_create(
        written.statements, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=STATED
    )
