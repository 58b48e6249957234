import hashlib
import json

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_stated_values(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was resolved before sources were kept: the values that were stated, without who and where."""
    for row in apps.get_model("evaluation", "Resolution").objects.select_related("centre", "batch"):
        about = {"kind": "STATED", "field": row.field, "key": row.key, "site": row.centre.site_number}
        about |= {"batch": f"{row.batch.year}-{row.batch.half:02d}"}
        row.sources = [about | {"value": value, "who": "", "at": None} for value in row.sources]
        told = json.dumps(row.sources, sort_keys=True, separators=(",", ":"))
        row.sources_sha256 = hashlib.sha256(told.encode()).hexdigest()
        row.save(update_fields=["sources", "sources_sha256"])


KINDS = [
    ("STATEMENTS", "files state different things"),
    ("NO_CERTIFICATE", "one file states a certificate, another that there is none"),
    ("REGISTER", "the certificate differs from the register"),
    ("NUMBER_ELSEWHERE", "the number of the certificate belongs to another site too"),
    ("DECLARED", "the hospital's own count differs from the booked figure"),
    ("TOTALS", "a part is greater than the whole"),
    ("EARLIER", "an earlier batch has another value"),
    ("SAME_FILE", "the same document proves two sites"),
    ("SAME_REFERENCE", "two sites count patients under one reference"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("centres", "0001_initial"),
        ("evaluation", "0002_rescoring"),
    ]

    operations = [
        migrations.RenameField(model_name="resolution", old_name="stated_values", new_name="sources"),
        migrations.AddField(
            model_name="resolution",
            name="kind",
            field=models.CharField(choices=KINDS, default="STATEMENTS", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="resolution",
            name="sources_sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AlterField(model_name="resolution", name="chosen_value", field=models.JSONField(null=True)),
        migrations.RunPython(keep_stated_values, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _label in KINDS]), name="resolution_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.CheckConstraint(
                condition=models.Q(sources_sha256__regex=r"^[0-9a-f]{64}$"), name="resolution_sha256"
            ),
        ),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.UniqueConstraint(
                condition=~models.Q(kind__in=("STATEMENTS", "NO_CERTIFICATE")),
                fields=("batch", "sources_sha256"),
                name="resolution_once",
            ),
        ),
        migrations.RemoveField(model_name="bureauruling", name="minutes"),
        migrations.AddField(
            model_name="bureauruling",
            name="minutes_file_name",
            field=models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="bureauruling",
            name="minutes_sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="bureauruling",
            name="minutes_size",
            field=models.PositiveBigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="bureauruling",
            name="minutes_pages",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="bureauruling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes_pages__gte", 1),
                    ("minutes_sha256__regex", r"^[0-9a-f]{64}$"),
                    ("minutes_size__gte", 1),
                    models.Q(("minutes_file_name", ""), _negated=True),
                ),
                name="bureau_ruling_keeps_its_minutes",
            ),
        ),
    ]
