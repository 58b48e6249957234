"""The other side of `applications.pdf`: run as a script of its own, with bounds on memory and time.

Reads a PDF on standard input and writes `{"pages", "version"}` or `{"code"}`.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator

import pikepdf

SCRIPTED = frozenset({"/JavaScript", "/Rendition"})
LEAVING = frozenset({"/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Movie", "/Sound"})


def main() -> None:
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    print(json.dumps(look_at(sys.stdin.buffer.read(), most_pages=limits["pages"])))


def look_at(content: bytes, *, most_pages: int) -> dict[str, object]:
    """The number of pages and the version, or the first reason to refuse."""
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            code = refusal(pdf, content, most_pages=most_pages)
            return {"code": code} if code else {"pages": len(pdf.pages), "version": pdf.pdf_version}
    except pikepdf.PasswordError:
        return {"code": "encrypted"}
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError):
        return {"code": "broken"}


def refusal(pdf: pikepdf.Pdf, content: bytes, *, most_pages: int) -> str:
    """The code of what is wrong, or nothing."""
    if pdf.is_encrypted:
        return "encrypted"
    if not pdf.pages:
        return "no_pages"
    if len(pdf.pages) > most_pages:
        return "too_many_pages"
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        return "xfa"
    found = {code for item in dictionaries(pdf) for code in faults(item)}
    if found:
        return next(code for code in ("javascript", "launch_action", "embedded_files") if code in found)
    return "broken" if has_tail(content) else ""


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, those that stand inside others too."""
    open_ones = [item for item in pdf.objects if item is not None]
    while open_ones:
        item = open_ones.pop()
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
            open_ones.extend(value for value in item.values() if not value_is_elsewhere(value))
        elif isinstance(item, pikepdf.Array):
            open_ones.extend(value for value in item if not value_is_elsewhere(value))


def value_is_elsewhere(value: object) -> bool:
    """Plain values end the walk; objects with a number of their own are met in the file's own list."""
    return not isinstance(value, pikepdf.Object) or value.is_indirect


def faults(item: pikepdf.Object) -> Iterator[str]:
    """The codes of what one dictionary could do."""
    action = item.get("/S")
    if "/JS" in item or (isinstance(action, pikepdf.Name) and str(action) in SCRIPTED):
        yield "javascript"
    if isinstance(action, pikepdf.Name) and str(action) in LEAVING and "/K" not in item:
        yield "launch_action"
    if "/EmbeddedFiles" in item or "/EF" in item or item.get("/Subtype") == pikepdf.Name.FileAttachment:
        yield "embedded_files"


def has_tail(content: bytes) -> bool:
    """Something stands behind the end of the file: another file may begin there."""
    _, _, tail = content.rpartition(b"%%EOF")
    return len(tail.strip(b"\r\n\t \x00")) > 0


if __name__ == "__main__":
    main()
