"""Render the dossier of an application without a worker: the same bytes as the stored one."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.enums import DossierLanguage
from applications.models import Application
from evaluation.dossiers.build import build_dossier
from evaluation.dossiers.version import TEMPLATE_VERSION
from evaluation.models import ApplicationAssessment, Dossier, VerifyCode
from evaluation.selectors import current_assessment


class Command(BaseCommand):
    """Stores nothing; says whether the bytes are those of the stored dossier."""

    help = "Render the dossier of an application, such as 2026-07/0042, as the worker does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="such as 2026-07/0042")
        parser.add_argument("--language", choices=DossierLanguage.values, help="other than the application's own")
        parser.add_argument("--out", type=Path, help="the file to write; without it the dossier is only compared")

    def handle(self, *args: Any, **options: Any) -> None:
        assessment = _assessment(options["reference"])
        own = assessment.application.language
        language = options["language"] or own
        built = build_dossier(assessment, verify_url=_address(assessment, language), language=language)
        if options["out"]:
            options["out"].write_bytes(built.content)
        digest = hashlib.sha256(built.content).hexdigest()
        self.stdout.write(f"sha256 {digest}, {built.pages} pages, language {language}, template {TEMPLATE_VERSION}")
        self.stdout.write(_compared(assessment, language, digest))


def _assessment(reference: str) -> ApplicationAssessment:
    code, _, number = reference.partition("/")
    year, _, half = code.partition("-")
    if not (year.isdecimal() and half.isdecimal() and number.isdecimal()):
        raise CommandError(f"{reference} is no reference; one looks like 2026-07/0042")
    found = Application.objects.filter(batch__year=int(year), batch__half=int(half), number=int(number)).first()
    if found is None:
        raise CommandError(f"there is no application {reference}")
    assessment = current_assessment(found)
    if assessment is None:
        raise CommandError(f"{reference} has not been assessed: its batch has not closed")
    return assessment


def _address(assessment: ApplicationAssessment, language: str) -> str:
    """The address on the cover; a language in which no dossier was ordered has none."""
    about = {"assessment": assessment, "template_version": TEMPLATE_VERSION, "language": language}
    drawn = VerifyCode.objects.filter(**about).first()
    return drawn.address if drawn else ""


def _compared(assessment: ApplicationAssessment, language: str, digest: str) -> str:
    about = {"assessment": assessment, "template_version": TEMPLATE_VERSION, "language": language}
    stored = Dossier.objects.filter(**about).first()
    if stored is None:
        return "no dossier of this assessment, template and language is stored"
    return "the same as the stored dossier" if stored.sha256 == digest else f"NOT the stored dossier: {stored.sha256}"
