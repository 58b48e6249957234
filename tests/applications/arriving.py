"""A client that speaks tus by hand, for tests that need to say each header."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import User
from applications.models import Application
from tests.accounts.builders import make_token
from tests.builders import pdf_bytes

STREAM = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}
PDF = pdf_bytes(3, mark="in parts")


def said(**values: str) -> str:
    """An `Upload-Metadata` header."""
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in values.items())


DESCRIBED = said(slot="LABORATORY", title="Licence", filename="licence.pdf")


@dataclass(frozen=True, slots=True)
class Sender:
    """One caller and the application it sends to."""

    client: Client
    application: Application

    @property
    def place(self) -> str:
        return f"/api/v1/applications/{self.application.pk}/annex-uploads"

    def announce(self, length: object = len(PDF), metadata: str = DESCRIBED, **headers: str) -> Any:
        told = TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata}
        return self.client.post(self.place, headers=told | headers)

    def opened(self, length: int = len(PDF), metadata: str = DESCRIBED) -> str:
        """The address of a new upload."""
        address: str = self.announce(length, metadata)["Location"]
        return address

    def send(self, address: str, offset: object, content: bytes, **headers: str) -> Any:
        told = TUS | {"Upload-Offset": str(offset), "Content-Type": STREAM} | headers
        return self.client.generic("PATCH", address, content, content_type=STREAM, headers=told)

    def head(self, address: str) -> Any:
        return self.client.head(address, headers=TUS)

    def get(self, address: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get(address).json()
        return answer


def sender_of(user: User, application: Application, *scopes: str) -> Sender:
    token = make_token(user, *(scopes or ("applications:read", "applications:write")))
    return Sender(Client(headers={"Authorization": f"Bearer {token}"}), application)


def code_of(answer: Any) -> tuple[int, str]:
    """The status and code of a problem."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


def faults_of(answer: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["problems"]]
