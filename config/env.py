"""Every switch of the desk, read once from the environment and checked before anything starts."""

import os
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import Error as PsycopgError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRETS_FOLDER = Path("/run/secrets")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
WAYS_OUT = {
    "DATABASE_URL": "set it to postgresql://USER:PASSWORD@HOST/NAME, or start with `make run`, which brings a database",
    "CELERY_BROKER_URL": "leave it out (the queue lies in PostgreSQL) or give an amqp:// or redis:// address",
    "PORT": "a number from 1 to 65535, or leave it out for 8000",
    "CART_SECRET_KEY": "50 or more random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
    "CART_URL": "the address people type, such as https://desk.example; plain http only on 127.0.0.1 or localhost",
    "CART_TODAY": "a day as YYYY-MM-DD, and only beside CART_DEMO=1",
    "CART_STATE": "a folder that this user may write",
    "CART_MEDIA": "a folder that this user may write",
}


def default_state() -> Path:
    """The user's state folder; for root a folder under the system's."""
    if os.geteuid() == 0:
        return Path("/var/lib/cart-admissions")
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "cart-admissions"


class Env(BaseSettings):
    """The switches; `.env.example` says what each is for."""

    model_config = SettingsConfigDict(
        secrets_dir=SECRETS_FOLDER if SECRETS_FOLDER.is_dir() else None,
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    database_url: SecretStr
    celery_broker_url: SecretStr = SecretStr("pgmq://")
    port: int = Field(default=8000, ge=1, le=65535)
    cart_secret_key: SecretStr
    cart_url: str = ""
    cart_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    cart_behind_proxy: bool = False
    cart_debug: bool = False
    cart_demo: bool = False
    cart_demo_password: SecretStr = SecretStr("")
    cart_today: date | None = None
    cart_state: Path = Field(default_factory=default_state)
    cart_media: Path | None = None
    cart_pool_size: int = Field(default=8, ge=0, le=100)
    cart_api_rate: int = Field(default=600, ge=1, le=1_000_000)
    cart_upload_mib: int = Field(default=50, ge=1, le=1000)
    cart_upload_rows: int = Field(default=100_000, ge=1, le=1_000_000)
    cart_webhook_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    cart_webhook_ca: Path | None = None
    cart_log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    cart_mail_host: str = ""
    cart_mail_port: int = Field(default=587, ge=1, le=65535)
    cart_mail_user: str = ""
    cart_mail_password: SecretStr = SecretStr("")
    cart_mail_from: str = "desk@desk.example"

    @field_validator("cart_allowed_hosts", "cart_webhook_hosts", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        return tuple(host.strip() for host in value.split(",") if host.strip()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def check_database(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("not a postgresql:// address")
        try:
            parts = conninfo_to_dict(value.get_secret_value())
        except PsycopgError as fault:
            raise ValueError(f"not readable: {fault}") from fault
        if not parts.get("dbname"):
            raise ValueError("names no database")
        return value

    @field_validator("cart_secret_key")
    @classmethod
    def check_secret(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 50 or len(set(value.get_secret_value())) < 5:
            raise ValueError("shorter than 50 characters, or too regular")
        return value

    @field_validator("cart_url")
    @classmethod
    def check_url(cls, value: str) -> str:
        url = urlsplit(value)
        if value and (url.scheme not in {"http", "https"} or not url.hostname or url.path not in {"", "/"}):
            raise ValueError("not an address of a site")
        if value and url.scheme == "http" and url.hostname not in LOOPBACK:
            raise ValueError("plain http is only for this machine")
        return value.rstrip("/")

    @model_validator(mode="after")
    def check_day(self) -> Self:
        if self.cart_today and not self.cart_demo:
            raise ValueError("CART_TODAY: the desk's day can only be set in the demo and in tests")
        return self

    @cached_property
    def url(self) -> str:
        return self.cart_url or f"http://127.0.0.1:{self.port}"

    @cached_property
    def https(self) -> bool:
        return self.url.startswith("https://")

    @cached_property
    def hosts(self) -> list[str]:
        host = urlsplit(self.url).hostname or "127.0.0.1"
        local = ["127.0.0.1", "localhost", "[::1]"] if host in LOOPBACK else [host]
        return [*local, *self.cart_allowed_hosts]

    @cached_property
    def media(self) -> Path:
        return self.cart_media or self.cart_state / "media"

    @cached_property
    def database(self) -> dict[str, str]:
        parts = conninfo_to_dict(self.database_url.get_secret_value())
        return {name: str(value) for name, value in parts.items() if value is not None}


def unknown_switches() -> list[str]:
    """CART_ variables of the environment that are no switch: most likely misspelt."""
    known = {name.upper() for name in Env.model_fields}
    return sorted(name for name in os.environ if name.startswith("CART_") and name not in known)


def describe_fault(name: str, fault: str) -> str:
    return f"  {name}: {fault.removeprefix('Value error, ')}. Way out: {WAYS_OUT.get(name, 'see .env.example')}."


def read_env() -> Env:
    """All faults at once, each with the switch's name, what is wrong with it and the way out.

    Raises ImproperlyConfigured.
    """
    faults = [describe_fault(name, "there is no such switch") for name in unknown_switches()]
    try:
        env = Env()  # type: ignore[call-arg]  # the values come from the environment
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            name = str(item["loc"][0]).upper() if item["loc"] else "CART_TODAY"
            faults.append(describe_fault(name, item["msg"].replace(f"{name}: ", "")))
    if faults:
        raise ImproperlyConfigured("The desk cannot start with this environment:\n" + "\n".join(faults))
    return env
