"""Papers that no worker made, as rows with their file."""

from datetime import datetime

from evaluation.models import ApplicationAssessment, Dossier
from jobs.files import store_file
from tests.evaluation.builders import SEALED_AT


def make_stored_dossier(
    assessment: ApplicationAssessment,
    content: bytes = b"%PDF-1.7 test",
    *,
    number: int = 9,
    version: str = "test",
    language: str = "nl",
    pages: int = 1,
    at: datetime = SEALED_AT,
) -> Dossier:
    """A stored dossier of an assessment that no worker rendered."""
    stored = store_file(content)
    return Dossier.objects.create(
        application=assessment.application,
        assessment=assessment,
        number=number,
        template_version=version,
        language=language,
        sha256=stored.sha256,
        size=stored.size,
        pages=pages,
        rendered_at=at,
    )
