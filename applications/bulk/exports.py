"""The faults of an upload and the template of a kind, as rows of a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from applications.bulk.kinds import KINDS
from applications.bulk.messages import fault_message, no_outcome_message
from applications.enums import UploadKind, UploadState
from applications.models import Upload, UploadProblem, UploadRow
from jobs.models import Job
from jobs.states import ENDED


def told_problem(problem: UploadProblem) -> dict[str, Any]:
    """One fault as clients know it; the message is in the reader's language, the code is stable."""
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "value": problem.value,
        "message": fault_message(problem.code),
    }


def problem_rows(upload: Upload) -> Iterator[Sequence[object]]:
    """A header, then every fault; hundreds of thousands of them are never held at once."""
    yield "row", "column", "code", "value", "message"
    messages: dict[str, str] = {}
    for *told, code, value in upload.problems.values_list("row", "column", "code", "value").iterator():
        yield *told, code, value, messages.setdefault(code, messages.get(code) or fault_message(code))


def told_rows(upload: Upload, rows: Sequence[UploadRow]) -> list[dict[str, Any]]:
    """Rows as clients know them; a row of an application says what its outcome would be, or why that is not known."""
    told = [{"row": row.row, "state": row.state, "data": row.data, "replaces": row.replaces} for row in rows]
    if upload.kind != UploadKind.APPLICATIONS:
        return told
    missing = missing_reason(upload)
    return [each | _would_be(row.preview or {"reason": missing}) for each, row in zip(told, rows, strict=True)]


def missing_reason(upload: Upload) -> str:
    """Why rows of an upload have no outcome yet: a file with faults gets none, and work may be given up."""
    if upload.state == UploadState.REJECTED:
        return "not-ready"
    ended = Job.objects.filter(idempotency_key=preview_key(upload), state__in=ENDED)
    return "failed" if ended.exists() else "computing"


def preview_key(upload: Upload) -> str:
    """The key of the one job that works out the outcomes of an upload."""
    return f"preview:{upload.pk}"


def _would_be(preview: Mapping[str, Any]) -> dict[str, Any]:
    if "reason" not in preview:
        return {"would_be": preview, "would_be_reason": None}
    reason = {"code": preview["reason"], "message": no_outcome_message(preview["reason"])}
    return {"would_be": None, "would_be_reason": reason}


def template_rows(kind: str) -> Iterator[Sequence[object]]:
    """The header and one example."""
    yield KINDS[kind].columns
    yield KINDS[kind].example
