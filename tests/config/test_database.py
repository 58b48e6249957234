import pytest
from django.db import connection


@pytest.mark.django_db
def test_database_of_the_tests_is_no_superusers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT usename, usesuper FROM pg_user WHERE usename = current_user")
        assert cursor.fetchone() == ("cart", False)
