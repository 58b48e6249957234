"""A client that knows nothing of this desk but the OpenAPI document that the desk itself hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import requests
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

METHODS = ("get", "put", "post", "delete", "patch")
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Operation:
    """One call, as the document describes it."""

    path: str
    method: str
    told: Mapping[str, Any]

    def parameters(self, place: str) -> dict[str, bool]:
        """The names that may be given there, and whether they must."""
        return {
            each["name"]: bool(each.get("required")) for each in self.told.get("parameters", ()) if each["in"] == place
        }

    def chosen(self, place: str, given: Mapping[str, Any]) -> dict[str, str]:
        known = self.parameters(place)
        missing = [name for name, required in known.items() if required and name not in given]
        assert not missing, f"{self.told['operationId']} needs {missing}"
        return {name: str(given[name]) for name in known if name in given}


@dataclass(frozen=True, slots=True)
class GeneratedClient:
    """Every operation of the document by its name; whatever is answered must be what the document says."""

    root: str
    token: str
    document: Mapping[str, Any]
    operations: Mapping[str, Operation]

    @classmethod
    def of(cls, root: str, address: str, token: str) -> Self:
        document = requests.get(f"{root}{address}", timeout=SECONDS).json()
        operations = {
            told["operationId"]: Operation(path, method, told)
            for path, calls in document["paths"].items()
            for method, told in calls.items()
            if method in METHODS
        }
        return cls(root, token, document, operations)

    def call(
        self, name: str, given: Mapping[str, Any] | None = None, *, body: Mapping[str, Any] | None = None
    ) -> requests.Response:
        """Parameters go where the document places them, by their names there; an unknown one is refused here."""
        operation, given = self.operations[name], given or {}
        strangers = set(given).difference(*map(operation.parameters, ("path", "query", "header")))
        assert not strangers, f"{name} does not know {strangers}"
        answer = requests.request(
            operation.method,
            self.root + operation.path.format(**operation.chosen("path", given)),
            params=operation.chosen("query", given),
            headers=operation.chosen("header", given) | self._authority(operation),
            timeout=SECONDS,
            **self._body(operation, body),
        )
        self._require_as_told(operation, answer)
        return answer

    def all_pages(self, name: str, given: Mapping[str, Any] | None = None) -> list[Any]:
        """The rows of a list to its end: `next` is the address of the following page."""
        page = self.call(name, given).json()
        rows: list[Any] = page["results"]
        while page["next"]:
            headers = self._authority(self.operations[name])
            page = requests.get(page["next"], headers=headers, timeout=SECONDS).json()
            rows += page["results"]
        return rows

    def _authority(self, operation: Operation) -> dict[str, str]:
        wanted = {scheme for choice in operation.told.get("security", ()) for scheme in choice}
        schemes = self.document["components"]["securitySchemes"]
        bearer = any(schemes[scheme]["type"] == "oauth2" for scheme in wanted)
        return {"Authorization": f"Bearer {self.token}"} if bearer else {}

    def _body(self, operation: Operation, body: Mapping[str, Any] | None) -> dict[str, Any]:
        if body is None:
            return {}
        (media, told), *_others = operation.told["requestBody"]["content"].items()
        if media != "multipart/form-data":
            return {"json": body}
        shape = told["schema"]
        shape = self.document["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]] if "$ref" in shape else shape
        assert set(shape["required"]) <= set(body) <= set(shape["properties"])
        files = {name for name, each in shape["properties"].items() if each.get("format") == "binary"}
        return {
            "data": {name: value for name, value in body.items() if name not in files},
            "files": {name: value for name, value in body.items() if name in files},
        }

    def _require_as_told(self, operation: Operation, answer: requests.Response) -> None:
        name, told = operation.told["operationId"], operation.told["responses"].get(str(answer.status_code))
        assert told is not None, f"{name} answers {answer.status_code}: {answer.text[:500]}"
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        assert media in told["content"], f"{name} answers {media}"
        absent = [each for each in told.get("headers", ()) if each not in answer.headers]
        assert answer.status_code >= 400 or not absent, f"{name} answers without {absent}"
        if media.endswith("json"):
            schema = {**told["content"][media]["schema"], "components": self.document["components"]}
            Draft202012Validator(schema).validate(answer.json())
