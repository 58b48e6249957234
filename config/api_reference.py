"""The page that shows the interface to people, written from the OpenAPI document; it loads nothing from outside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
AT = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a shape, or one parameter; `shape` names the shape it holds, if any."""

    name: str
    kind: str
    shape: str
    place: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    text: str
    media: str
    kind: str
    shape: str


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: str
    scopes: tuple[str, ...]
    is_public: bool
    deprecated: bool
    parameters: tuple[Field, ...]
    body: tuple[Answer, ...]
    example: str
    answered: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class ShapeView:
    name: str
    text: str
    fields: tuple[Field, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    groups: Mapping[str, tuple[Operation, ...]]
    shapes: tuple[ShapeView, ...]


@login_not_required
@require_safe
def reference_page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/reference.html", {"reference": reference(), "public_page": True})


@cache
def reference() -> Reference:
    """Read once: the document does not change while the desk runs. It is in English, as the names in it are."""
    with override("en"):
        document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # has no types
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        of_group = groups.setdefault(path.removeprefix(AT).partition("/")[0], [])
        of_group += [_operation(path, name, methods[name]) for name in METHODS if name in methods]
    shapes = tuple(_shape(name, each) for name, each in sorted(document["components"]["schemas"].items()))
    return Reference({name: tuple(rows) for name, rows in groups.items()}, shapes)


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Operation:
    asked: list[dict[str, list[str]]] = told.get("security", [])
    bodies = told.get("requestBody", {}).get("content", {})
    done = [answer for code, answer in told["responses"].items() if code < "3"]
    answers = [each for code, answer in told["responses"].items() for each in _answers(code, answer)]
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        text=told.get("description", ""),
        scopes=tuple(scope for each in asked for scopes in each.values() for scope in scopes),
        is_public=not any(asked),
        deprecated=told.get("deprecated", False),
        parameters=tuple(_parameter(each) for each in told.get("parameters", ())),
        body=tuple(Answer("", "", media, *_kind(each.get("schema", {}))) for media, each in bodies.items()),
        example=_example(bodies),
        answered=next((text for each in done if (text := _example(each.get("content", {})))), ""),
        answers=tuple(answers),
    )


def _answers(code: str, answer: Mapping[str, Any]) -> list[Answer]:
    contents = answer.get("content", {}) or {"": {}}
    return [
        Answer(code, answer.get("description", ""), media, *_kind(each.get("schema", {})))
        for media, each in contents.items()
    ]


def _parameter(told: Mapping[str, Any]) -> Field:
    kind, shape = _kind(told.get("schema", {}))
    return Field(told["name"], kind, shape, told["in"], told.get("required", False), told.get("description", ""))


def _example(bodies: Mapping[str, Any]) -> str:
    """The example of a JSON body, as one would send it."""
    media = bodies.get("application/json", {})
    given = [each["value"] for each in media.get("examples", {}).values()] or [media.get("example")]
    return json.dumps(given[0], indent=2, ensure_ascii=False) if given[0] is not None else ""


def _shape(name: str, told: Mapping[str, Any]) -> ShapeView:
    required = set(told.get("required", ()))
    fields = [
        Field(each, *_kind(schema), "", each in required, schema.get("description", ""))
        for each, schema in told.get("properties", {}).items()
    ]
    return ShapeView(name, told.get("description", ""), tuple(fields), tuple(map(str, told.get("enum", ()))))


def _kind(schema: Mapping[str, Any]) -> tuple[str, str]:
    """The type in a word, and the shape it refers to."""
    if "$ref" in schema:
        return "", schema["$ref"].rpartition("/")[2]
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return _kind(schema[several][0])
    if schema.get("type") == "array":
        kind, shape = _kind(schema.get("items", {}))
        return f"list of {kind}".strip(), shape
    kind = schema.get("type", "any")
    word = " or ".join(kind) if isinstance(kind, list) else kind
    return f"{word} ({schema['format']})" if "format" in schema else word, ""
