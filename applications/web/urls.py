from django.urls import URLPattern, URLResolver, path

from applications.web import evidence, files, listing, start, urls_uploads

app_name = "applications"

FILE = "applications/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_uploads.urlpatterns,
    path("applications/", listing.applications, name="list"),
    path("applications/list.csv", listing.applications_csv, name="list-csv"),
    path("applications/new/", start.Start.as_view(), name="start"),
    path(FILE, files.detail, name="detail"),
    path(f"{FILE}receipt/", files.receipt, name="receipt"),
    path(f"{FILE}withdraw/", files.Withdraw.as_view(), name="withdraw"),
    path(f"{FILE}questions/<uuid:question_id>/", files.answer, name="answer"),
    path(f"{FILE}documents/", evidence.add, name="annexes"),
    path(f"{FILE}documents/<uuid:annex_id>/", evidence.download, name="annex"),
    path(f"{FILE}documents/<uuid:annex_id>/remove/", evidence.Remove.as_view(), name="annex-remove"),
]
