from django.urls import path

from applications.api.annex_uploads import AnnexUploadsView, AnnexUploadView
from applications.api.annexes import AnnexesView, AnnexFileView, AnnexView
from applications.api.filing import (
    DraftView,
    FilingView,
    MissingView,
    StatementsView,
    StatementView,
    WithdrawView,
)
from applications.api.upload_lists import UploadProblemsView, UploadRowsView
from applications.api.uploads import UploadCommitView, UploadsView, UploadTemplateView, UploadView

urlpatterns = [
    path("applications", FilingView.as_view(), name="applications"),
    path("applications/<uuid:application_id>", DraftView.as_view(), name="application"),
    path("applications/<uuid:application_id>/annexes", AnnexesView.as_view(), name="application-annexes"),
    path("applications/<uuid:application_id>/annexes/<uuid:annex_id>", AnnexView.as_view(), name="application-annex"),
    path(
        "applications/<uuid:application_id>/annexes/<uuid:annex_id>/file",
        AnnexFileView.as_view(),
        name="application-annex-file",
    ),
    path(
        "applications/<uuid:application_id>/annex-uploads",
        AnnexUploadsView.as_view(),
        name="application-annex-uploads",
    ),
    path(
        "applications/<uuid:application_id>/annex-uploads/<uuid:annex_upload_id>",
        AnnexUploadView.as_view(),
        name="application-annex-upload",
    ),
    path("applications/<uuid:application_id>/missing", MissingView.as_view(), name="application-missing"),
    path("applications/<uuid:application_id>/statements", StatementsView.as_view(), name="application-statements"),
    path(
        "applications/<uuid:application_id>/statements/<uuid:statement_id>",
        StatementView.as_view(),
        name="application-statement",
    ),
    path("applications/<uuid:application_id>/withdraw", WithdrawView.as_view(), name="application-withdraw"),
    path("uploads", UploadsView.as_view(), name="uploads"),
    path("uploads/<uuid:upload_id>", UploadView.as_view(), name="upload"),
    path("uploads/<uuid:upload_id>/commit", UploadCommitView.as_view(), name="upload-commit"),
    path("uploads/<uuid:upload_id>/problems", UploadProblemsView.as_view(), name="upload-problems"),
    path("uploads/<uuid:upload_id>/rows", UploadRowsView.as_view(), name="upload-rows"),
    path("upload-templates/<str:kind>", UploadTemplateView.as_view(), name="upload-template"),
]
