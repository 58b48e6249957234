from django.urls import URLPattern, URLResolver, path

from centres.web import client_scopes, clients, pages

app_name = "centres"

urlpatterns: list[URLPattern | URLResolver] = [
    path("centres/", pages.centres, name="list"),
    path("centres/<str:site_number>/", pages.centre, name="centre"),
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", clients.client_new, name="client-new"),
    path("clients/<uuid:pk>/", clients.client, name="client"),
    path("clients/<uuid:pk>/revoke/", clients.client_revoke, name="client-revoke"),
    path("clients/<uuid:pk>/scopes/", client_scopes.client_scopes, name="client-scopes"),
    path("clients/<uuid:pk>/secret/", clients.client_secret, name="client-secret"),
    path("clients/<uuid:pk>/close/", clients.client_close, name="client-close"),
    path("clients/<uuid:pk>/reopen/", clients.client_reopen, name="client-reopen"),
]
