"""An example of every body in the OpenAPI document, made from its schema with values such as the desk knows."""

from typing import Any, Final

UUID = "0199b0f0-6c1e-7000-8000-000000000001"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
BY_NAME: Final[dict[str, Any]] = {
    "application_id": UUID,
    "apheresis_site": "8000000071",
    "administration_site": "8000000071",
    "batch": "2026-07",
    "body": "JACIE",
    "booked_years": 2022,
    "by": "L. Example",
    "code": "2026-07",
    "confirmed_by": "L. Example",
    "criterion": "C2",
    "day": "2026-09-15",
    "hospital_number": 7,
    "laboratory_site": "8000000071",
    "made": f"/api/v1/dossiers/{UUID}",
    "next": None,
    "number": "JACIE-0001",
    "page": 2,
    "paragraph": "12340000",
    "previous": None,
    "product_code": "3912345",
    "reason": "As the document on page 2 says.",
    "reference": "2026-07/0042",
    "sha256": SHA256,
    "site": "8000000071",
    "site_number": "8000000071",
    "text": "Which units does the certificate name?",
    "version": "2025-11-05",
    "year": 2024,
}
BY_FORMAT: Final[dict[str, Any]] = {
    "binary": "(the bytes of the file)",
    "uuid": UUID,
    "date": "2026-07-31",
    "date-time": "2026-07-31T09:30:00Z",
    "email": "name@holder.example",
    "uri": "https://holder.example/webhook",
}
BY_TYPE: Final[dict[str, Any]] = {"string": "…", "integer": 1, "number": 1, "boolean": False, "null": None}
DEEPEST: Final = 6
SHOWN: Final = ("/json", "/form-data")


def add_examples(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's post-processing hook: a body of JSON or of a form without an example gets one."""
    schemas = result["components"]["schemas"]
    for methods in result["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict):
                for content in _contents(operation):
                    _add(content, schemas)
    return result


def _contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    bodies = [operation.get("requestBody", {}), *operation.get("responses", {}).values()]
    return [media for body in bodies for kind, media in body.get("content", {}).items() if kind.endswith(SHOWN)]


def _add(content: dict[str, Any], schemas: dict[str, Any]) -> None:
    if "schema" in content and not content.keys() & {"example", "examples"}:
        content["example"] = example_of(content["schema"], schemas)


def example_of(schema: dict[str, Any], schemas: dict[str, Any], name: str = "", depth: int = 0) -> Any:
    """One value that the schema admits; what is nested too deep is left out."""
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            return example_of(schema[key][0], schemas, name, depth)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object" if "properties" in schema else "")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return _object(schema, schemas, depth)
    if kind == "array":
        return [] if depth > DEEPEST else [example_of(schema.get("items", {}), schemas, name, depth + 1)]
    return _plain(schema, name, kind)


def _object(schema: dict[str, Any], schemas: dict[str, Any], depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {
        name: example_of(each, schemas, name, depth + 1)
        for name, each in properties.items()
        if depth <= DEEPEST and not each.get("writeOnly")
    }


def _plain(schema: dict[str, Any], name: str, kind: str) -> Any:
    if (form := schema.get("format")) in BY_FORMAT:
        return BY_FORMAT[form]
    known = BY_NAME.get(name)
    return known if known is not None and isinstance(known, int) is (kind == "integer") else BY_TYPE.get(kind)
