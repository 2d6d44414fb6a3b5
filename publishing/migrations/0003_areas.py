"""One published table more: the areas of the map by room left."""

from django.db import migrations, models

KINDS = [
    ("fees", "Fee catalogue"),
    ("capacity", "Open capacity"),
    ("outages", "Outages"),
    ("customers", "Customers served"),
    ("roads", "Roads that may not be dug"),
    ("areas", "Areas of the map"),
]


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_roads")]

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
