from django.urls import path

from accounts.web import views

app_name = "accounts"

urlpatterns = [
    path("users/", views.users, name="users"),
    path("users/new/", views.user_new, name="user-new"),
    path("users/<uuid:pk>/", views.user_detail, name="user"),
    path("users/<uuid:pk>/close/", views.user_close, name="user-close"),
    path("users/<uuid:pk>/reopen/", views.user_reopen, name="user-reopen"),
    path("language/", views.choose_language, name="language"),
]
