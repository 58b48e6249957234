"""The few shapes of Markdown that the pages need."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [_line(header), _line(["---"] * len(header)), *(_line([cell(each) for each in row]) for row in rows)]
    return "\n".join(lines) + "\n"


def cell(value: object) -> str:
    """One cell on one line; a bar would end it early."""
    return " ".join(str(value).split()).replace("|", "\\|")


def code(value: object) -> str:
    return f"`{value}`" if str(value) else ""


def page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", *(part.strip("\n") for part in parts)]) + "\n"


def quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
