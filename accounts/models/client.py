from typing import ClassVar

from django.db import models
from django.http import HttpRequest
from oauth2_provider.models import AbstractApplication, ApplicationManager

from accounts.models.user import User


class ApiClient(AbstractApplication):  # type: ignore[misc]  # no types in django-oauth-toolkit
    """A machine of one holder or one service; it acts as its own service user, whose role decides what it may do."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="api_client")

    objects: ClassVar[ApplicationManager] = ApplicationManager()

    class Meta:
        ordering = ["client_id"]
        constraints = [
            models.CheckConstraint(
                name="accounts_apiclient_client_credentials_only",
                condition=models.Q(authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS),
            ),
            models.CheckConstraint(
                name="accounts_apiclient_confidential_only",
                condition=models.Q(client_type=AbstractApplication.CLIENT_CONFIDENTIAL, hash_client_secret=True),
            ),
        ]

    def is_usable(self, request: HttpRequest | None) -> bool:
        return bool(self.user.is_active)
