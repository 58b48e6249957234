"""What checking found, put beside the upload by COPY: every row as the file says it, every fault of it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from django.db import connection

from applications.bulk.checking import Checked
from applications.bulk.faults import unkept
from applications.enums import RowState
from applications.models import Upload, UploadProblem, UploadRow

AT_ONCE: Final = 2_000
SHOWN: Final = 200
NULL: Final = "\\N"
UNKEPT: Final = "\ufffd"
SAID_OTHERWISE: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def store_checked(upload: Upload, checked: Checked) -> dict[str, int]:
    """Replaces what an earlier attempt left; gives the counts of the upload. Part of the caller's transaction."""
    upload.rows.all().delete()
    upload.problems.all().delete()
    _copy(UploadRow, ("upload_id", "row", "state", "data", "replaces"), _row_lines(upload, checked))
    _copy(
        UploadProblem,
        ("upload_id", "row", "column", "code", "value", "message_values"),
        _problem_lines(upload, checked),
    )
    states = Counter(row.state for row in checked.rows.values())
    return {"rows_total": len(checked.rows)} | {f"rows_{state.lower()}": states[state] for state in RowState}


def _row_lines(upload: Upload, checked: Checked) -> Iterator[str]:
    """JSON spells tabs and line ends, so of what COPY reads otherwise only the backslash is left."""
    written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    upload_id, states = str(upload.pk), {state: str(state.value) for state in RowState}
    for number, row in checked.rows.items():
        data = written(checked.data[number])
        if "\\" in data:
            data = data.replace("\\", "\\\\")
        replaces = NULL if row.replaces is None else written(row.replaces).replace("\\", "\\\\")
        yield f"{upload_id}\t{number}\t{states[row.state]}\t{data}\t{replaces}\n"


def _problem_lines(upload: Upload, checked: Checked) -> Iterator[str]:
    of_rows = ((number, row.faults) for number, row in checked.rows.items())
    for number, faults in chain(checked.faults.items(), of_rows):
        for fault in faults:
            told = f"{_escaped(fault.column[:60])}\t{fault.code}\t{_escaped(fault.value[:SHOWN])}"
            yield f"{upload.pk}\t{number}\t{told}\t{{}}\n"


def _escaped(text: str) -> str:
    """Text as a line of COPY holds it, with a sign in place of what no database keeps."""
    kept = text if unkept(text) is None else text.replace("\0", UNKEPT).encode(errors="replace").decode()
    return kept.translate(SAID_OTHERWISE)


def _copy(model: type[UploadRow | UploadProblem], columns: Iterable[str], lines: Iterator[str]) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({named}) FROM STDIN") as copy:
        while part := "".join(islice(lines, AT_ONCE)):
            copy.write(part)
