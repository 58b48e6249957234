"""The addresses of the register of readings, open to all, and of the re-scorings."""

from django.urls import URLPattern, path

from evaluation.web import register, rescorings

urlpatterns: list[URLPattern] = [
    path("readings/", register.readings, name="readings"),
    path("readings/<str:reading>/", register.reading, name="reading"),
    path("rescorings/", rescorings.rescorings, name="rescorings"),
    path("rescorings/new/", rescorings.ask, name="ask-rescoring"),
    path("rescorings/<uuid:pk>/", rescorings.rescoring, name="rescoring"),
]
