"""Plain WeasyPrint on a folder of HTML files: every second one, from the first or from the second."""

import sys
from pathlib import Path

from weasyprint import HTML

from evaluation.dossiers.render import BundleFetcher


def main(folder: str, first: int) -> None:
    files = sorted(Path(folder).glob("*.html"))[first::2]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for file in files:
        document = HTML(string=file.read_text(encoding="utf-8"), base_url="bundle:/", url_fetcher=BundleFetcher())
        file.with_suffix(".pdf").write_bytes(document.write_pdf(pdf_variant="pdf/a-3a"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
