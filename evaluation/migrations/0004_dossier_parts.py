import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("evaluation", "0003_minutes_and_differences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pack",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("inputs_sha256", models.CharField(max_length=64)),
                ("language", models.CharField(choices=[("nl", "Dutch"), ("fr", "French")], max_length=2)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("pages", models.PositiveIntegerField()),
                ("bound_at", models.DateTimeField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs", to="applications.batch"
                    ),
                ),
                ("dossiers", models.ManyToManyField(related_name="packs", to="evaluation.dossier")),
            ],
            options={
                "ordering": ["batch", "bound_at"],
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="revocation",
                        serialize=False,
                        to="evaluation.dossier",
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VerifyCode",
            fields=[
                ("code", models.CharField(editable=False, max_length=32, primary_key=True, serialize=False)),
                ("template_version", models.CharField(max_length=20)),
                ("language", models.CharField(choices=[("nl", "Dutch"), ("fr", "French")], max_length=2)),
                ("address", models.URLField(max_length=300)),
                ("drawn_at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verify_codes",
                        to="evaluation.applicationassessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AnnexVolume",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("inputs_sha256", models.CharField(max_length=64)),
                ("language", models.CharField(choices=[("nl", "Dutch"), ("fr", "French")], max_length=2)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("pages", models.PositiveIntegerField()),
                ("unreadable", models.PositiveIntegerField()),
                ("bound_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annex_volumes",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "ordering": ["application", "bound_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "inputs_sha256"), name="annex_volume_once"),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["nl", "fr"])), name="annex_volume_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("inputs_sha256__regex", "^[0-9a-f]{64}$"), ("sha256__regex", "^[0-9a-f]{64}$")
                        ),
                        name="annex_volume_sha256",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="annexvolume",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="661dd46109f1ac4172f85980cae531c81fcb0f10",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_never_changed_a0661",
                    table="evaluation_annexvolume",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="annexvolume",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="fd759f9a6a0a7f9337d5b00d12369c89ff8a4ca5",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_f13a8",
                    table="evaluation_annexvolume",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="pack",
            constraint=models.UniqueConstraint(fields=("batch", "inputs_sha256"), name="pack_once"),
        ),
        migrations.AddConstraint(
            model_name="pack",
            constraint=models.CheckConstraint(condition=models.Q(("language__in", ["nl", "fr"])), name="pack_language"),
        ),
        migrations.AddConstraint(
            model_name="pack",
            constraint=models.CheckConstraint(
                condition=models.Q(("inputs_sha256__regex", "^[0-9a-f]{64}$"), ("sha256__regex", "^[0-9a-f]{64}$")),
                name="pack_sha256",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pack",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="958e6a5d57fa35de15214c410e352606cbb188ac",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_never_changed_764db",
                    table="evaluation_pack",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pack",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="d45dd4412b3624929ac8d81e71f4469e435e6102",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_9a40b",
                    table="evaluation_pack",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="revocation_reason"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revocation",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2494aeed85e18f8f1bf9955b3edbc7e73ac6dbc4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_never_changed_13937",
                    table="evaluation_revocation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revocation",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="8a8cb3b1fdbbaf73934f6baa1306e70b67e25547",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_304d6",
                    table="evaluation_revocation",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="verifycode",
            constraint=models.UniqueConstraint(
                fields=("assessment", "template_version", "language"), name="verify_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="verifycode",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9a-f]{32}$")), name="verify_code_hex"
            ),
        ),
        migrations.AddConstraint(
            model_name="verifycode",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["nl", "fr"])), name="verify_code_language"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="verifycode",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="18577481a3a3db17d1b5e5067e6e2a6b51dc4db8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_never_changed_95c13",
                    table="evaluation_verifycode",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="verifycode",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="54df52c702b984d1a9961620b5e7f2f49de75444",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_48ead",
                    table="evaluation_verifycode",
                    when="BEFORE",
                ),
            ),
        ),
    ]
