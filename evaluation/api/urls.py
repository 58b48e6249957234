from django.urls import path

from evaluation.api.pre_checks import PreCheckView

urlpatterns = [
    path("pre-checks", PreCheckView.as_view(), name="pre-checks"),
]
