from django.urls import path

from evaluation.api.evaluations import EvaluationReceiptView, EvaluationsView, EvaluationView
from evaluation.api.pre_checks import PreCheckView
from evaluation.api.rescorings import RescoringsView, RescoringView
from evaluation.api.submissions import SubmitView

urlpatterns = [
    path("applications/<uuid:application_id>/submit", SubmitView.as_view(), name="application-submit"),
    path("evaluations", EvaluationsView.as_view(), name="evaluations"),
    path("evaluations/<uuid:evaluation_id>", EvaluationView.as_view(), name="evaluation"),
    path("evaluations/<uuid:evaluation_id>/receipt", EvaluationReceiptView.as_view(), name="evaluation-receipt"),
    path("pre-checks", PreCheckView.as_view(), name="pre-checks"),
    path("rescorings", RescoringsView.as_view(), name="rescorings"),
    path("rescorings/<uuid:rescoring_id>", RescoringView.as_view(), name="rescoring"),
]
