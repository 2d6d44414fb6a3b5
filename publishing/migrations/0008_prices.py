"""The published table of the retail prices of electricity."""

from django.db import migrations, models

KINDS = [
    ("fees", "Fee catalogue"),
    ("payees", "Payees"),
    ("prices", "Price policies"),
    ("capacity", "Open capacity"),
    ("areas", "Areas of the map"),
    ("points", "Connection points"),
    ("rental", "Temporary supply for rent"),
    ("outages", "Outages"),
    ("customers", "Customers served"),
    ("roads", "Roads that may not be dug"),
]


class Migration(migrations.Migration):
    dependencies = [("publishing", "0007_checked")]

    operations = [
        migrations.RemoveConstraint("publication", "publication_kind_known"),
        *(
            migrations.AlterField(model, "kind", models.CharField(choices=KINDS, max_length=12))
            for model in ("draft", "publication")
        ),
        migrations.AddConstraint(
            "publication",
            models.CheckConstraint(
                condition=models.Q(kind__in=[code for code, _words in KINDS]),
                name="publication_kind_known",
            ),
        ),
    ]
