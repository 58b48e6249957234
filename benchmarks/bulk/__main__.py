"""How fast uploads are beside a bare COPY: `make bench-bulk`, or `python -m benchmarks.bulk`."""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import psycopg

from benchmarks.bulk.client import Client, Fetched, most_memory_of_workers
from benchmarks.bulk.plain import clear, seconds_of_copy, seconds_of_serializer
from benchmarks.bulk.rows import allografts_csv, applications_csv, booked, make_places
from benchmarks.report import Measured, report
from config.embedded.place import DATABASE, Place
from tests.running_desk import RunningDesk, running_desk

LEAST_TO_COPY: Final = 0.35
LEAST_TO_SERIALIZER: Final = 10.0
MOST_FOR_TEN_TIMES: Final = 11.0
MOST_MEMORY: Final = 400
MOST_P95: Final = 3.0
SIZES: Final = (1_000, 10_000, 100_000)
QUICK_SIZES: Final = (1_000, 10_000)
APPLICATIONS, QUICK_APPLICATIONS = 2_000, 200
SERIALIZED: Final = 1_000
FETCHES: Final = 100


def main() -> int:
    """Every number on one line; 1 when a bound is not kept."""
    options = _options()
    with running_desk() as desk:
        kept = report(_measure(desk, quick=options.quick, rounds=options.rounds))
    return 0 if kept or options.quick else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.bulk", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="up to 10000 rows: a look, no measure of the bounds")
    parser.add_argument("--rounds", type=int, default=3, help="rounds in which COPY and the desk take turns (3)")
    return parser.parse_args()


def _measure(desk: RunningDesk, *, quick: bool, rounds: int) -> Iterator[Measured]:
    sizes = QUICK_SIZES if quick else SIZES
    with psycopg.connect(_open_database(desk), autocommit=True) as database:
        keys = make_places(database)
        client = Client(desk.url, desk.token("demo-secretariat"))
        yield from _rows(database, client, keys, sizes, rounds)
        yield from _applications(database, desk, sorted(keys), QUICK_APPLICATIONS if quick else APPLICATIONS)
        yield from _page_meanwhile(client, allografts_csv(booked(sorted(keys), sizes[-1])))
    memory = most_memory_of_workers(desk.environment["CART_STATE"])
    yield Measured(f"most memory of a worker, MiB (under {MOST_MEMORY})", f"{memory:.0f}", memory < MOST_MEMORY)


def _open_database(desk: RunningDesk) -> str:
    """The desk's own database, for this process as well: as its owner, with Django for the serializer."""
    os.environ.update(desk.environment)
    place = Place.from_environment()
    os.environ.update(place.environment() | {"CART_POOL_SIZE": "0"})
    import django

    django.setup()
    assert place.server is not None
    return place.server.url(DATABASE)


def _rows(
    database: psycopg.Connection, client: Client, keys: dict[str, str], sizes: tuple[int, ...], rounds: int
) -> Iterator[Measured]:
    client.seconds_to_commit("allografts", allografts_csv(booked(sorted(keys), 100)))
    desk: dict[int, float] = {}
    copy = float("inf")
    for count in sizes:
        rows = booked(sorted(keys), count)
        for _ in range(rounds):
            clear(database)
            if count == sizes[-1]:
                copy = min(copy, seconds_of_copy(database, rows, keys))
            taken = client.seconds_to_commit("allografts", allografts_csv(rows))
            desk[count] = min(desk.get(count, taken), taken)
        yield Measured(f"seconds for {count:,} rows of allografts, sent to COMMITTED", f"{desk[count]:.2f}")
    clear(database)
    for few, many in pairwise(sizes):
        ratio = desk[many] / desk[few]
        told = f"{many:,} rows to {few:,} (at most {MOST_FOR_TEN_TIMES:.0f})"
        yield Measured(told, f"{ratio:.1f}", ratio <= MOST_FOR_TEN_TIMES)
    yield Measured(f"seconds of a bare COPY of {sizes[-1]:,} rows", f"{copy:.2f}")
    ratio = copy / desk[sizes[-1]]
    yield Measured(f"rows a second, ours to COPY (at least {LEAST_TO_COPY})", f"{ratio:.3f}", ratio >= LEAST_TO_COPY)
    serializer = seconds_of_serializer(booked(sorted(keys), SERIALIZED)) / SERIALIZED
    ratio = serializer / (desk[sizes[-1]] / sizes[-1])
    yield Measured(f"rows a second of the serializer, on {SERIALIZED:,} rows", f"{1 / serializer:,.0f}")
    told = f"rows a second, ours to the serializer (at least {LEAST_TO_SERIALIZER:.0f})"
    yield Measured(told, f"{ratio:.1f}", ratio >= LEAST_TO_SERIALIZER)


def _applications(database: psycopg.Connection, desk: RunningDesk, sites: list[str], count: int) -> Iterator[Measured]:
    client = Client(desk.url, desk.token("demo-holder1"))
    named = database.execute(
        "SELECT p.code, g.number FROM centres_paragraph g JOIN centres_product p ON p.id = g.product_id"
        " JOIN centres_holdermembership m ON m.holder_id = p.holder_id AND m.valid_to IS NULL"
        " JOIN accounts_apiclient c ON c.user_id = m.user_id WHERE c.client_id = 'demo-holder1'"
        " AND p.code IS NOT NULL LIMIT 1"
    ).fetchone()
    assert named is not None
    taken = [
        client.seconds_to_commit(
            "applications", applications_csv(sites, count, product=named[0], paragraph=named[1], mark=mark)
        )
        for mark in ("one", "two")
    ]
    yield Measured(f"seconds for {count:,} rows of applications, sent to COMMITTED", f"{min(taken):.2f}")


def _page_meanwhile(client: Client, content: bytes) -> Iterator[Measured]:
    quiet, busy = Fetched(f"{client.url}/list/"), Fetched(f"{client.url}/list/")
    for _ in range(FETCHES):
        quiet.once()
    with busy.meanwhile():
        client.seconds_to_commit("allografts", content)
    ratio = busy.p95 / quiet.p95
    yield Measured("p95 of a page, milliseconds", f"{1000 * quiet.p95:.0f}")
    yield Measured(
        f"p95 of it while an upload runs, to without (at most {MOST_P95})", f"{ratio:.2f}", ratio <= MOST_P95
    )


if __name__ == "__main__":
    sys.exit(main())
