"""What leaves the desk as a table must not run in the reader's spreadsheet."""

RUNS = ("=", "+", "-", "@", "\t", "\r")


def escaped_cell(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(RUNS) else text
