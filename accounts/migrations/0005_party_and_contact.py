"""A party for each account, and a contact, not confirmed yet, for each phone."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

import core.fields

# One party for each account, which gets its number in the same statement.
PARTIES = """
WITH numbered AS (
    UPDATE accounts_user SET party_id = nextval(pg_get_serial_sequence('accounts_party', 'id'))
    RETURNING party_id)
INSERT INTO accounts_party (id) SELECT party_id FROM numbered;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def contacts(apps: Any, editor: Any) -> None:
    users = apps.get_model("accounts", "User").objects.using(editor.connection.alias)
    contact = apps.get_model("accounts", "Contact").objects.using(editor.connection.alias)
    with_phone = users.filter(phone_index__isnull=False).only("party_id", "phone", "phone_index")
    for user in with_phone.order_by("id").iterator(chunk_size=500):
        contact.create(
            party_id=user.party_id,
            channel="sms",
            address=user.phone,
            address_digest=user.phone_index,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_roles_end_once")]

    operations = [
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=Now(), editable=False)),
            ],
            options={"verbose_name": "party"},
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "SMS"), ("email", "E-mail")],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("address", core.fields.EncryptedTextField(verbose_name="address")),
                ("address_digest", models.BinaryField(editable=False, max_length=32)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="accounts.party",
                    ),
                ),
            ],
            options={"verbose_name": "contact"},
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("party", "channel", "address_digest"),
                name="open_contact_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["sms", "email"])),
                name="contact_of_known_channel",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["channel", "address_digest"],
                name="contact_by_address",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="party",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="user",
                to="accounts.party",
            ),
        ),
        migrations.RunSQL(PARTIES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="user",
            name="party",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="user",
                to="accounts.party",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("id__gt", 0)), name="account_number_above_zero"
            ),
        ),
        migrations.RunPython(contacts, migrations.RunPython.noop),
    ]
