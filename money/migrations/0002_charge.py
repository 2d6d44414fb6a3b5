"""Charges come from applications with their table: only the state changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_money"), ("money", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Charge",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("quantity", models.DecimalField(decimal_places=2, max_digits=12)),
                        ("amount_yuan", models.DecimalField(decimal_places=2, max_digits=12)),
                        ("payee", models.CharField(max_length=120)),
                        ("payee_affiliated", models.BooleanField()),
                        ("entered_at", models.DateTimeField()),
                        ("application", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="applications.application")),
                        ("fee_item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.feeitem")),
                    ],
                    options={
                        "db_table": "applications_charge",
                        "indexes": [models.Index(fields=["application", "id"], name="charge_of_case")],
                        "constraints": [models.CheckConstraint(condition=models.Q(("amount_yuan__gte", 0), ("quantity__gt", 0), models.Q(("payee", ""), _negated=True)), name="charge_has_amount_and_payee")],
                    },
                ),
            ]
        )
    ]
