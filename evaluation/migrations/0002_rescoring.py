import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("evaluation", "0001_initial"),
        ("jobs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RescoredBallot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome_before", models.CharField(max_length=20)),
                ("outcome_after", models.CharField(max_length=20)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RescoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.PositiveIntegerField(blank=True, null=True)),
                ("outcome_before", models.CharField(max_length=20)),
                ("outcome_after", models.CharField(blank=True, max_length=20)),
                ("changes", models.JSONField(blank=True, default=dict)),
                ("refused", models.JSONField(blank=True, default=list)),
            ],
            options={
                "ordering": ["value", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Rescoring",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("VERSION", "another version of the criteria"),
                            ("DATE", "another reference date"),
                            ("READING", "another reading"),
                            ("MINIMUM", "another minimum of transplantations"),
                        ],
                        max_length=10,
                    ),
                ),
                ("criteria_version", models.CharField(blank=True, max_length=20)),
                ("reference_on", models.DateField(blank=True, null=True)),
                ("reading", models.CharField(blank=True, max_length=10)),
                ("option", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("criterion", models.CharField(blank=True, max_length=10)),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("with_superseded", models.BooleanField(default=False)),
                ("for_register", models.BooleanField(default=False)),
                ("requested_at", models.DateTimeField()),
                ("idempotency_key", models.CharField(blank=True, max_length=255)),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-requested_at", "reading", "option"],
            },
        ),
        migrations.AddField(
            model_name="rescoredballot",
            name="ballot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluation.ballot"
            ),
        ),
        migrations.AddField(
            model_name="rescoredfile",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="applications.application"
            ),
        ),
        migrations.AddField(
            model_name="rescoredfile",
            name="assessment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="evaluation.applicationassessment",
            ),
        ),
        migrations.AddField(
            model_name="rescoring",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.batch",
            ),
        ),
        migrations.AddField(
            model_name="rescoring",
            name="job",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"),
        ),
        migrations.AddField(
            model_name="rescoring",
            name="requested_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rescoredfile",
            name="rescoring",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="evaluation.rescoring"
            ),
        ),
        migrations.AddField(
            model_name="rescoredballot",
            name="rescoring",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="ballots", to="evaluation.rescoring"
            ),
        ),
        migrations.AddConstraint(
            model_name="rescoring",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["VERSION", "DATE", "READING", "MINIMUM"])), name="rescoring_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="rescoring",
            constraint=models.UniqueConstraint(
                condition=models.Q(("idempotency_key", ""), _negated=True),
                fields=("requested_by", "idempotency_key"),
                name="rescoring_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rescoring",
            constraint=models.UniqueConstraint(
                condition=models.Q(("for_register", True)),
                fields=("job", "reading", "option"),
                name="rescoring_register_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rescoring",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "VERSION"), models.Q(("criteria_version", ""), _negated=True)),
                    models.Q(("kind", "DATE"), ("reference_on__isnull", False)),
                    models.Q(("kind", "READING"), ("option__isnull", False), models.Q(("reading", ""), _negated=True)),
                    models.Q(("kind", "MINIMUM"), ("values__len__gt", 0), models.Q(("criterion", ""), _negated=True)),
                    _connector="OR",
                ),
                name="rescoring_says_what_differs",
            ),
        ),
        migrations.AddConstraint(
            model_name="rescoredfile",
            constraint=models.UniqueConstraint(
                fields=("rescoring", "application", "assessment", "value"),
                name="rescored_file_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="rescoredfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("outcome_after", ""), _negated=True), ("refused", [])),
                    models.Q(("outcome_after", ""), models.Q(("refused", []), _negated=True)),
                    _connector="OR",
                ),
                name="rescored_file_judged_or_refused",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rescoredfile",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="402600af9cedd43efd37112c48c32ecee1a7487d",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_18040",
                    table="evaluation_rescoredfile",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rescoredballot",
            constraint=models.UniqueConstraint(fields=("rescoring", "ballot"), name="rescored_ballot_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rescoredballot",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="5e9941d62d7d897dd301f5382759479ce37b1987",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_08a91",
                    table="evaluation_rescoredballot",
                    when="BEFORE",
                ),
            ),
        ),
    ]
