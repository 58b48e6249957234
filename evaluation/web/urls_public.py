"""The addresses of the nominative list, open to all."""

from django.urls import URLPattern, path

from evaluation.web import public_list

urlpatterns: list[URLPattern] = [
    path("list/", public_list.public_list, name="list"),
    path("list/list.csv", public_list.public_list_csv, name="list-csv"),
]
