"""The addresses of the published note, open to all."""

from django.urls import URLPattern, path

from evaluation.web import note

urlpatterns: list[URLPattern] = [
    path("criteria/note/", note.note, name="note"),
]
