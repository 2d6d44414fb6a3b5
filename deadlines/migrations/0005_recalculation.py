import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Names only: the table keeps the name that it has."""

    dependencies = [("deadlines", "0004_recounts")]

    operations = [
        migrations.AlterModelTable(name="Recount", table="deadlines_recount"),
        migrations.RenameModel(old_name="Recount", new_name="Recalculation"),
        migrations.AlterField(
            model_name="recalculation",
            name="clock",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recalculations",
                to="deadlines.clock",
            ),
        ),
    ]
