"""One concept: sources that do not agree, and the person who resolved it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from applications.models import Annex
from evaluation.enums import DifferenceKind, SourceKind
from evaluation.models import Resolution
from evaluation.models.inputs import RESOLVED_BY_SETTING_ASIDE, Stated
from evaluation.records import SiteRecord, canonical, fact_name, stated_value

BLOCKING: Final = (DifferenceKind.STATEMENTS, DifferenceKind.NO_CERTIFICATE, DifferenceKind.REGISTER)
"""Until a person chooses what holds, the fact counts as unknown and the batch does not close; the others are listed."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who says what: the ``value`` of one field of one site, in which batch, on which page, since when."""

    kind: SourceKind
    field: str
    key: str
    value: Any
    site: str
    batch: str
    who: str = ""
    at: datetime | None = None
    confirmed_by: str = ""
    annex: Annex | None = None
    page: int | None = None
    stated: Stated | None = None

    @property
    def identity(self) -> str:
        """What makes it another source: not who repeats it, nor who confirmed it since."""
        return canonical([self.kind, self.site, self.batch, self.field, self.key, self.value])

    def as_data(self) -> dict[str, Any]:
        """As it is kept with a resolution, readable when accounts and files change."""
        return {
            "kind": str(self.kind),
            "field": self.field,
            "key": self.key,
            "value": self.value,
            "site": self.site,
            "batch": self.batch,
            "who": self.who,
            "at": self.at.isoformat() if self.at else None,
            "confirmed_by": self.confirmed_by or None,
            "application": self.annex.application.reference if self.annex else None,
            "annex": self.annex.number if self.annex else None,
            "annex_sha256": self.annex.sha256 if self.annex else None,
            "page": self.page,
        }


@dataclass(frozen=True)
class Difference:
    """Sources on one fact of a site that do not agree; ``resolution`` once a person settled these very sources."""

    kind: DifferenceKind
    field: str
    key: str
    sources: tuple[Source, ...]
    resolution: Resolution | None = None

    @property
    def blocks(self) -> bool:
        return self.kind in BLOCKING

    @property
    def is_open(self) -> bool:
        return self.resolution is None

    @property
    def inputs(self) -> tuple[Stated, ...]:
        """The statements among the sources."""
        return tuple(source.stated for source in self.sources if source.stated is not None)

    @cached_property
    def sha256(self) -> str:
        """The hash of what the sources say: a change in one of them makes it another difference, open again."""
        said = sorted({source.identity for source in self.sources})
        return hashlib.sha256(canonical([self.kind, self.field, self.key, said]).encode()).hexdigest()

    def resolved_in(self, record: SiteRecord) -> "Difference":
        """The same with its resolution; where statements are set aside, one that is found again is open again."""
        if self.kind in RESOLVED_BY_SETTING_ASIDE:
            return self
        found = next((row for row in record.resolutions if row.sources_sha256 == self.sha256), None)
        return Difference(self.kind, self.field, self.key, self.sources, found)


def stated_source(row: Stated, record: SiteRecord) -> Source:
    """A statement as a source; booked figures say which delivery they come from."""
    return source_of(row, site=record.centre.site_number, batch=record.batch.code)


def source_of(row: Stated, *, site: str, batch: str, kind: SourceKind = SourceKind.STATED) -> Source:
    field, key = fact_name(row)
    vintage = getattr(row, "vintage", None)
    return Source(
        kind=kind,
        field=field,
        key=key,
        value=stated_value(row),
        site=site,
        batch=batch,
        who=str(vintage) if vintage else _stated_by(row),
        at=row.stated_at,
        confirmed_by=row.confirmed_by.name if row.confirmed_by else "",
        annex=row.annex,
        page=row.page,
        stated=row if kind == SourceKind.STATED else None,
    )


def _stated_by(row: Stated) -> str:
    if row.application is None:
        return row.stated_by.name
    return f"{row.application.holder.name}, {row.application.reference}"


def distinct_values(rows: Iterable[Stated]) -> int:
    return len({canonical(stated_value(row)) for row in rows})
