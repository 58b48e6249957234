from django.urls import path

from applications.web import uploads

urlpatterns = [
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/templates/<str:kind>.csv", uploads.template, {"ending": "csv"}, name="upload-template"),
    path("uploads/templates/<str:kind>.xlsx", uploads.template, {"ending": "xlsx"}, name="upload-workbook"),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("uploads/<uuid:upload_id>/commit/", uploads.commit, name="upload-commit"),
    path("uploads/<uuid:upload_id>/problems.csv", uploads.problems, name="upload-problems"),
]
