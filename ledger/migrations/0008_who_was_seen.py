"""How often names were seen is counted by the day, and read the whole record for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_keys_of_the_owner")]

    operations = [
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["at"],
                include=["actor_role", "actor_district"],
                condition=models.Q(type="case.identity_shown"),
                name="entry_shown",
            ),
        ),
    ]
