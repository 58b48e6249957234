"""The addresses of stored evaluations."""

from django.urls import URLPattern, path

from evaluation.web import evaluations

urlpatterns: list[URLPattern] = [
    path("evaluations/<uuid:pk>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<uuid:pk>/receipt/", evaluations.receipt, name="evaluation-receipt"),
    path("applications/<uuid:pk>/evaluations/", evaluations.history, name="evaluations"),
]
