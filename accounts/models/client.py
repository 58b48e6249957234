from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest
from oauth2_provider.models import AbstractApplication, ApplicationManager

from accounts.enums import Scope
from accounts.models.user import User


def every_scope() -> list[str]:
    return list(Scope.values)


class ApiClient(AbstractApplication):  # type: ignore[misc]  # no types in django-oauth-toolkit
    """A machine of one holder or one service; it acts as its own service user, whose role decides what it may do."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="api_client")
    scopes = ArrayField(models.CharField(max_length=40), default=every_scope)
    last_used_at = models.DateTimeField(null=True, blank=True)

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


class TokenUse(models.Model):
    """When a token was last used, to the minute.

    No foreign key in the database: a token that ends while it is used must not keep its revocation from committing.
    """

    access_token = models.OneToOneField(
        "oauth2_provider.AccessToken",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="use",
        db_constraint=False,
    )
    last_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.access_token_id} at {self.last_used_at}"
