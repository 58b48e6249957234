"""How the rows of each kind are written, through the services that the screens use."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from accounts.errors import Conflict
from accounts.models import User
from applications.bulk import application_rows, listing_rows, statement_rows
from applications.bulk.checked import Origin
from applications.bulk.checking import typed_rows
from applications.bulk.kinds import KINDS
from applications.bulk.rows import ApplicationRow, ListingRow, StatementRow
from applications.enums import UploadKind
from applications.models import Upload
from applications.services import register_commits
from applications.services.draft_sets import write_drafts
from applications.services.statement_sets import Answers, write_answers
from applications.services.statements import Fact
from centres.services.listing_sets import WantedListing, write_listings

Committer = Callable[[Mapping[int, Any], Origin, User, datetime], None]
StagedCommitter = Callable[[Upload, User, datetime], None]


def _commit_applications(rows: Mapping[int, ApplicationRow], origin: Origin, by: User, at: datetime) -> None:
    """Drafts that are there and equal stay as they are, others are changed, the rest are started, all in one go."""
    registers = application_rows.named_registers(rows)
    wanted = {row.external_reference: application_rows.values_of(row, registers) for row in rows.values()}
    if origin.holder is not None:
        write_drafts(wanted, holder=origin.holder, by=by, at=at)


def _commit_listings(rows: Mapping[int, ListingRow], _origin: Origin, by: User, _at: datetime) -> None:
    """New rows are listed from their own day; a row that now has a last day ends the listing that is there."""
    registers = listing_rows.named_registers(rows)
    wanted = (
        WantedListing(
            centre=registers.centres[row.site_number],
            product=registers.products[row.product_code],
            paragraph=registers.paragraphs[row.product_code, row.paragraph],
            population=row.population,
            listed_from=row.listed_from,
            listed_to=row.listed_to,
            decision_reference=row.decision_reference,
        )
        for row in rows.values()
    )
    write_listings(wanted, by=by)


def _commit_statements(rows: Mapping[int, StatementRow], origin: Origin, by: User, at: datetime) -> None:
    """The answers of one application are saved together, as a step of the form is."""
    drafts = statement_rows.named_drafts(rows, origin)
    changes: dict[str, dict[str, object]] = defaultdict(dict)
    stated: dict[str, list[Fact]] = defaultdict(list)
    for row in rows.values():
        found, draft = statement_rows.told_by(row), drafts[row.external_reference]
        if found is None:
            continue
        if row.field in statement_rows.SITES:
            changes[draft.external_reference][row.field] = found.value
        else:
            annex = statement_rows.annex_of(row, draft)
            stated[draft.external_reference].append(Fact(row.field, found.value, found.key, annex, row.page))
    wanted = {reference: Answers(changes[reference], tuple(stated[reference])) for reference in drafts}
    if origin.holder is not None:
        write_answers(wanted, holder=origin.holder, by=by, at=at)


COMMITTERS: Final[Mapping[str, Committer]] = {
    UploadKind.APPLICATIONS: _commit_applications,
    UploadKind.LISTINGS: _commit_listings,
    UploadKind.SITE_STATEMENTS: _commit_statements,
    UploadKind.CENTRES: register_commits.commit_centres,
    UploadKind.CERTIFICATES: register_commits.commit_certificates,
    UploadKind.REALISED_TREATMENTS: register_commits.commit_realised,
}
STAGED_COMMITTERS: Final[Mapping[str, StagedCommitter]] = {UploadKind.ALLOGRAFTS: register_commits.commit_allografts}
"""Of kinds with many rows: written from the stored rows inside the database, and asked there what was checked."""


def write_rows(upload: Upload, by: User, at: datetime) -> None:
    """Every row of a checked upload; part of the caller's transaction.

    Raises Conflict when the rows no longer fit what is there.
    """
    if (staged := STAGED_COMMITTERS.get(upload.kind)) is not None:
        return staged(upload, by, at)
    kind, origin = KINDS[upload.kind], origin_of(upload)
    rows = typed_rows(dict(upload.rows.values_list("row", "data").iterator()), kind)
    if any(row.faults for row in kind.check(rows, origin).values()):
        raise Conflict("upload-outdated")
    return COMMITTERS[upload.kind](rows, origin, by, at)


def origin_of(upload: Upload) -> Origin:
    return Origin(holder=upload.holder, delivered_on=upload.delivered_on, source=upload.source)
