"""One assessment in, the bytes of its dossier out: what the worker and the command line call."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

import pikepdf

from evaluation.dossiers.context import dossier_context
from evaluation.dossiers.press import html_to_pdf
from evaluation.dossiers.render import render_html
from evaluation.dossiers.version import TEMPLATE_VERSION
from evaluation.models import ApplicationAssessment
from evaluation.receipts import receipt_bytes


class ReceiptAltered(Exception):  # noqa: N818  # named for what happened
    """The stored facts and findings no longer give the sha256 that was recorded with them."""


@dataclass(frozen=True, slots=True)
class BuiltDossier:
    """A rendered dossier, not yet stored."""

    content: bytes
    pages: int
    version: int


def build_dossier(assessment: ApplicationAssessment, *, verify_url: str = "", language: str = "") -> BuiltDossier:
    """The dossier of one assessment; the same assessment and address give the same bytes. Raises `ReceiptAltered`."""
    receipt = receipt_bytes(facts=assessment.facts, answered=assessment.answer)
    if hashlib.sha256(receipt).hexdigest() != assessment.receipt_sha256:
        raise ReceiptAltered(assessment.receipt_sha256)
    context = dossier_context(assessment, verify_url=verify_url, language=language)
    key = f"{assessment.receipt_sha256}:{context.version}:{TEMPLATE_VERSION}:{context.language}:{verify_url}".encode()
    content = html_to_pdf(
        render_html(context),
        identifier=hashlib.sha256(key).digest()[:16],
        receipt=receipt,
        at=assessment.evaluated_at,
    )
    with pikepdf.open(BytesIO(content)) as pdf:
        return BuiltDossier(content=content, pages=len(pdf.pages), version=context.version)
