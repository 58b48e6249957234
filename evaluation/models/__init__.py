"""What it is worth and what was proposed."""

from evaluation.models.dossier import Dossier
from evaluation.models.evaluations import ApplicationAssessment, SiteEvaluation
from evaluation.models.inputs import IecApplication, Input, Resolution, Supplement
from evaluation.models.judgement import AdmissibilityCheck, BureauRuling, CapacityAssessment, Judgement
from evaluation.models.meeting import Attendance, Ballot, Meeting, Recusal, Vote
from evaluation.models.outcome import MinisterialDecision, Proposal

__all__ = [
    "AdmissibilityCheck",
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
    "Proposal",
    "Recusal",
    "Resolution",
    "SiteEvaluation",
    "Supplement",
    "Vote",
]
