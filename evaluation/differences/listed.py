"""What is listed for a person to note, and keeps nothing from counting: other sites, other batches, other figures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from applications.enums import EvidenceSlot
from applications.models import Annex
from evaluation.differences.blocking import blocking_differences, current_certificates, registered_certificate
from evaluation.differences.model import Difference, Source, distinct_values, source_of, stated_source
from evaluation.enums import DifferenceKind, InputField, SourceKind
from evaluation.models import Input, Supplement
from evaluation.models.inputs import CONFIRMED, CURRENT, Stated
from evaluation.records import LEFT_BEHIND, SiteRecord, canonical, fact_name, stated_value

PEOPLE = ("stated_by", "confirmed_by", "annex__application__batch", "application__batch", "application__holder")
KEPT_FIELDS = (
    InputField.CERTIFICATE,
    InputField.DECLARED,
    InputField.LABORATORY_SITE,
    InputField.BILLED,
    InputField.BILLED_PAED,
)
"""What is true of a site whatever the batch, as far as an earlier batch can tell."""
OF_THE_HOLDER = (EvidenceSlot.MANDATE,)
"""What a company files with every site."""


def differences_of_site(record: SiteRecord) -> tuple[Difference, ...]:
    """Every difference about one site, those that block first."""
    return differences_of({record.centre.pk: record})[record.centre.pk]


def differences_of(records: Mapping[UUID, SiteRecord]) -> dict[UUID, tuple[Difference, ...]]:
    """The same for several sites of one batch, in a number of queries that does not grow with them."""
    if not records:
        return {}
    numbers, references, files = _elsewhere(records)
    earlier = _earlier(records)
    found = {}
    for pk, record in records.items():
        listed = (
            *_of_numbers(record, numbers),
            *_of_declared(record),
            *_of_totals(record),
            *_of_earlier(record, earlier[pk]),
            *_of_files(record, files),
            *_of_references(record, references),
        )
        found[pk] = (*blocking_differences(record), *(each.resolved_in(record) for each in listed))
    return found


Grouped = Mapping[str, list[Source]]


def _elsewhere(records: Mapping[UUID, SiteRecord]) -> tuple[Grouped, Grouped, Grouped]:
    """Certificates by number, supplements by reference, documents by hash, as every site of the batch has them."""
    batch = next(iter(records.values())).batch
    rows = Input.objects.filter(CURRENT, batch=batch, field=InputField.CERTIFICATE)
    numbers = defaultdict(list)
    for row in rows.exclude(LEFT_BEHIND).select_related(*PEOPLE, "centre"):
        numbers[folded(row.key)].append(source_of(row, site=row.centre.site_number, batch=batch.code))
    references = defaultdict(list)
    lines = Supplement.objects.filter(CURRENT, batch=batch).exclude(LEFT_BEHIND)
    for line in lines.select_related(*PEOPLE, "centre"):
        source = source_of(line, site=line.centre.site_number, batch=batch.code)
        references[folded(line.reference)].append(source)
    return numbers, references, _documents(records)


def _documents(records: Mapping[UUID, SiteRecord]) -> Grouped:
    batch = next(iter(records.values())).batch
    wanted = {annex.sha256 for record in records.values() for annex in record.annexes}
    same = Annex.objects.present().filter(application__batch=batch, sha256__in=wanted)
    documents = defaultdict(list)
    names = ("application__batch", "application__centre", "application__holder", "added_by")
    for annex in same.exclude(slot__in=OF_THE_HOLDER).select_related(*names):
        documents[annex.sha256].append(_document(annex, batch.code))
    return documents


def _document(annex: Annex, batch: str) -> Source:
    application = annex.application
    return Source(
        kind=SourceKind.DOCUMENT,
        field="document",
        key=annex.sha256,
        value=annex.sha256,
        site=application.centre.site_number,
        batch=batch,
        who=f"{application.holder.name}, {application.reference}",
        at=annex.added_at,
        annex=annex,
    )


def folded(text: str) -> str:
    """A number or reference however it is typed."""
    return "".join(text.split()).casefold()


def _at_two_sites(record: SiteRecord, sources: Iterable[Source]) -> tuple[Source, ...]:
    """One source a site and value where the site is not alone, in an order that is the same seen from each."""
    by_identity = {source.identity: source for source in sources}
    sites = {source.site for source in by_identity.values()}
    if record.centre.site_number not in sites or len(sites) == 1:
        return ()
    return tuple(by_identity[each] for each in sorted(by_identity))


def _of_numbers(record: SiteRecord, numbers: Grouped) -> Iterator[Difference]:
    """A number that another site states too, or that the register knows for other sites alone."""
    for number, rows in sorted(current_certificates(record).items()):
        sources = _at_two_sites(record, numbers.get(folded(number), ())) or _of_another_site(record, rows[0])
        if sources:
            yield Difference(DifferenceKind.NUMBER_ELSEWHERE, InputField.CERTIFICATE, folded(number), sources)


def _of_another_site(record: SiteRecord, row: Input) -> tuple[Source, ...]:
    entry = registered_certificate(record, row)
    if entry is None:
        return ()
    sites = {centre.site_number for centre in entry.centres.all()}
    sites |= {unit.site_number for unit in entry.facilities.all()}
    if not sites or record.centre.site_number in sites:
        return ()
    who = entry.programme_name
    register = [Source(SourceKind.REGISTER, "sites", row.key, site, site, "", who=who) for site in sorted(sites)]
    return stated_source(row, record), *register


def _of_declared(record: SiteRecord) -> Iterator[Difference]:
    """The hospital's count beside what is booked: a warning and never scored (A11)."""
    for year in record.batch.booked_years:
        declared, billed = _of_year(record, InputField.DECLARED, year), _of_year(record, InputField.BILLED, year)
        if declared and billed and _total(declared[0]) != _total(billed[0]):
            sources = tuple(stated_source(row, record) for row in (*declared, *billed))
            yield Difference(DifferenceKind.DECLARED, InputField.DECLARED, str(year), sources)


def _of_totals(record: SiteRecord) -> Iterator[Difference]:
    """Children among the acts, and patients outside the insurance among the hospital's own, cannot be more than all."""
    for year in record.batch.booked_years:
        booked = _of_year(record, InputField.BILLED, year)
        children = _of_year(record, InputField.BILLED_PAED, year)
        declared = _of_year(record, InputField.DECLARED, year)
        lines = _lines_of(record, year)
        parts: Sequence[tuple[Sequence[Stated], Sequence[Stated]]] = (
            (children, booked),
            (children, declared),
            (lines, declared),
        )
        for part, whole in parts:
            if part and whole and _most(part) > _total(whole[0]):
                sources = tuple(stated_source(row, record) for row in (*part, *whole))
                yield Difference(DifferenceKind.TOTALS, sources[0].field, str(year), sources)


def _lines_of(record: SiteRecord, year: int) -> list[Supplement]:
    """One line per reference, however many files state it."""
    lines = {folded(line.reference): line for line in record.supplements if line.is_current and line.year == year}
    return list(lines.values())


def _of_year(record: SiteRecord, field: InputField, year: int) -> tuple[Input, ...]:
    """None while the statements themselves differ."""
    rows = record.current(field, str(year))
    return rows if distinct_values(rows) == 1 else ()


def _most(rows: Sequence[Stated]) -> int:
    """Lines outside the insurance together; equal statements of one figure once."""
    return sum(map(_total, rows)) if isinstance(rows[0], Supplement) else _total(rows[0])


def _total(row: Stated) -> int:
    """How many a row counts: of a line outside the insurance, of a hospital's count or of what is booked per code."""
    if isinstance(row, Supplement):
        return row.count
    value = stated_value(row)
    return sum(value.values()) if isinstance(value, dict) else int(value)


def _earlier(records: Mapping[UUID, SiteRecord]) -> dict[UUID, list[Stated]]:
    """What was confirmed about the sites in earlier batches, the newest first."""
    batch = next(iter(records.values())).batch
    about = {"centre__in": list(records), "batch__reference_on__lt": batch.reference_on}
    found: dict[UUID, list[Stated]] = defaultdict(list)
    inputs = Input.objects.filter(CURRENT & CONFIRMED, **about, field__in=KEPT_FIELDS)
    for row in inputs.select_related(*PEOPLE, "vintage", "batch").order_by("-batch__reference_on"):
        found[row.centre_id].append(row)
    lines = Supplement.objects.filter(CURRENT & CONFIRMED, **about)
    for line in lines.select_related(*PEOPLE, "batch").order_by("-batch__reference_on"):
        found[line.centre_id].append(line)
    return found


def _of_earlier(record: SiteRecord, earlier: Iterable[Stated]) -> Iterator[Difference]:
    """The same fact as it was last confirmed in an earlier batch."""
    latest: dict[tuple[str, str], Stated] = {}
    for row in earlier:
        latest.setdefault(fact_name(row), row)
    now: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for stated in (*record.inputs, *record.supplements):
        if stated.is_current:
            now[fact_name(stated)].append(stated)
    for fact in sorted(now.keys() & latest.keys()):
        before = latest[fact]
        if all(_compared(row) == _compared(before) for row in now[fact]):
            continue
        then = source_of(before, site=record.centre.site_number, batch=before.batch.code, kind=SourceKind.EARLIER)
        sources = (*(stated_source(row, record) for row in now[fact]), then)
        yield Difference(DifferenceKind.EARLIER, fact[0], fact[1], sources)


def _compared(row: Stated) -> str:
    """Of a certificate its days: an extension or a wider scope is news, not a contradiction."""
    value = stated_value(row)
    if isinstance(row, Input) and row.field == InputField.CERTIFICATE:
        value = [value["valid_from"], value["valid_to"]]
    return canonical(value)


def _of_files(record: SiteRecord, files: Grouped) -> Iterator[Difference]:
    for sha256 in sorted({annex.sha256 for annex in record.annexes}):
        if sources := _at_two_sites(record, files.get(sha256, ())):
            yield Difference(DifferenceKind.SAME_FILE, "document", sha256, sources)


def _of_references(record: SiteRecord, references: Grouped) -> Iterator[Difference]:
    for reference in sorted({folded(line.reference) for line in record.supplements if line.is_current}):
        if sources := _at_two_sites(record, references.get(reference, ())):
            yield Difference(DifferenceKind.SAME_REFERENCE, "supplement", reference, sources)
