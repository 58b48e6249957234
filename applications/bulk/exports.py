"""The faults of an upload and the template of a kind, as rows of a table."""

from collections.abc import Iterator, Sequence
from typing import Any

from applications.bulk.kinds import KINDS
from applications.bulk.messages import fault_message
from applications.models import Upload, UploadProblem


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
    yield "row", "column", "code", "value", "message"
    for problem in upload.problems.all():
        yield tuple(told_problem(problem).values())


def template_rows(kind: str) -> Iterator[Sequence[object]]:
    """The header and one example."""
    yield KINDS[kind].columns
    yield KINDS[kind].example
