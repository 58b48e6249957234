"""What the desk is measured against: a bare COPY of the same rows, and the usual serializer of the framework."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

import psycopg

from benchmarks.bulk.rows import Booked

TABLE: Final = "centres_allograftcount"
COPY: Final = (
    f"COPY {TABLE} (vintage_id, centre_id, hospital_id, year, nomenclature_code, acts, acts_paediatric) FROM STDIN"
)
NEW_VINTAGE: Final = (
    "INSERT INTO centres_vintage (id, kind, delivered_on, source, loaded_by_id, loaded_at)"
    " SELECT gen_random_uuid(), 'ALLOGRAFTS', '2020-01-01', 'benchmark', id, now() FROM accounts_user LIMIT 1"
    " RETURNING id::text"
)


def seconds_of_copy(database: psycopg.Connection, rows: Sequence[Booked], keys: Mapping[str, str]) -> float:
    """From the first row given to psycopg to the commit, all keys known beforehand; the rows are taken away again."""
    named = [(keys[site], year, code, acts, paed) for site, year, code, acts, paed in rows]
    start = time.perf_counter()
    with database.transaction(), database.cursor() as cursor:
        vintage = cursor.execute(NEW_VINTAGE).fetchone()
        assert vintage is not None
        with cursor.copy(COPY) as copy:
            for site, year, code, acts, paed in named:
                copy.write_row((vintage[0], site, None, year, code, acts, paed))
    taken = time.perf_counter() - start
    clear(database)
    return taken


def clear(database: psycopg.Connection) -> None:
    """Each measurement finds the same table: what it wrote before is taken away, as is what it left behind."""
    database.execute(f"DELETE FROM {TABLE} WHERE year BETWEEN 2010 AND 2019")  # noqa: S608  # a name of our own
    database.execute("DELETE FROM applications_uploadrow")
    database.execute(f"VACUUM ANALYZE {TABLE}")
    database.execute("VACUUM ANALYZE applications_uploadrow")


def seconds_of_serializer(rows: Sequence[Booked]) -> float:
    """A ModelSerializer(many=True) as the framework makes it from the model, then bulk_create; rolled back."""
    from django.db import transaction
    from rest_framework import serializers

    from centres.models import AllograftCount, Centre, Vintage

    class CountSerializer(serializers.ModelSerializer[AllograftCount]):
        centre = serializers.SlugRelatedField(slug_field="site_number", queryset=Centre.objects.all())

        class Meta:
            model = AllograftCount
            fields = ("vintage", "centre", "hospital", "year", "nomenclature_code", "acts", "acts_paediatric")

    vintage = Vintage.objects.filter(kind="ALLOGRAFTS").first()
    assert vintage is not None
    names = ("centre", "year", "nomenclature_code", "acts", "acts_paediatric")
    data = [dict(zip(names, row, strict=True)) | {"vintage": vintage.pk, "hospital": None} for row in rows]
    start = time.perf_counter()
    with transaction.atomic():
        serializer = CountSerializer(data=data, many=True)
        serializer.is_valid(raise_exception=True)
        AllograftCount.objects.bulk_create(AllograftCount(**each) for each in serializer.validated_data)
        taken = time.perf_counter() - start
        transaction.set_rollback(True)
    return taken
