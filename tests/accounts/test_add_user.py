from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

FIRST = ("First@desk.example", "--name", "First", "--role", "ADMINISTRATOR", "--language", "fr")


def test_add_user_command_makes_the_first_administrator(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("correct horse battery staple\n"))
    call_command("add_user", *FIRST, stdout=StringIO())
    user = User.objects.get()
    assert (user.email, user.name, user.role, user.language) == ("first@desk.example", "First", "ADMINISTRATOR", "fr")
    assert user.check_password("correct horse battery staple")


def test_add_user_command_with_a_weak_password(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("password\n"))
    with pytest.raises(CommandError):
        call_command("add_user", *FIRST)
    assert User.objects.count() == 0
