"""Publications are of the app publishing now, in the same table: only the state changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reliability", "0002_keep"), ("publishing", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="outage",
                    name="publication",
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.publication"),
                ),
                migrations.AlterField(
                    model_name="outage",
                    name="replaced_in",
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.publication"),
                ),
                migrations.AlterField(
                    model_name="customersserved",
                    name="publication",
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.publication"),
                ),
                migrations.AlterField(
                    model_name="customersserved",
                    name="replaced_in",
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="publishing.publication"),
                ),
            ]
        )
    ]
