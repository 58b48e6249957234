from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

from accounts.formats import long_day

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SENTENCES: "dict[str, StrPromise]" = {
    "not-allowed": _("You are not allowed to do this."),
    "not-found": _("This does not exist, or you may not see it."),
    "invalid": _("Some of what was given is not right."),
    "email-taken": _("There is already a user with the address %(email)s."),
    "email-invalid": _("Give an e-mail address such as name@example.be."),
    "name-missing": _("Give a name."),
    "role-unknown": _("There is no role %(role)s."),
    "language-unknown": _("There is no language %(language)s."),
    "own-account": _("You cannot change your own role or close your own account."),
    "service-account": _("This account belongs to an API client; change the client instead."),
    "client-taken": _("There is already an API client named %(client)s."),
    "client-unknown": _("There is no API client named %(client)s."),
    "client-closed": _("The API client %(client)s is closed."),
    "client-id-invalid": _("Use at most 64 small letters, digits and hyphens, beginning with a letter."),
    "scope-unknown": _("There is no scope %(scope)s."),
    "scope-not-granted": _("This client may not have the scope %(scope)s."),
    "client-scopes-missing": _("Choose at least one scope; a client that may do nothing is closed instead."),
    "client-scopes-changed": _("The scopes of %(client)s were changed since you read them. Look again."),
    "scope-missing": _("This needs a token with the scope %(scope)s."),
    "expiry-invalid": _("A token must expire later than now."),
    "if-match-missing": _("Send If-Match with the ETag that you read, so that nobody's change is lost."),
    "if-match-stale": _("This was changed since you read it. Read it again."),
    "idempotency-key-missing": _("Send an Idempotency-Key of at most 255 characters, new for each request."),
    "idempotency-key-reused": _("This Idempotency-Key was used for other content. Use a new key."),
    "idempotency-key-in-progress": _("The same request is still being answered. Ask again in a moment."),
    "webhook-address": _("Give an https address that everyone can reach; addresses inside a network are refused."),
    "webhook-twice": _("This address is told of events already. Close it first."),
    "webhook-closed": _("This webhook is closed; nothing is sent there any more."),
    "webhook-switched-off": _("Nothing is sent there: too many messages in a row were given up. Switch it on first."),
    "webhooks-too-many": _("At most %(most)s addresses are told of events. Close one first."),
    "filter-unknown": _("This cannot be filtered on. Allowed: %(allowed)s."),
    "filter-invalid": _("Something in the address cannot be read."),
    "cursor-unknown": _("This is not the beginning of a page. Take it from next or previous, or leave it out."),
    "given-twice": _("This stands in the address twice."),
    "limit-outside": _("A page holds 1 to %(most)s rows."),
    "name-unknown": _("There is no such name here. Allowed: %(allowed)s."),
    "not-a-demo-database": _("Demo data go only into a database that `make run` created."),
    "confirmation-needed": _("Confirm that this account is to be closed."),
}


def sentence(code: str, data: dict[str, object]) -> str:
    """Give the sentence registered for a code in the active language; an unregistered code stands for itself.

    Days among the data are written out as pages write them.
    """
    if code not in SENTENCES:
        return code
    told = {name: long_day(value) if isinstance(value, date) else value for name, value in data.items()}
    return str(SENTENCES[code]) % told


class DeskError(Exception):
    """Say that a request cannot be met, as a code and data; the door makes the sentence."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data = data

    @property
    def message(self) -> str:
        return sentence(self.code, self.data)


class NotAllowed(DeskError):  # noqa: N818  # named for the answer it gives
    status = 403

    def __init__(self, code: str = "not-allowed", **data: object) -> None:
        super().__init__(code, **data)


class NotFound(DeskError):  # noqa: N818  # named for the answer it gives
    status = 404

    def __init__(self, code: str = "not-found", **data: object) -> None:
        super().__init__(code, **data)


class Conflict(DeskError):  # noqa: N818  # named for the answer it gives
    status = 409


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in what was given; `pointer` is a JSON pointer or the name of a field."""

    pointer: str
    code: str
    message: "str | StrPromise"


class Invalid(DeskError):  # noqa: N818  # named for the answer it gives
    status = 422

    def __init__(self, code: str = "invalid", *, problems: Iterable[Problem] = (), **data: object) -> None:
        super().__init__(code, **data)
        self.problems = tuple(problems)


class Unavailable(DeskError):  # noqa: N818  # named for the answer it gives
    status = 503
