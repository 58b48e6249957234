"""The closed lists of the rules; their values are the words of the API, the CSV columns and the database."""

from enum import StrEnum


class Verdict(StrEnum):
    """What is known of one criterion."""

    MET = "MET"
    TRANSITION = "TRANSITION"
    TRANSITION_TO_CONFIRM = "TRANSITION_TO_CONFIRM"
    TO_VERIFY = "TO_VERIFY"
    NOT_MET = "NOT_MET"
    NOTED = "NOTED"
    NA = "NA"


class Outcome(StrEnum):
    """What the criteria of one population add up to, best first: advice, never a decision."""

    ELIGIBLE = "ELIGIBLE"
    ELIGIBLE_TRANSITION = "ELIGIBLE_TRANSITION"
    INCOMPLETE = "INCOMPLETE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"


class Population(StrEnum):
    ADULT = "ADULT"
    PAED = "PAED"


class Stage(StrEnum):
    """`VOTE` is the re-check on the day of the vote."""

    REVIEW = "REVIEW"
    VOTE = "VOTE"


class Activity(StrEnum):
    """What a certificate covers: allogeneic transplantation or immune effector cells."""

    ALLO = "ALLO"
    IEC = "IEC"


class FacilityRole(StrEnum):
    CLINICAL = "CLINICAL"
    COLLECTION = "COLLECTION"
    PROCESSING = "PROCESSING"


class Basis(StrEnum):
    """Where an act outside the insurance can be verified."""

    STUDY = "STUDY"
    REGISTER = "REGISTER"


class Ruling(StrEnum):
    """What a person ruled on a supplement."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"


class Recipients(StrEnum):
    """Whose transplantations count; CHILDREN are minors at transplantation, ADULTS are all others."""

    ALL = "ALL"
    CHILDREN = "CHILDREN"
    ADULTS = "ADULTS"


class WithoutUnits(StrEnum):
    """What to make of a certificate that lists no units: ask for the list, accept it or refuse it."""

    ASK = "ASK"
    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"


class Judged(StrEnum):
    """The criteria that only a person can judge."""

    C3A = "C3a"
    C3B = "C3b"
    C5 = "C5"
    C6 = "C6"
    P3 = "P3"


class Judgement(StrEnum):
    """What a person may conclude on such a criterion."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    TO_VERIFY = "TO_VERIFY"


class Capacity(StrEnum):
    SHORTAGE = "SHORTAGE"
    VOLUME_INCREASE = "VOLUME_INCREASE"
    BOTH = "BOTH"
    NEITHER = "NEITHER"


class WarningCode(StrEnum):
    """What a reader must see beside the verdicts; a warning changes none of them."""

    CERTIFICATE_LAPSES_BEFORE_VOTE = "CERTIFICATE_LAPSES_BEFORE_VOTE"
    YEAR_BELOW_MINIMUM = "YEAR_BELOW_MINIMUM"
    DECLARED_DIFFERS_FROM_BILLED = "DECLARED_DIFFERS_FROM_BILLED"
    PAEDIATRIC_ONLY_SITE = "PAEDIATRIC_ONLY_SITE"
    IEC_SCOPE_WITHOUT_PAEDIATRIC = "IEC_SCOPE_WITHOUT_PAEDIATRIC"
    NO_CAPACITY_NEED_SHOWN = "NO_CAPACITY_NEED_SHOWN"
    ADVISE_WORKING_GROUP_CONTRACTS = "ADVISE_WORKING_GROUP_CONTRACTS"


class EvidenceSlot(StrEnum):
    """The kinds of document an application can be asked for."""

    JACIE_CERTIFICATE = "JACIE_CERTIFICATE"
    JACIE_FACILITIES = "JACIE_FACILITIES"
    IEC_APPLICATION = "IEC_APPLICATION"
    ALLOGRAFTS = "ALLOGRAFTS"
    SUPPLEMENT = "SUPPLEMENT"
    INTENSIVE_CARE = "INTENSIVE_CARE"
    NEUROLOGY = "NEUROLOGY"
    LABORATORY = "LABORATORY"
    RESEARCH = "RESEARCH"
    REGISTER = "REGISTER"
    PAED_INTENSIVE_CARE = "PAED_INTENSIVE_CARE"
    HOLDER_QUALIFICATION = "HOLDER_QUALIFICATION"
    MANDATE = "MANDATE"
