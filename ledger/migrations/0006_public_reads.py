"""What the public pages of the record look up: a leaf by its hash, days, a witness's newest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_integration")]

    operations = [
        migrations.AddIndex("leaf", models.Index(fields=["hash"], name="leaf_by_hash")),
        migrations.AddIndex(
            "checkpoint", models.Index(fields=["signed_at", "id"], name="checkpoint_by_time")
        ),
        migrations.AddIndex(
            "cosignature", models.Index(fields=["vkey", "id"], name="cosignature_by_key")
        ),
    ]
