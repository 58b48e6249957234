from django.urls import path

from evaluation.api.pre_checks import PreCheckView
from evaluation.api.submissions import SubmitView

urlpatterns = [
    path("applications/<uuid:application_id>/submit", SubmitView.as_view(), name="application-submit"),
    path("pre-checks", PreCheckView.as_view(), name="pre-checks"),
]
