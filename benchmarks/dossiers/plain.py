"""Plain WeasyPrint over a folder of HTML files: no worker, no database, no standard, nothing attached."""

import sys
from pathlib import Path

from weasyprint import HTML

PROCESSES = 2


def write_site(folder: Path) -> None:
    """The style sheet, fonts and inked signs as files, named as the HTML names them once `bundle:/` is gone."""
    import re

    from evaluation.dossiers.press import bundle

    for address, path in bundle().items():
        target = folder / address.removeprefix("bundle:/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    for sheet in folder.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        for name, ink in set(re.findall(r"bundle:/signs/([\w-]+)\.svg\?([0-9a-f]{6})", text)):
            sign = (folder / "signs" / f"{name}.svg").read_text(encoding="utf-8")
            (folder / "signs" / f"{name}-{ink}.svg").write_text(sign.replace("currentColor", f"#{ink}"), "utf-8")
        text = re.sub(r"bundle:/signs/([\w-]+)\.svg\?([0-9a-f]{6})", r"signs/\1-\2.svg", text)
        sheet.write_text(text.replace("bundle:/", ""), encoding="utf-8")


def main(folder: str, half: str) -> None:
    """Says that it is ready, waits for a line, then renders every second file."""
    files = sorted(Path(folder).glob("*.html"))[int(half) :: PROCESSES]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for file in files:
        HTML(filename=str(file)).write_pdf(file.with_suffix(".pdf"))


if __name__ == "__main__":
    main(*sys.argv[1:])
