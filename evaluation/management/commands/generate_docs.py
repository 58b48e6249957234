from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evaluation.reference.pages import reference_files


class Command(BaseCommand):
    help = "Write docs/reference/ from the code; with --check, only say which files differ and end with an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check: bool, **_options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        files = reference_files()
        differing = [name for name, text in files.items() if not _says(folder / name, text)]
        if not check:
            folder.mkdir(parents=True, exist_ok=True)
            for name in differing:
                (folder / name).write_text(files[name], encoding="utf-8")
        elif differing:
            raise CommandError(f"Not up to date: {', '.join(differing)}. Type `make docs`.")
        self.stdout.write(f"docs/reference: {len(files)} files, {len(differing)} {'differ' if check else 'written'}.")


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
