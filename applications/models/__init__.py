"""What is asked, and when."""

from applications.models.annex import Annex
from applications.models.annex_upload import AnnexUpload
from applications.models.application import Application, Statement
from applications.models.batch import Batch
from applications.models.question import Question
from applications.models.upload import Upload, UploadProblem, UploadRow

__all__ = [
    "Annex",
    "AnnexUpload",
    "Application",
    "Batch",
    "Question",
    "Statement",
    "Upload",
    "UploadProblem",
    "UploadRow",
]
