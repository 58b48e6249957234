"""The addresses of filing a draft."""

from django.urls import URLPattern, path

from evaluation.web import filing, papers

FILE = "applications/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path(f"{FILE}steps/", filing.filing, name="filing"),
    path(f"{FILE}steps/<slug:step>/", filing.Step.as_view(), name="filing-step"),
    path(f"{FILE}steps/<slug:step>/pre-check/", filing.filing_pre_check, name="filing-pre-check"),
    path(f"{FILE}check/", filing.Check.as_view(), name="filing-check"),
    path(f"{FILE}receipt.pdf", papers.receipt, name="filing-receipt"),
]
