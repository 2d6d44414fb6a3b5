"""Answers belong to a party or a session: those of accounts to the account's party.

Answers to nobody (0) were open to every stranger, and are forgotten.
"""

from django.db import migrations, models

OWNERS = """
UPDATE core_idempotentanswer a SET owner = 'party:' || u.party_id
FROM accounts_user u WHERE u.id = a.actor;
DELETE FROM core_idempotentanswer WHERE owner = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_kept_as_written"),
        ("accounts", "0005_party_and_contact"),
    ]

    operations = [
        migrations.AddField(
            model_name="idempotentanswer",
            name="owner",
            field=models.CharField(default="", max_length=80),
            preserve_default=False,
        ),
        migrations.RunSQL(OWNERS, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="idempotentanswer", name="one_answer_per_key"),
        migrations.RemoveField(model_name="idempotentanswer", name="actor"),
        migrations.AddConstraint(
            model_name="idempotentanswer",
            constraint=models.UniqueConstraint(
                fields=("owner", "route", "key"), name="one_answer_per_key"
            ),
        ),
    ]
