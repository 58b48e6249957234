"""The closed lists of review and vote; verdicts and outcomes are those of ``evaluation.rules``."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JudgedCriterion(models.TextChoices):
    """Open norms: only a named person sets their value, with a reason."""

    C3A = "C3a", _("intensive care")
    C3B = "C3b", _("neurology")
    C5 = "C5", _("research and publications")
    C6 = "C6", _("registration of data")
    P3 = "P3", _("paediatric intensive care")


class JudgedValue(models.TextChoices):
    MET = "MET", _("met")
    NOT_MET = "NOT_MET", _("not met")
    TO_VERIFY = "TO_VERIFY", _("to verify")


class CapacityValue(models.TextChoices):
    SHORTAGE = "SHORTAGE", _("shortage of capacity")
    VOLUME_INCREASE = "VOLUME_INCREASE", _("more volume by a new indication")
    BOTH = "BOTH", _("both")
    NEITHER = "NEITHER", _("neither")


class InputField(models.TextChoices):
    CERTIFICATE = "certificate", _("certificate")
    NO_CERTIFICATES = "no_certificates", _("no certificate at all")
    BILLED = "billed", _("booked transplantations, all ages")
    BILLED_PAED = "billed_paed", _("booked transplantations, children")
    DECLARED = "declared_allografts", _("transplantations by the hospital's own count")
    APHERESIS_SITE = "apheresis_site", _("site of apheresis")
    LABORATORY_SITE = "laboratory_site", _("site of the stem-cell laboratory")
    INTENSIVE_CARE_SITE = "intensive_care_site", _("site of intensive care")
    NARRATIVE = "narrative", _("description")


class SupplementBasis(models.TextChoices):
    STUDY = "STUDY", _("clinical study")
    REGISTER = "REGISTER", _("register")


class SupplementRuling(models.TextChoices):
    ACCEPTED = "ACCEPTED", _("accepted")
    REFUSED = "REFUSED", _("refused")


class Stage(models.TextChoices):
    REVIEW = "REVIEW", _("review")
    VOTE = "VOTE", _("day of the vote")


class AdmissibilityItem(models.TextChoices):
    AD1 = "AD1", _("applicant is the holder or mandated")
    AD2 = "AD2", _("reimbursed CAR-T product and indication")
    AD3 = "AD3", _("not coupled to a new indication")
    AD4 = "AD4", _("half-yearly window")
    AD5 = "AD5", _("site qualified by the holder")
    AD6 = "AD6", _("site identified and not listed yet")
    AD7 = "AD7", _("evidence complete")


class ProposalKind(models.TextChoices):
    POSITIVE = "POSITIVE", _("positive")
    NEGATIVE = "NEGATIVE", _("negative")


class BallotState(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    OPEN = "OPEN", _("open")
    CLOSED = "CLOSED", _("closed")


class VoteValue(models.TextChoices):
    FOR = "FOR", _("for")
    AGAINST = "AGAINST", _("against")
    ABSTAIN = "ABSTAIN", _("abstention")


class ProposalOutcome(models.TextChoices):
    POSITIVE = "POSITIVE", _("positive proposal")
    NEGATIVE = "NEGATIVE", _("negative proposal")
    NO_PROPOSAL = "NO_PROPOSAL", _("no proposal, two thirds not reached")
    NO_QUORUM = "NO_QUORUM", _("no quorum")


class BarredFrom(models.TextChoices):
    VOTE = "VOTE", _("the vote")
    DELIBERATION = "DELIBERATION", _("the deliberation and the vote")
