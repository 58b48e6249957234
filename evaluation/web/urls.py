from django.urls import URLPattern, URLResolver

from evaluation.web import (
    urls_evaluations,
    urls_filing,
    urls_law,
    urls_meetings,
    urls_public,
    urls_register,
    urls_review,
)

app_name = "evaluation"

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_review.urlpatterns,
    *urls_evaluations.urlpatterns,
    *urls_filing.urlpatterns,
    *urls_law.urlpatterns,
    *urls_meetings.urlpatterns,
    *urls_public.urlpatterns,
    *urls_register.urlpatterns,
]
