"""The fee catalogue comes from grid with its table: only the state changes."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

import money.catalogue


class Migration(migrations.Migration):
    initial = True

    dependencies = [("grid", "0002_keep"), ("publishing", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="FeeItem",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("source", models.CharField(max_length=300)),
                        ("code", models.CharField(max_length=32)),
                        ("item", models.CharField(max_length=120)),
                        ("payer", models.CharField(max_length=300)),
                        ("unit", models.CharField(max_length=40)),
                        ("rate", models.DecimalField(decimal_places=4, max_digits=14)),
                        ("nature", models.CharField(choices=[("government_set", "Set by government"), ("government_guided", "Guided by government"), ("market", "Set by the market")], max_length=20)),
                        ("legal_basis", models.CharField(max_length=300)),
                        ("from_date", models.DateField()),
                        ("until_date", models.DateField(blank=True, null=True)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        ("publication", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.publication")),
                        ("replaced_in", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.publication")),
                    ],
                    options={
                        "db_table": "grid_feeitem",
                        "ordering": ("code", "from_date", "id"),
                        "indexes": [models.Index(condition=models.Q(("replaced_in__isnull", True)), fields=["code", "from_date", "id"], name="fee_order")],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(("replaced_in__isnull", True)), expressions=[("code", "="), (money.catalogue.DateRange("from_date", "until_date"), "&&")], name="fee_ranges_do_not_overlap"),
                            models.CheckConstraint(condition=models.Q(("rate__gte", 0)), name="fee_rate_not_negative"),
                            models.CheckConstraint(condition=models.Q(("until_date__isnull", True), ("until_date__gte", models.F("from_date")), _connector="OR"), name="fee_from_before_until"),
                            models.CheckConstraint(condition=models.Q(models.Q(("legal_basis", ""), _negated=True), models.Q(("source", ""), _negated=True), models.Q(("code", ""), _negated=True)), name="fee_has_basis_and_source"),
                            models.CheckConstraint(condition=models.Q(("nature__in", ["government_set", "government_guided", "market"])), name="fee_nature_known"),
                        ],
                    },
                ),
            ]
        )
    ]
