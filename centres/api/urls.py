from django.urls import path

from centres.api import client, registers, webhooks

urlpatterns = [
    path("allografts", registers.AllograftsView.as_view(), name="allografts"),
    path("centres", registers.CentresView.as_view(), name="centres"),
    path("centres/<str:site_number>", registers.CentreView.as_view(), name="centre"),
    path("certificates", registers.CertificatesView.as_view(), name="certificates"),
    path("client", client.OwnClientView.as_view(), name="client"),
    path("listings", registers.ListingsView.as_view(), name="listings"),
    path("products", registers.ProductsView.as_view(), name="products"),
    path("realised-treatments", registers.TreatmentsView.as_view(), name="realised-treatments"),
    path("vintages", registers.VintagesView.as_view(), name="vintages"),
    path("webhooks", webhooks.WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<uuid:endpoint_id>", webhooks.WebhookView.as_view(), name="webhook"),
    path("webhooks/<uuid:endpoint_id>/secret", webhooks.SecretView.as_view(), name="webhook-secret"),
    path("webhooks/<uuid:endpoint_id>/switch-on", webhooks.SwitchOnView.as_view(), name="webhook-switch-on"),
    path("webhooks/<uuid:endpoint_id>/deliveries", webhooks.DeliveriesView.as_view(), name="webhook-deliveries"),
    path(
        "webhooks/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay",
        webhooks.ReplayView.as_view(),
        name="webhook-replay",
    ),
]
