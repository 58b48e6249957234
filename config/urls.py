"""The addresses of the desk: each app brings its own, this file only joins them."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config.health import livez, readyz

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include("config.api")),
    path("accounts/", include("allauth.urls")),
    path("i18n/language/", login_not_required(set_language), name="set_language"),
    path("", include("accounts.web.style")),
    path("", include("accounts.web.urls")),
    path("", include("jobs.web.urls")),
    path("", include("centres.web.urls")),
    path("", include("applications.web.urls")),
    path("", include("evaluation.web.urls")),
]
