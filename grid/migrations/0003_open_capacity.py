"""Only open capacity stays here; the other tables belong to publishing and money now."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grid", "0002_keep"),
        ("publishing", "0001_initial"),
        ("money", "0001_initial"),
        # Nothing may name the old models when they leave the state.
        ("reliability", "0003_publishing"),
        ("applications", "0006_money"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="capacityrow",
                    name="publication",
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.publication"),
                ),
                migrations.AlterField(
                    model_name="capacityrow",
                    name="replaced_in",
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.publication"),
                ),
                migrations.DeleteModel(name="FeeItem"),
                migrations.DeleteModel(name="Draft"),
                migrations.DeleteModel(name="Publication"),
            ]
        )
    ]
