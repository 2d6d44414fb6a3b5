"""Who looks for accounts types how a username begins, and lists them in its order.

An index serves both where letters are compared by their codes alone; usernames are plain ones.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_codes_and_links")]

    operations = [
        migrations.AlterField(
            "user",
            "username",
            models.CharField(
                db_collation="C", max_length=60, unique=True, verbose_name="username"
            ),
        )
    ]
