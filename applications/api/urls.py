from django.urls import path

from applications.api.applications import AnnexesView, ApplicationsView, ApplicationView
from applications.api.uploads import (
    UploadCommitView,
    UploadProblemsView,
    UploadRowsView,
    UploadsView,
    UploadTemplateView,
    UploadView,
)

urlpatterns = [
    path("applications", ApplicationsView.as_view(), name="applications"),
    path("applications/<uuid:application_id>", ApplicationView.as_view(), name="application"),
    path("applications/<uuid:application_id>/annexes", AnnexesView.as_view(), name="application-annexes"),
    path("uploads", UploadsView.as_view(), name="uploads"),
    path("uploads/<uuid:upload_id>", UploadView.as_view(), name="upload"),
    path("uploads/<uuid:upload_id>/commit", UploadCommitView.as_view(), name="upload-commit"),
    path("uploads/<uuid:upload_id>/problems", UploadProblemsView.as_view(), name="upload-problems"),
    path("uploads/<uuid:upload_id>/rows", UploadRowsView.as_view(), name="upload-rows"),
    path("upload-templates/<str:kind>", UploadTemplateView.as_view(), name="upload-template"),
]
