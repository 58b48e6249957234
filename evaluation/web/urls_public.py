"""The addresses of the nominative list and of the verify page, open to all."""

from django.urls import URLPattern, path

from evaluation.web import hand_over, pre_check, public_list, verify

urlpatterns: list[URLPattern] = [
    path("pre-check/", pre_check.PreCheck.as_view(), name="pre-check"),
    path("pre-check/application/", hand_over.StartFromEntry.as_view(), name="file-pre-check"),
    path("list/", public_list.public_list, name="list"),
    path("list/list.csv", public_list.public_list_csv, name="list-csv"),
    path("verify/", verify.ask, name="verify-ask"),
    path("verify/<str:code>", verify.verify, name="verify"),
]
