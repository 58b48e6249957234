"""What a machine meets: error codes, uploads, the OpenAPI document."""

import json
from collections.abc import Iterable
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from rest_framework import exceptions, serializers
from rest_framework.exceptions import APIException
from rest_framework.fields import Field

from accounts.api.preconditions import PreconditionFailed, PreconditionRequired
from accounts.enums import Scope
from accounts.errors import SENTENCES
from applications.bulk.columns import column_help
from applications.bulk.kinds import KINDS, Kind
from applications.bulk.messages import MESSAGES, NO_OUTCOME
from applications.bulk.tables import MOST_ROWS
from evaluation.reference.markdown import code, page, table
from evaluation.rules.explain import explain_fault
from evaluation.rules.faults import FaultCode

CODES = ("code", "sentence")
REFUSALS = (
    exceptions.ParseError,
    exceptions.NotAuthenticated,
    exceptions.AuthenticationFailed,
    exceptions.PermissionDenied,
    exceptions.MethodNotAllowed,
    exceptions.NotAcceptable,
    PreconditionFailed,
    exceptions.UnsupportedMediaType,
    PreconditionRequired,
    exceptions.Throttled,
    APIException,
)
KINDS_OF_MEMBERS = (
    serializers.Field,
    serializers.CharField,
    serializers.IntegerField,
    serializers.ChoiceField,
    serializers.ListField,
    serializers.FileField,
)
OF_NAMES = {"unknown_field": "name-unknown", "duplicate": "given-twice", "value": "filter-invalid"}


def errors_page() -> str:
    return page(
        "Error codes",
        "Codes are stable; sentences may change and come in the language of the request.",
        f"## Answers and problems\n\n{table(CODES, _sentences(SENTENCES))}",
        "## Calls that are not answered\n\nWhatever is called, these may come before anything is done; the last is"
        f" a fault of the desk.\n\n{table(('code', 'status', 'sentence'), _refusals())}",
        "## Members of a body, and names in an address\n\n" + table(CODES, _member_faults()),
        f"## Rows of an upload\n\n{table(CODES, _sentences(MESSAGES))}",
        "## Rows of applications without a would-be outcome\n\n" + table(CODES, _sentences(NO_OUTCOME)),
        "## Facts of a pre-check\n\nOf several faults at one place the first of this list is told.\n\n"
        + table(CODES, ((code(each.value), explain_fault(each.value, "en")) for each in FaultCode)),
    )


def uploads_page() -> str:
    return page(
        "Uploads",
        f"CSV (comma or semicolon, UTF-8), XLSX (first sheet, no formulas) or JSON (a list of objects); at most"
        f" {MOST_ROWS} rows (`CART_UPLOAD_ROWS`). A file is written whole or not at all. The template of a kind, with a"
        " row of example, is at `/api/v1/upload-templates/{kind}`; `{kind}.xlsx` says what each column asks in Dutch,"
        " French and English.",
        *(_kind(name, kind) for name, kind in sorted(KINDS.items())),
        f"## Scopes of a token\n\n{table(('scope', 'for'), ((code(each.value), each.label) for each in Scope))}",
    )


def openapi_document() -> str:
    """The same text whatever the order in which Python met the views."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular leaves it without types
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _refusals() -> Iterable[tuple[str, str, str]]:
    for kind in REFUSALS:
        said = kind.default_detail if kind.default_code != APIException.default_code else "A fault of the desk."
        yield code(str(kind.default_code).replace("_", "-")), str(kind.status_code), str(said)


def _member_faults() -> Iterable[tuple[str, str]]:
    """One sentence of each code; that of `invalid` says what kind of value is asked."""
    known = {name: str(text) for kind in KINDS_OF_MEMBERS for name, text in kind.default_error_messages.items()}
    known |= {name: str(SENTENCES[key]) for name, key in OF_NAMES.items()}
    known |= {name: str(Field.default_error_messages[name]) for name in ("required", "null")}
    known["invalid"] = "The value is not of the kind that is asked; the sentence says which."
    return ((code(name), known[name]) for name in sorted(known))


def _sentences(known: Any) -> Iterable[tuple[str, str]]:
    return ((code(key), str(known[key])) for key in sorted(known))


def _kind(name: str, kind: Kind) -> str:
    columns = (
        (
            code(column),
            "yes" if kind.row.model_fields[column].is_required() else "",
            code(example),
            column_help(name, column, "en").replace("|", "\\|"),
        )
        for column, example in zip(kind.columns, kind.example, strict=True)
    )
    told = ", ".join(code(column) for column in kind.unique)
    return f"## {name}\n\nSent by: {kind.role.lower()}. Rows are told apart by {told}.\n\n" + table(
        ("column", "required", "example", "what goes here"), columns
    )
