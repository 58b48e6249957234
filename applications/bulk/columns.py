"""What to write in each column, in the three languages of the templates; the texts stand in `columns.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("nl", "fr", "en")
Texts = Mapping[str, Mapping[str, Mapping[str, str]]]


@cache
def column_texts() -> Texts:
    """By kind, column and language."""
    with Path(__file__).with_name("columns.toml").open("rb") as file:
        return tomllib.load(file)


def column_help(kind: str, column: str, language: str) -> str:
    return column_texts()[kind][column][language]
