"""Secrets that are made once and kept in the state folder, readable by its owner only."""

import os
import secrets
from pathlib import Path


def kept_secret(folder: Path, name: str, *, length: int = 48) -> str:
    """Read the secret, or make it the first time."""
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(length))
        draft.rename(path)
    return path.read_text()
