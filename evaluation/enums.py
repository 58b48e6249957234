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


class DifferenceKind(models.TextChoices):
    """What does not agree about a site; only the first three keep a fact from counting and a batch from closing."""

    STATEMENTS = "STATEMENTS", _("files state different things")
    NO_CERTIFICATE = "NO_CERTIFICATE", _("one file states a certificate, another that there is none")
    REGISTER = "REGISTER", _("the certificate differs from the register")
    NUMBER_ELSEWHERE = "NUMBER_ELSEWHERE", _("the number of the certificate belongs to another site too")
    DECLARED = "DECLARED", _("the hospital's own count differs from the booked figure")
    TOTALS = "TOTALS", _("a part is greater than the whole")
    EARLIER = "EARLIER", _("an earlier batch has another value")
    SAME_FILE = "SAME_FILE", _("the same document proves two sites")
    SAME_REFERENCE = "SAME_REFERENCE", _("two sites count patients under one reference")


class SourceKind(models.TextChoices):
    STATED = "STATED", _("stated")
    REGISTER = "REGISTER", _("register of certificates")
    EARLIER = "EARLIER", _("earlier batch")
    DOCUMENT = "DOCUMENT", _("document")


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


class RescoringKind(models.TextChoices):
    """What is other on the other side of a re-scoring."""

    VERSION = "VERSION", _("another version of the criteria")
    DATE = "DATE", _("another reference date")
    READING = "READING", _("another reading")
    MINIMUM = "MINIMUM", _("another minimum of transplantations")


class DossierStanding(models.TextChoices):
    """What the verify page says of a dossier."""

    GENUINE = "GENUINE", _("genuine")
    SUPERSEDED = "SUPERSEDED", _("superseded")
    REVOKED = "REVOKED", _("revoked")
