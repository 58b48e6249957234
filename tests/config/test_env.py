from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Env, read_env

GOOD = {
    "DATABASE_URL": "postgresql://cart:secret@/cart?host=/run/pg",
    "CART_SECRET_KEY": "0123456789abcdefghij" * 3,
    "CART_STATE": "/srv/desk",
    "CART_URL": "https://desk.example",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Env.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_env_complete(environment: pytest.MonkeyPatch) -> None:
    env = read_env()
    assert env.database == {"user": "cart", "password": "secret", "dbname": "cart", "host": "/run/pg"}
    assert env.hosts == ["desk.example"]
    assert env.https is True
    assert env.media == Path("/srv/desk/media")


def test_env_without_url_is_this_machine(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("CART_URL")
    environment.setenv("PORT", "8123")
    env = read_env()
    assert (env.url, env.https, env.hosts) == ("http://127.0.0.1:8123", False, ["127.0.0.1", "localhost", "[::1]"])


def test_env_faults_all_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "mysql://here/x")
    environment.setenv("CART_SECRET_KEY", "short")
    environment.setenv("CART_URL", "http://desk.example")
    environment.setenv("CART_DEMOO", "1")
    with pytest.raises(ImproperlyConfigured) as raised:
        read_env()
    lines = [line.partition(". Way out: ")[0] for line in str(raised.value).splitlines()[1:]]
    assert lines == [
        "  CART_DEMOO: there is no such switch",
        "  DATABASE_URL: not a postgresql:// address",
        "  CART_SECRET_KEY: shorter than 50 characters, or too regular",
        "  CART_URL: plain http is only for this machine",
    ]


def test_env_day_outside_the_demo(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CART_TODAY", "2026-11-16")
    with pytest.raises(ImproperlyConfigured) as raised:
        read_env()
    assert str(raised.value).splitlines()[1] == (
        "  CART_TODAY: the desk's day can only be set in the demo and in tests. "
        "Way out: a day as YYYY-MM-DD, and only beside CART_DEMO=1."
    )
