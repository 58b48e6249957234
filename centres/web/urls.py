from django.urls import URLPattern, URLResolver, path

from centres.web import pages

app_name = "centres"

urlpatterns: list[URLPattern | URLResolver] = [
    path("centres/", pages.centres, name="list"),
    path("centres/<str:site_number>/", pages.centre, name="centre"),
]
