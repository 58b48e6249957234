"""The tree as text for a terminal, no line wider than asked."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.formats import long_day
from evaluation.rules.enums import Outcome
from evaluation.rules.explain import outcome_name
from evaluation.rules.sites import printed
from evaluation.trace.model import Trace, TracedFinding, TracedInput, TracedJudgement, TracedRuling

WIDTH = 100
HASH = 12
LABEL = 12


def tree_lines(trace: Trace, *, criterion: str = "", width: int = WIDTH) -> Iterator[str]:
    """The whole tree, or one criterion of it, in the language it was built for."""
    with translation.override(trace.language):
        lines = [*_head(trace, width)] if not criterion else []
        for finding in trace.only(criterion):
            lines += ["", *_finding(finding, width)]
    yield from lines[1:] if criterion else lines


def _head(trace: Trace, width: int) -> Iterator[str]:
    about = trace.about
    if about:
        named = [about.get("application"), about.get("product"), about.get("holder")]
        yield from _wrapped(" · ".join(filter(None, named)), width)
        yield from _wrapped(f"{about['hospital']} — {about['site']} · {printed(about['site_number'])}", width)
    criteria = trace.criteria
    yield from _wrapped(f"{criteria.id} {criteria.version} · sha256 {criteria.sha256}", width)
    if trace.outcome:
        said = outcome_name(Outcome(trace.outcome), trace.language)
        yield from _wrapped(_("Outcome (advice): %(outcome)s") % {"outcome": said}, width)


def _finding(finding: TracedFinding, width: int) -> Iterator[str]:
    yield from _wrapped(f"{finding.id} · {finding.name}: {finding.verdict_words.upper()}", width)
    yield from _wrapped(finding.reason, width, indent="  ")
    yield from _wrapped(finding.margin_sentence, width, indent="  ")
    yield from _children(finding, width, "  ")
    for label, texts in _rests_on(finding):
        yield from _labelled(label, texts, width)


def _children(finding: TracedFinding, width: int, indent: str) -> Iterator[str]:
    for place, child in enumerate(finding.children, start=1):
        is_last = place == len(finding.children)
        after = indent + ("   " if is_last else "│  ")
        text = f"{child.verdict_words}: {' '.join(filter(None, (child.reason, child.margin_sentence)))}"
        yield from _wrapped(text, width, indent=indent + ("└─ " if is_last else "├─ "), after=after)
        yield from _children(child, width, after)


def _rests_on(finding: TracedFinding) -> Iterator[tuple[str, list[str]]]:
    if finding.law is not None:
        yield _("Law"), list(_law(finding))
    if finding.readings:
        yield _("Readings"), [", ".join(reading.id for reading in finding.readings)]
    if finding.check is not None:
        yield _("Check"), [finding.check.words]
    for row in finding.inputs:
        yield _("Input"), [_value(row), " · ".join(input_way(row))]
    for resolved in finding.resolutions:
        fact = f"{resolved.label}: {resolved.chosen}" if resolved.chosen else resolved.label
        yield _("Resolved"), [fact, f"{resolved.reason} ({resolved.by}, {moment(resolved.at)})"]
    if finding.judgement is not None:
        yield _("Judgement"), list(_judgement(finding.judgement))
    if finding.ruling is not None:
        yield _("Bureau"), [_ruling(finding.ruling)]


def _law(finding: TracedFinding) -> Iterator[str]:
    law = finding.law
    if law is None or law.is_house_rule:
        yield _("House rule of the desk; the note has no sentence on it.")
        return
    yield f"“{law.text}”"
    translated = [_("working translation")] if law.is_translation else []
    yield " · ".join([law.source, *translated, f"sha256 {law.sentence_sha256[:HASH]}…"])


def _value(row: TracedInput) -> str:
    unit = f" {row.unit}" if row.unit else ""
    return f"{row.label}: {row.words}{unit}"


def input_way(row: TracedInput) -> list[str]:
    """Who stated it in what and when, who confirmed it, which page of which file: one phrase each."""
    way = [", ".join(filter(None, (row.vintage or row.stated_by, row.application)))]
    if row.stated_at:
        way.append(f"{row.stated_in_words}, {moment(row.stated_at)}")
    if row.confirmed_at:
        way.append(_("confirmed by %(who)s, %(when)s") % {"who": row.confirmed_by, "when": moment(row.confirmed_at)})
    else:
        way.append(_("in the holder's own words") if row.is_own_words else _("not confirmed"))
    if row.annex is not None:
        page = f", {_('p. %(page)s') % {'page': row.page}}" if row.page else ""
        way.append(_("annex %(number)s") % {"number": row.annex} + page + f" (sha256 {row.annex_sha256[:HASH]}…)")
    if row.ruling:
        way.append(f"{row.ruling_words}: {row.ruling_reason} ({row.ruled_by})")
    if row.set_aside:
        way.append(_("set aside"))
    return way


def _judgement(row: TracedJudgement) -> Iterator[str]:
    yield f"{row.words}: {row.reason}"
    yield f"{row.by}, {moment(row.at)} · " + (
        _("countersigned by %(who)s, %(when)s") % {"who": row.countersigned_by, "when": moment(row.countersigned_at)}
        if row.countersigned_at
        else _("not countersigned: does not count")
    )
    if row.stale:
        yield _("What this rested on has changed since; it does not count.")


def _ruling(row: TracedRuling) -> str:
    said = _("confirms the transition") if row.confirms else _("does not confirm the transition")
    return f"{said}, {long_day(row.ruled_on)} · {row.minutes_reference} ({row.recorded_by})"


def moment(at: datetime | None) -> str:
    """A day and a time of day in Belgium."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{long_day(local.date())} {local:%H:%M}"


def _labelled(label: str, texts: Iterable[str], width: int) -> Iterator[str]:
    head = f"  {label:<{LABEL}}"
    for text in texts:
        if text:
            yield from _wrapped(text, width, indent=head, after=" " * len(head))
            head = " " * len(head)


def _wrapped(text: str, width: int, *, indent: str = "", after: str | None = None) -> list[str]:
    follows = indent if after is None else after
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=follows, break_on_hyphens=False)
