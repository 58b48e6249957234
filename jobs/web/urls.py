from django.urls import path

from jobs.web import views

app_name = "jobs"

urlpatterns = [
    path("desk/jobs/", views.job_list, name="list"),
    path("desk/jobs/<uuid:pk>/retry/", views.job_retry, name="retry"),
]
