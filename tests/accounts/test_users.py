from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Language, Role
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import AuditEvent, User
from accounts.services.users import change_role, create_user, deactivate_user, reactivate_user, set_language
from tests.accounts.conftest import AT, PASSWORD

OTHERS = [role for role in Role if role != Role.ADMINISTRATOR]
NEW = {"email": "new@desk.example", "name": "New", "role": "MEMBER", "language": "fr"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(user: User) -> list[tuple[str, object, object]]:
    return list(AuditEvent.objects.all().about(user).values_list("verb", "before", "after"))


def test_create_user_by_an_administrator(administrator: User) -> None:
    user = create_user(email=" New@Desk.Example ", name="New", role="MEMBER", language="fr", by=administrator, at=AT)
    assert (user.email, user.role, user.language, user.has_usable_password()) == (
        "new@desk.example",
        "MEMBER",
        "fr",
        False,
    )
    assert told(user) == [("create user", None, NEW)]


def test_create_user_with_every_fault_named(administrator: User) -> None:
    with pytest.raises(Invalid) as caught:
        create_user(email="nobody", name=" ", role="KING", language="xx", by=administrator, at=AT)
    assert [(problem.pointer, problem.code) for problem in caught.value.problems] == [
        ("email", "email-invalid"),
        ("name", "name-missing"),
        ("role", "role-unknown"),
        ("language", "language-unknown"),
    ]


def test_create_user_twice(administrator: User) -> None:
    with pytest.raises(Conflict) as caught:
        create_user(email=administrator.email.upper(), name="x", role="MEMBER", by=administrator, at=AT)
    with translation.override("en"):
        assert caught.value.message == f"There is already a user with the address {administrator.email}."


@pytest.mark.parametrize("role", OTHERS)
def test_user_services_refused_to_everyone_else(person: Callable[[Role], User], role: Role) -> None:
    by, other = person(role), person(Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        create_user(email="a@b.example", name="a", role="MEMBER", by=by, at=AT)
    with pytest.raises(NotAllowed):
        change_role(other, role="MEMBER", by=by, at=AT)
    with pytest.raises(NotAllowed):
        deactivate_user(other, by=by, at=AT)
    with pytest.raises(NotAllowed):
        reactivate_user(other, by=by, at=AT)


def test_own_account_not_changed(administrator: User) -> None:
    with pytest.raises(NotAllowed) as caught:
        deactivate_user(administrator, by=administrator, at=AT)
    assert caught.value.code == "own-account"


def test_deactivate_user_ends_sessions_for_good(person: Callable[[Role], User], administrator: User) -> None:
    member = person(Role.MEMBER)
    browser = signed_in(member)
    page = reverse("jobs:list")
    assert browser.get(page).status_code == 403
    deactivate_user(member, by=administrator, at=AT, reason="left")
    assert browser.get(page).status_code == 302
    assert authenticate(email=member.email, password=PASSWORD) is None
    reactivate_user(member, by=administrator, at=AT)
    assert browser.get(page).status_code == 302
    assert told(member)[1:] == [
        ("deactivate user", {"is_active": True}, {"is_active": False}),
        ("reactivate user", {"is_active": False}, {"is_active": True}),
    ]


def test_change_role_ends_sessions(person: Callable[[Role], User], administrator: User) -> None:
    member = person(Role.MEMBER)
    browser = signed_in(member)
    assert change_role(member, role="SECRETARIAT", by=administrator, at=AT).role == "SECRETARIAT"
    assert browser.get(reverse("jobs:list")).status_code == 302
    assert told(member)[1:] == [("change role", {"role": "MEMBER"}, {"role": "SECRETARIAT"})]


def test_change_role_to_the_same_role(person: Callable[[Role], User], administrator: User) -> None:
    member = person(Role.MEMBER)
    assert change_role(member, role="MEMBER", by=administrator, at=AT).session_epoch == 0
    assert len(told(member)) == 1


@pytest.mark.parametrize(
    "values",
    [{"role": "KING"}, {"language": "de"}, {"email": "Upper@desk.example"}, {"name": ""}, {"is_service": True}],
)
def test_database_refuses_a_user(administrator: User, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=administrator.pk).update(**values)


@pytest.mark.parametrize("role", Role)
def test_users_page_by_role(person: Callable[[Role], User], role: Role) -> None:
    viewer = person(role)
    other = create_user(**NEW, by=None, at=AT)
    expected = 200 if role == Role.ADMINISTRATOR else 403
    browser = signed_in(viewer)
    pages = [reverse("accounts:users"), reverse("accounts:user-new")]
    pages += [reverse(name, args=[other.pk]) for name in ("accounts:user", "accounts:user-close")]
    assert [browser.get(page).status_code for page in pages] == [expected] * 4


def test_users_page_without_signing_in(db: None) -> None:
    assert Client().get(reverse("accounts:users")).status_code == 302


def test_users_page_adds_changes_closes_and_reopens(administrator: User) -> None:
    browser = signed_in(administrator)
    assert browser.post(reverse("accounts:user-new"), NEW).status_code == 302
    user = User.objects.get(email="new@desk.example")
    page = reverse("accounts:user", args=[user.pk])
    assert browser.post(page, {"role": "CHAIR"}).status_code == 302
    assert browser.post(reverse("accounts:user-close", args=[user.pk]), {"reason": "left"}).status_code == 302
    user.refresh_from_db()
    assert (user.role, user.is_active) == ("CHAIR", False)
    assert browser.post(reverse("accounts:user-reopen", args=[user.pk])).status_code == 302
    assert [verb for verb, _before, _after in told(user)] == [
        "create user",
        "change role",
        "deactivate user",
        "reactivate user",
    ]


def test_user_new_page_with_an_address_in_use(administrator: User) -> None:
    answer = signed_in(administrator).post(reverse("accounts:user-new"), {**NEW, "email": administrator.email})
    assert answer.status_code == 422
    assert f"There is already a user with the address {administrator.email}." in answer.content.decode()


def test_users_page_number_of_queries(administrator: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = signed_in(administrator)
    for count in (0, 29):
        for number in range(count):
            create_user(email=f"m{number}@desk.example", name=f"M{number}", role="MEMBER", by=None, at=AT)
        with django_assert_num_queries(4):
            assert browser.get(reverse("accounts:users")).status_code == 200


def test_users_page_finds_by_words(administrator: User) -> None:
    create_user(**NEW, by=None, at=AT)
    page = signed_in(administrator).get(reverse("accounts:users"), {"q": "new@"}).content.decode()
    assert ("new@desk.example" in page, administrator.email in page) == (True, False)


def test_language_kept_for_the_person(person: Callable[[Role], User]) -> None:
    member = person(Role.MEMBER)
    answer = signed_in(member).post(reverse("accounts:language"), {"language": "fr", "next": "/"})
    member.refresh_from_db()
    assert (answer.status_code, member.language) == (302, Language.FR)


def test_language_of_public_pages_not_kept(person: Callable[[Role], User]) -> None:
    member = person(Role.MEMBER)
    assert signed_in(member).post(reverse("accounts:language"), {"language": "de", "next": "/"}).status_code == 302
    member.refresh_from_db()
    assert member.language == Language.EN
    with pytest.raises(Invalid):
        set_language(member, language="de")


def test_sign_in_with_the_address_in_capitals(person: Callable[[Role], User]) -> None:
    member = person(Role.MEMBER)
    answer = Client().post(reverse("account_login"), {"login": member.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302
