"""Tokens for tests, issued by the real service."""

from datetime import timedelta

from accounts.clock import now
from accounts.enums import Role
from accounts.models import ApiClient, User
from accounts.services.clients import issue_token
from accounts.services.users import create_user


def make_token(user: User, *scopes: str) -> str:
    """A bearer token whose client acts as this user."""
    admin = User.objects.filter(role=Role.ADMINISTRATOR).first() or create_user(
        email="admin@test.example",
        name="Test admin",
        role=Role.ADMINISTRATOR,
        language="en",
        password="a long test password",  # a password of a test
        by=None,
        at=now(),
    )
    client, _ = ApiClient.objects.get_or_create(
        client_id=f"test-{user.pk}",
        defaults={
            "name": "test",
            "user": user,
            "client_type": ApiClient.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": ApiClient.GRANT_CLIENT_CREDENTIALS,
        },
    )
    return issue_token(client, scopes=scopes, by=admin, at=now(), expires_in=timedelta(hours=1)).token
