"""Charges are of the app money now, in the same table: only the state changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_money"), ("money", "0002_charge")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Charge")])
    ]
