"""How single answers about the site are written inside the transaction of ``drafts.save_answers``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from applications.enums import CONTRARY
from applications.models import Annex, Application, Statement


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer about the site; ``key`` tells answers of one field apart, ``page`` is the page of the annex."""

    field: str
    value: Any
    key: str = ""
    annex: Annex | None = None
    page: int | None = None


def cites(application: Application, fact: Fact) -> bool:
    """The document and page that an answer points to are there."""
    annex = fact.annex
    own = annex is not None and annex.application_id == application.pk and annex.removed_at is None
    return own and annex is not None and (fact.page is None or 1 <= fact.page <= annex.pages)


def write_fact(application: Application, fact: Fact, *, by: User, at: datetime, stated_in: str) -> Fact | None:
    """Write one statement; None when it stands there already."""
    _drop_contrary(application, fact.field)
    rows = application.statements
    row = rows.filter(field=fact.field, key=fact.key).first() or Statement(
        application=application, field=fact.field, key=fact.key, value=None
    )
    if (row.value, row.annex, row.page) == (fact.value, fact.annex, fact.page):
        return None
    row.value, row.annex, row.page = fact.value, fact.annex, fact.page
    row.stated_in, row.stated_by, row.stated_at = stated_in, by, at
    row.save()
    return fact


def _drop_contrary(application: Application, field: str) -> None:
    contrary = CONTRARY.get(field)
    if contrary is not None:
        application.statements.filter(field=contrary).delete()


def erase_fact(application: Application, field: str, key: str) -> bool:
    """Whether there was something to take back."""
    return bool(application.statements.filter(field=field, key=key).delete()[0])


def told_statements(told: list[Fact], gone: list[tuple[str, str]]) -> dict[str, Any]:
    """What was stated and taken back, as the audit trail tells it."""
    stated = {f"{fact.field} {fact.key}".strip(): fact.value for fact in told}
    removed = {f"{field} {key}".strip(): None for field, key in gone}
    return {"statements": stated | removed} if stated or removed else {}
