"""Who signs in to the demo, who files for whom, and who sits on which seat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat

from accounts.enums import Role
from accounts.models import User
from accounts.services.clients import create_client
from accounts.services.users import create_user
from centres.enums import SeatGroup
from centres.models import Holder, Seat
from centres.services.registers import give_mandate, give_membership, register_seat
from evaluation.demo.tables import Pace, table

DOMAIN = "demo.example"
SINCE = date(2025, 11, 5)
LANGUAGES = ("nl", "fr")


@dataclass(frozen=True, slots=True)
class People:
    """The accounts by login, and the persons on the seats in the order of the seats."""

    by_login: Mapping[str, User]
    seats: tuple[tuple[Seat, User], ...]

    def __getitem__(self, login: str) -> User:
        return self.by_login[login]

    def staff_of(self, holder: str) -> User:
        account = next(row for row in table("people")["account"] if row.get("holder") == holder)
        return self.by_login[account["login"]]


def address(login: str) -> str:
    return f"{login}@{DOMAIN}"


def seed_accounts(password: str, *, pace: Pace) -> dict[str, User]:
    """Every account that is no seat of the committee but the chair's; the closed ones have no password."""
    return {
        row["login"]: create_user(
            email=address(row["login"]),
            name=row["name"],
            role=row["role"],
            language=row["language"],
            password=None if row.get("closed") else password,
            by=None,
            at=pace.tick(),
        )
        for row in table("people")["account"]
    }


def seed_people(accounts: Mapping[str, User], holders: Mapping[str, Holder], password: str, *, pace: Pace) -> People:
    """Staff file for their company, machines too, and every seat has its person."""
    admin = accounts["admin"]
    for row in table("people")["account"]:
        if "holder" in row:
            holder, user = holders[row["holder"]], accounts[row["login"]]
            give_membership(holder, user=user, valid_from=SINCE, by=admin, at=pace.tick())
    for row in table("people")["client"]:
        client = create_client(client_id=row["id"], name=row["name"], role=row["role"], by=admin, at=pace.tick())
        if "holder" in row:
            give_membership(holders[row["holder"]], user=client.user, valid_from=SINCE, by=admin, at=pace.tick())
    seats = _seed_seats(accounts, password, pace=pace)
    return People(dict(accounts) | {user.email.partition("@")[0]: user for _seat, user in seats}, seats)


def _seed_seats(accounts: Mapping[str, User], password: str, *, pace: Pace) -> tuple[tuple[Seat, User], ...]:
    rows = chain.from_iterable(repeat(row, row["number"]) for row in table("people")["seats"])
    seated = []
    for number, row in enumerate(rows, start=1):
        seat = register_seat(number, group=row["group"], votes=row["votes"], by=accounts["admin"], at=pace.tick())
        chairs = row["group"] == SeatGroup.CHAIR
        person = accounts["chair"] if chairs else _member(seat, password if seat.votes else None, pace=pace)
        give_mandate(seat, user=person, valid_from=SINCE, by=accounts["admin"], at=pace.tick())
        seated.append((seat, person))
    return tuple(seated)


def _member(seat: Seat, password: str | None, *, pace: Pace) -> User:
    """member1 sits on the second seat; seats without a vote have no login."""
    place = seat.number - 1
    language = LANGUAGES[place % 2]
    word = {"nl": "Lid", "fr": "Membre"}[language]
    return create_user(
        email=address(f"member{place}" if seat.votes else f"seat{seat.number}"),
        name=f"{word} {place} (demo)",
        role=Role.MEMBER,
        language=language,
        password=password,
        by=None,
        at=pace.tick(),
    )
