"""Receipts of filing, lists and the pages of an annex volume by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime

from evaluation.dossiers.annexes import Piece, VolumeInputs
from evaluation.dossiers.filing import FilingReceipt, receipt_html
from evaluation.dossiers.list_annex import ListAnnex, ListedGroup, ListedProduct, ListedSite, annex_html
from evaluation.dossiers.model import Annex, Language
from evaluation.dossiers.render import page_html

PAPERS = ("receipt", "receipt-late", "list", "list-empty")
BOUND = ("annexes", "encrypted", "broken")


def paper_html(paper: str, language: Language) -> str:
    """One paper in one language, with the same facts as in the other."""
    if paper.startswith("receipt"):
        return receipt_html(receipt(language, late=paper.endswith("late")))
    return annex_html(annex(language, wanted=0 if paper.endswith("empty") else 14))


def bound_html(page: str, language: Language) -> str:
    """One page of an annex volume: its contents, or what stands in the place of a piece that cannot be read."""
    if page == "annexes":
        values = {"volume": volume(language), "pieces": pieces(), "total": 9}
        return page_html("dossiers/annexes.html", language, values)
    piece = replace(pieces()[0], fault=page)
    return page_html("dossiers/annex_unreadable.html", language, {"volume": volume(language), "piece": piece})


def pieces() -> tuple[Piece, ...]:
    faults = ("", "encrypted", "broken")
    return tuple(Piece(n, f"Stuk {n}", f"{n}.pdf", f"{n}" * 64, n, fault, n) for n, fault in enumerate(faults, 1))


def volume(language: Language) -> VolumeInputs:
    return VolumeInputs(language, "2026-07/0007", "Kliniek Bosrand, site Zuid", pieces())


def receipt(language: Language, *, late: bool = False) -> FilingReceipt:
    titles = {"nl": ("JACIE-certificaat", "Wachtrol"), "fr": ("Certificat JACIE", "Rôle de garde")}[language]
    return FilingReceipt(
        language=language,
        reference="2026-07/0007",
        own_reference="" if late else "EX-71",
        filed_at=datetime(2026, 8, 4, 9, 12, tzinfo=UTC) if late else datetime(2026, 7, 14, 9, 12, tzinfo=UTC),
        filed_by="Ann Voorbeeld",
        filed_outside_window=late,
        holder="Exemple Pharma",
        product="Cetacel",
        paragraph="00000000",
        populations=("ADULT",) if late else ("ADULT", "PAED"),
        hospital="Kliniek Bosrand",
        site="site Zuid",
        establishment_number="8000000071",
        batch_year=2027 if late else 2026,
        batch_month=1 if late else 7,
        reference_on=date(2027, 1, 31) if late else date(2026, 7, 31),
        documents=()
        if late
        else tuple(Annex(n, title, f"{n}.pdf", n * 3, f"{n}" * 64) for n, title in enumerate(titles, 1)),
    )


def annex(language: Language, *, wanted: int) -> ListAnnex:
    indications = {"nl": "groot-B-cellymfoom", "fr": "lymphome à grandes cellules B"}
    groups = tuple(
        ListedGroup(f"0000000{n}", indications[language], population, tuple(_site(m) for m in range(wanted)))
        for n in (1, 2)
        for population in ("ADULT", "PAED")
    )
    products = ("Cetacel", "Lymfocel") if wanted else ()
    return ListAnnex(
        language, date(2026, 11, 1), tuple(ListedProduct(name, "cetacabtagene", "1234567", groups) for name in products)
    )


def _site(number: int) -> ListedSite:
    conditional = number % 3 == 1
    return ListedSite(
        hospital="Kliniek Bosrand",
        site=f"campus {number + 1}",
        establishment_number=f"80000000{number:02d}",
        municipality="1000 Brussel",
        listed_from=date(2026, 11, 1),
        listed_to=date(2027, 12, 31) if number % 4 == 2 else None,
        decision_reference=f"MB 2026/{number + 1}",
        condition_code="IEC_CERTIFICATE_DUE" if conditional else "",
        condition_due_on=date(2026, 12, 31) if conditional else None,
    )
