import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.enums import PERMISSIONS, Language, Role


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User | AnonymousUser") -> "UserQuerySet":
        """Administrators see every user, everyone else only themselves."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.all() if user.role == Role.ADMINISTRATOR else self.filter(pk=user.pk)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User | AnonymousUser") -> UserQuerySet:
        return self.get_queryset().visible_to(user)


class User(AbstractBaseUser):
    """A person, or the service user that an API client acts as; signs in with the e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.NL)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_service = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(name="accounts_user_role", condition=models.Q(role__in=Role.values)),
            models.CheckConstraint(name="accounts_user_language", condition=models.Q(language__in=Language.values)),
            models.CheckConstraint(name="accounts_user_email_lower", condition=models.Q(email=Lower("email"))),
            models.CheckConstraint(name="accounts_user_name_given", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="accounts_user_service_has_no_password",
                condition=models.Q(is_service=False) | models.Q(("password__startswith", "!")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Say whether the role carries a permission that a lower app asks for by name."""
        return self.is_active and self.role in PERMISSIONS.get(perm, ())

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session ends when the password changes or the epoch moves on, whatever stores the sessions."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.models.User.session", value, secret=secret, algorithm="sha256").hexdigest()
