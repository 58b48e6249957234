import hashlib
import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from applications.pdf import PdfFacts, PdfLimits, PdfRefused, inspect_pdf


def blank(pages: int = 1) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    return pdf


def saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    target = io.BytesIO()
    pdf.save(target, min_version="1.7", deterministic_id=encryption is None, encryption=encryption or False)
    return target.getvalue()


def with_open_action() -> bytes:
    pdf = blank()
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    return saved(pdf)


def with_named_script() -> bytes:
    pdf = blank()
    script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("1")))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
    return saved(pdf)


def with_page_action() -> bytes:
    pdf = blank()
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("1")))
    return saved(pdf)


def with_launch() -> bytes:
    pdf = blank()
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Dictionary(S=Name.Launch, F=String("calc.exe"))
    )
    pdf.pages[0].obj.Annots = Array([link])
    return saved(pdf)


def with_attachment() -> bytes:
    pdf = blank()
    pdf.attachments["notes.txt"] = b"hidden"
    return saved(pdf)


def with_xfa() -> bytes:
    pdf = blank()
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))
    return saved(pdf)


def with_archive_behind() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("page.html", "<script>1</script>")
    return saved(blank()) + archive.getvalue()


REFUSED = {
    "empty": (b"", "not_pdf"),
    "html renamed": (b"<!doctype html><title>no</title>", "not_pdf"),
    "html before": (b"<html>" + saved(blank()), "not_pdf"),
    "magic only": (b"%PDF-1.7\n", "broken"),
    "truncated": (saved(blank(20))[:-300], "broken"),
    "archive behind": (with_archive_behind(), "broken"),
    "no pages": (saved(pikepdf.new()), "no_pages"),
    "password to open": (saved(blank(), pikepdf.Encryption(owner="o", user="u")), "encrypted"),
    "password to change": (saved(blank(), pikepdf.Encryption(owner="o", user="")), "encrypted"),
    "script on opening": (with_open_action(), "javascript"),
    "named script": (with_named_script(), "javascript"),
    "script on a page": (with_page_action(), "javascript"),
    "starts a program": (with_launch(), "launch_action"),
    "carries a file": (with_attachment(), "embedded_files"),
    "dynamic form": (with_xfa(), "xfa"),
}


def refusal(content: bytes, limits: PdfLimits | None = None) -> str:
    with pytest.raises(PdfRefused) as caught:
        inspect_pdf(content, limits)
    return caught.value.code


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_inspect_pdf_refuses_a_file_that_is_no_plain_document(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_inspect_pdf_of_a_plain_document_gives_its_facts(tmp_path: Path) -> None:
    content = saved(blank(3))
    facts = PdfFacts(pages=3, sha256=hashlib.sha256(content).hexdigest(), size=len(content), version="1.7")
    (tmp_path / "annex.pdf").write_bytes(content)
    assert inspect_pdf(content) == facts
    assert inspect_pdf(tmp_path / "annex.pdf") == facts


def test_inspect_pdf_keeps_links_to_the_web() -> None:
    pdf = blank()
    link = Dictionary(S=Name.URI, URI=String("https://example.org"))
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=link)
    pdf.pages[0].obj.Annots = Array([annotation])
    assert inspect_pdf(saved(pdf)).pages == 1


def test_inspect_pdf_larger_than_the_limit_is_not_even_opened() -> None:
    content = saved(blank())
    assert refusal(content, PdfLimits(size=len(content) - 1)) == "too_large"


def test_inspect_pdf_with_more_pages_than_the_limit_is_refused() -> None:
    assert refusal(saved(blank(3)), PdfLimits(pages=2)) == "too_many_pages"


def test_inspect_pdf_that_needs_more_memory_than_allowed_is_broken() -> None:
    pdf = blank()
    pdf.Root.Padding = String("x" * 60_000_000)
    target = io.BytesIO()
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert refusal(target.getvalue(), PdfLimits(memory=128 * 1024 * 1024)) == "broken"
