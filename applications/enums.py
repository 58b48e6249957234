"""The closed lists of filing; what moves a state is in ``applications.states``."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    OPEN = "OPEN", _("open")
    REVIEW = "REVIEW", _("in review")
    CLOSED = "CLOSED", _("closed, rendering")
    SEALED = "SEALED", _("sealed")
    DECIDED = "DECIDED", _("decided")


class ApplicationState(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    SUBMITTED = "SUBMITTED", _("submitted")
    ADMISSIBLE = "ADMISSIBLE", _("admissible")
    INADMISSIBLE = "INADMISSIBLE", _("inadmissible")
    IN_REVIEW = "IN_REVIEW", _("in review")
    READY = "READY", _("ready for the vote")
    AT_VOTE = "AT_VOTE", _("at the vote")
    PROPOSED = "PROPOSED", _("proposed")
    DECIDED = "DECIDED", _("decided")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class Half(models.IntegerChoices):
    JANUARY = 1, _("January")
    JULY = 7, _("July")


class DossierLanguage(models.TextChoices):
    NL = "nl", _("Dutch")
    FR = "fr", _("French")


class EvidenceSlot(models.TextChoices):
    """What a document proves; the criteria file says which slots each criterion asks for."""

    JACIE_CERTIFICATE = "JACIE_CERTIFICATE", _("JACIE certificate")
    JACIE_FACILITIES = "JACIE_FACILITIES", _("JACIE list of facilities")
    IEC_APPLICATION = "IEC_APPLICATION", _("running JACIE application for immune effector cells")
    ALLOGRAFTS = "ALLOGRAFTS", _("figures of allogeneic transplantations")
    SUPPLEMENT = "SUPPLEMENT", _("transplantations outside the insurance")
    INTENSIVE_CARE = "INTENSIVE_CARE", _("intensive care: declaration and rota")
    NEUROLOGY = "NEUROLOGY", _("neurology: declaration and on-call rota")
    LABORATORY = "LABORATORY", _("stem-cell laboratory")
    RESEARCH = "RESEARCH", _("research and publications")
    REGISTER = "REGISTER", _("registration of data with EBMT")
    PAED_INTENSIVE_CARE = "PAED_INTENSIVE_CARE", _("paediatric intensive care: declaration and rota")
    HOLDER_QUALIFICATION = "HOLDER_QUALIFICATION", _("qualification of the site by the holder")
    MANDATE = "MANDATE", _("mandate of the representative")
    OTHER = "OTHER", _("other")


class StatementField(models.TextChoices):
    """What a holder can state about a site; each becomes an input that a person confirms."""

    CERTIFICATE = "certificate", _("certificate")
    NO_CERTIFICATES = "no_certificates", _("no certificate at all")
    IEC_APPLICATION = "iec_application", _("running JACIE application for immune effector cells")
    DECLARED_ALLOGRAFTS = "declared_allografts", _("transplantations by the hospital's own count")
    SUPPLEMENT = "supplement", _("transplantations outside the insurance")
    APHERESIS_SITE = "apheresis_site", _("site of apheresis")
    LABORATORY_SITE = "laboratory_site", _("site of the stem-cell laboratory")
    INTENSIVE_CARE_SITE = "intensive_care_site", _("site of intensive care")
    NARRATIVE = "narrative", _("description")


CONTRARY: Final[Mapping[str, StatementField]] = {
    StatementField.CERTIFICATE: StatementField.NO_CERTIFICATES,
    StatementField.NO_CERTIFICATES: StatementField.CERTIFICATE,
}
"""The field that an answer takes back: certificates, and that there are none."""


class StatedIn(models.TextChoices):
    FORM = "FORM", _("form")
    UPLOAD = "UPLOAD", _("upload")
    VINTAGE = "VINTAGE", _("delivery of booked figures")
    REGISTER = "REGISTER", _("register of the desk")


class UploadKind(models.TextChoices):
    CENTRES = "centres", _("centres")
    CERTIFICATES = "certificates", _("certificates")
    ALLOGRAFTS = "allografts", _("booked allogeneic transplantations")
    REALISED_TREATMENTS = "realised-treatments", _("realised CAR-T treatments")
    LISTINGS = "listings", _("nominative list")
    SITE_STATEMENTS = "site-statements", _("statements on a site")
    APPLICATIONS = "applications", _("applications")


class UploadState(models.TextChoices):
    RECEIVED = "RECEIVED", _("received")
    CHECKING = "CHECKING", _("being checked")
    READY = "READY", _("ready to commit")
    REJECTED = "REJECTED", _("rejected")
    COMMITTING = "COMMITTING", _("being committed")
    COMMITTED = "COMMITTED", _("committed")
    FAILED = "FAILED", _("failed")


class AnnexUploadState(models.TextChoices):
    """How far a document is that arrives in parts."""

    RECEIVING = "RECEIVING", _("being received")
    TAKEN = "TAKEN", _("taken in")
    REFUSED = "REFUSED", _("refused")


class RowState(models.TextChoices):
    NEW = "NEW", _("new")
    CHANGED = "CHANGED", _("changed")
    UNCHANGED = "UNCHANGED", _("unchanged")
    FAULTY = "FAULTY", _("faulty")


class AdmissibilityState(models.TextChoices):
    ADMISSIBLE = "ADMISSIBLE", _("admissible")
    TO_COMPLETE = "TO_COMPLETE", _("to complete")
    INADMISSIBLE = "INADMISSIBLE", _("inadmissible")
