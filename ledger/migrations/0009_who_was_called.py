"""How often phones were seen is counted beside how often names were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_who_was_seen")]

    operations = [
        migrations.RemoveIndex("entry", "entry_shown"),
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["at"],
                include=["actor_role", "actor_district"],
                condition=models.Q(type__in=["case.identity_shown", "case.phone_shown"]),
                name="entry_shown",
            ),
        ),
    ]
