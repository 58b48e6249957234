"""What it is worth and what was proposed."""

from evaluation.models.dossier import Dossier
from evaluation.models.evaluations import ApplicationAssessment, SiteEvaluation
from evaluation.models.inputs import IecApplication, Input, Resolution, Supplement
from evaluation.models.judgement import AdmissibilityCheck, BureauRuling, CapacityAssessment, Judgement
from evaluation.models.meeting import Attendance, Ballot, Meeting, Recusal, Vote
from evaluation.models.outcome import MinisterialDecision, Proposal
from evaluation.models.parts import AnnexVolume, Pack, Revocation, VerifyCode
from evaluation.models.rescoring import RescoredBallot, RescoredFile, Rescoring

__all__ = [
    "AdmissibilityCheck",
    "AnnexVolume",
    "ApplicationAssessment",
    "Attendance",
    "Ballot",
    "BureauRuling",
    "CapacityAssessment",
    "Dossier",
    "IecApplication",
    "Input",
    "Judgement",
    "Meeting",
    "MinisterialDecision",
    "Pack",
    "Proposal",
    "Recusal",
    "RescoredBallot",
    "RescoredFile",
    "Rescoring",
    "Resolution",
    "Revocation",
    "SiteEvaluation",
    "Supplement",
    "VerifyCode",
    "Vote",
]
