"""What does not agree about a site, its sources side by side and in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.desk import number, short_date, site_number
from applications.models import Annex
from evaluation.board.lines import line_label, value_in_words
from evaluation.differences import Difference, Source
from evaluation.enums import DifferenceKind, SourceKind, SupplementBasis
from evaluation.models import Resolution


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source as it is read: who, what it is about, when, where and what it says."""

    who: str
    about: str
    at: datetime | None
    value: str
    confirmed_by: str = ""
    annex: Annex | None = None
    place: str = ""
    page: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A difference still open, or one that was resolved; ``lapsed`` when a source has changed since."""

    sha256: str
    kind: DifferenceKind
    fact: str
    blocks: bool
    sources: tuple[SourceView, ...]
    resolution: Resolution | None = None
    lapsed: bool = False

    @property
    def title(self) -> str:
        return str(self.kind.label)


def difference_view(found: Difference) -> DifferenceView:
    return DifferenceView(
        sha256=found.sha256,
        kind=found.kind,
        fact=fact_in_words(found.kind, found.field, found.key, found.sources),
        blocks=found.blocks,
        sources=tuple(source_view(each, found.kind) for each in found.sources),
        resolution=found.resolution,
    )


def open_and_resolved(
    found: Sequence[Difference], resolutions: Iterable[Resolution]
) -> tuple[tuple[DifferenceView, ...], tuple[DifferenceView, ...]]:
    """What waits for a person, those that block first; and all that was resolved, as it was seen then."""
    waiting = [each for each in found if each.is_open]
    reopened = {(each.kind, each.field, each.key) for each in waiting}
    return (
        tuple(difference_view(each) for each in sorted(waiting, key=lambda each: not each.blocks)),
        tuple(_resolved(row, lapsed=(row.kind, row.field, row.key) in reopened) for row in resolutions),
    )


def fact_in_words(kind: str, field: str, key: str, sources: Sequence[Source] = ()) -> str:
    """What the difference is about, as a reader calls it."""
    if kind == DifferenceKind.SAME_FILE:
        return str(sources[0].annex.title) if sources and sources[0].annex else ""
    if kind in (DifferenceKind.SAME_REFERENCE, DifferenceKind.NUMBER_ELSEWHERE) and sources:
        return sources[0].key
    words = line_label(field, key) or {"supplement": _("Outside the insurance")}.get(field, "")
    return words if not key or key in words else f"{words} {key}".strip()


def source_view(source: Source, kind: str) -> SourceView:
    return SourceView(
        who=_who(source.kind, source.who),
        about=_about(kind, source.kind, source.field, source.key, source.site, source.batch),
        at=source.at,
        value=source.annex.file_name if kind == DifferenceKind.SAME_FILE and source.annex else in_words(source),
        confirmed_by=source.confirmed_by,
        annex=source.annex,
        page=source.page,
    )


def in_words(source: Source) -> str:
    return value_of(source.field, source.value)


def value_of(field: str, value: Any) -> str:
    """What a source says; a line outside the insurance and a running application in one phrase each."""
    match field, value:
        case "supplement", {"basis": basis, "count": count, "paed": paed}:
            words = {"count": number(count), "paed": number(paed), "basis": SupplementBasis(basis).label}
            return _("%(count)s, of whom children %(paed)s, %(basis)s") % words
        case "iec_application", {"filed_on": filed_on, "site": site}:
            day = short_date(date.fromisoformat(filed_on))
            return _("filed on %(day)s for site %(site)s") % {"day": day, "site": site_number(site)}
        case "sites", str():
            return site_number(value)
        case "document", str():
            return value[:12]
    return value_in_words(field, value)


def _who(kind: str, who: str) -> str:
    if kind == SourceKind.REGISTER:
        return f"{SourceKind.REGISTER.label}: {who}" if who else str(SourceKind.REGISTER.label)
    return who


def _about(kind: str, source_kind: str, field: str, key: str, site: str, batch: str) -> str:
    """Only what tells the sources of this kind of difference apart."""
    if kind in (DifferenceKind.SAME_FILE, DifferenceKind.SAME_REFERENCE, DifferenceKind.NUMBER_ELSEWHERE):
        return site_number(site)
    if source_kind == SourceKind.EARLIER:
        return _("batch %(code)s") % {"code": batch}
    if kind in (DifferenceKind.DECLARED, DifferenceKind.TOTALS):
        return line_label(field, key)
    return ""


def _resolved(row: Resolution, *, lapsed: bool) -> DifferenceView:
    kind = DifferenceKind(row.kind)
    return DifferenceView(
        sha256=row.sources_sha256,
        kind=kind,
        fact=fact_in_words(row.kind, row.field, row.key if kind != DifferenceKind.SAME_FILE else ""),
        blocks=False,
        sources=tuple(_kept_source(each, row) for each in row.sources),
        resolution=row,
        lapsed=lapsed,
    )


def _kept_source(kept: Mapping[str, Any], row: Resolution) -> SourceView:
    place = _("annex %(n)s") % {"n": kept["annex"]} if kept.get("annex") else ""
    return SourceView(
        who=_who(kept["kind"], kept["who"]),
        about=_about(row.kind, kept["kind"], kept["field"], kept["key"], kept["site"], kept["batch"]),
        at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
        value=value_of(kept["field"], kept["value"]),
        confirmed_by=kept.get("confirmed_by") or "",
        place=place,
        page=kept.get("page"),
        chosen=row.chosen_value is not None and kept["value"] == row.chosen_value,
    )
