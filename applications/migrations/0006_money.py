"""Fee items are of the app money now, in the same table: only the state changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0005_two_high_voltage_machines"), ("money", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="charge",
                    name="fee_item",
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="money.feeitem"),
                ),
            ]
        )
    ]
