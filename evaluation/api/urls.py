from django.urls import path

from evaluation.api.pre_checks import PreCheckView
from evaluation.api.rescorings import RescoringsView, RescoringView
from evaluation.api.submissions import SubmitView

urlpatterns = [
    path("applications/<uuid:application_id>/submit", SubmitView.as_view(), name="application-submit"),
    path("pre-checks", PreCheckView.as_view(), name="pre-checks"),
    path("rescorings", RescoringsView.as_view(), name="rescorings"),
    path("rescorings/<uuid:rescoring_id>", RescoringView.as_view(), name="rescoring"),
]
