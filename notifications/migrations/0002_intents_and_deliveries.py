"""An outbox row becomes an intent for a party; what becomes of it stands in its deliveries."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import core.fields

PARTIES = """
UPDATE notifications_outbox o SET recipient_id = u.party_id FROM accounts_user u
WHERE u.id = o.recipient_id;
UPDATE notifications_message m SET recipient_id = u.party_id FROM accounts_user u
WHERE u.id = m.recipient_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
# What a process has claimed just now is claimed again: the site shows a message once.
DELIVERIES = """
INSERT INTO notifications_delivery
    (outbox_id, key, channel, address, digest, language, state, reason, said, provider, provider_id,
     tries, asked, due_at, sent_at, confirmed_at)
SELECT id, gen_random_uuid(), channel, '', ''::bytea, 'zh-hans',
    CASE state WHEN 'sent' THEN 'confirmed' WHEN 'leased' THEN 'pending' ELSE state END,
    CASE state WHEN 'parked' THEN 'tries' ELSE '' END, '', '', '', tries, 0,
    CASE WHEN state IN ('pending', 'leased') THEN now() END, sent_at, sent_at
FROM notifications_outbox;
UPDATE notifications_outbox SET planned_at = now(), channels = ARRAY[channel];
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_party_and_contact"),
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("site", "Message on this site"),
                            ("sms", "SMS"),
                            ("email", "E-mail"),
                        ],
                        max_length=12,
                    ),
                ),
                ("address", core.fields.EncryptedTextField(blank=True, default="")),
                ("digest", models.BinaryField(default=b"", max_length=32)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("leased", "Being sent"),
                            ("sent", "Sent"),
                            ("confirmed", "Arrived"),
                            ("unknown", "Perhaps sent"),
                            ("parked", "Given up"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("tries", "Tried too often"),
                            ("refused", "Refused by the provider"),
                            ("undelivered", "The provider could not deliver it"),
                            ("template", "The vendor has no template for this text"),
                            ("expired", "Too late to be of use"),
                            ("lost", "The process that sent it was stopped"),
                            ("no_answer", "The provider did not answer"),
                            ("strange_answer", "The provider's answer made no sense"),
                            ("unreachable", "The provider could not be reached"),
                            ("busy", "The provider took no more"),
                            ("failed", "The message could not be made"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("said", models.CharField(blank=True, default="", max_length=60)),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("provider_id", models.CharField(blank=True, default="", max_length=80)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("asked", models.PositiveSmallIntegerField(default=0)),
                ("parts", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("billed", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "due_at",
                    models.DateTimeField(
                        blank=True, db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("began_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
            },
        ),
        migrations.CreateModel(
            name="Preference",
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
                        choices=[
                            ("site", "Message on this site"),
                            ("sms", "SMS"),
                            ("email", "E-mail"),
                        ],
                        max_length=12,
                    ),
                ),
                ("wanted", models.BooleanField()),
            ],
            options={
                "verbose_name": "choice of a channel",
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="outbox",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="notifications.outbox",
            ),
        ),
        migrations.AddField(
            model_name="preference",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.party"
            ),
        ),
        migrations.RemoveConstraint(
            model_name="outbox",
            name="outbox_once",
        ),
        migrations.RemoveConstraint(
            model_name="outbox",
            name="outbox_sent_has_time",
        ),
        migrations.RemoveConstraint(
            model_name="outbox",
            name="outbox_lease_has_end",
        ),
        migrations.RemoveIndex(
            model_name="outbox",
            name="outbox_pending",
        ),
        migrations.RemoveIndex(
            model_name="outbox",
            name="outbox_leased",
        ),
        migrations.AddField(
            model_name="outbox",
            name="channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("site", "Message on this site"), ("sms", "SMS"), ("email", "E-mail")],
                    max_length=12,
                ),
                default=list,
                size=None,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="outbox",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="outbox",
            name="planned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="outbox",
            name="secret",
            field=core.fields.EncryptedTextField(blank=True, default=""),
        ),
        migrations.RunSQL(DELIVERIES, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="outbox",
            name="channel",
        ),
        migrations.RemoveField(
            model_name="outbox",
            name="leased_until",
        ),
        migrations.RemoveField(
            model_name="outbox",
            name="sent_at",
        ),
        migrations.RemoveField(
            model_name="outbox",
            name="state",
        ),
        migrations.RemoveField(
            model_name="outbox",
            name="tries",
        ),
        migrations.AlterField(
            model_name="outbox",
            name="recipient",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="recipient",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(PARTIES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="message",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="accounts.party",
            ),
        ),
        migrations.AlterField(
            model_name="outbox",
            name="case_ref",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="outbox",
            name="recipient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.party",
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("planned_at", None)), fields=["id"], name="outbox_unplanned"
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("secret", ""), _negated=True),
                fields=["expires_at"],
                name="outbox_secret_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.UniqueConstraint(
                fields=("kind", "subject_kind", "subject_id", "version", "recipient"),
                name="outbox_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("secret", ""), ("expires_at__isnull", False), _connector="OR"),
                name="outbox_secret_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["channel", "due_at", "id"],
                name="delivery_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "leased")),
                fields=["leased_until"],
                name="delivery_leased",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("state__in", ["sent", "unknown"])),
                fields=["due_at"],
                name="delivery_to_ask",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["parked", "unknown"])),
                fields=["-id"],
                name="delivery_in_trouble",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("outbox", "channel", "digest"), name="delivery_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("leased_until__isnull", False), ("state", "leased")),
                    models.Q(models.Q(("state", "leased"), _negated=True), ("leased_until", None)),
                    _connector="OR",
                ),
                name="delivery_lease_has_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state__in", ["sent", "confirmed"])),
                    models.Q(("state__in", ["sent", "confirmed"]), _negated=True),
                    _connector="OR",
                ),
                name="delivery_sent_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", False), ("state", "confirmed")),
                    models.Q(
                        models.Q(("state", "confirmed"), _negated=True), ("confirmed_at", None)
                    ),
                    _connector="OR",
                ),
                name="delivery_arrived_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "pending"), _negated=True),
                    ("due_at__isnull", False),
                    _connector="OR",
                ),
                name="delivery_waits_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["leased", "confirmed", "parked"]), _negated=True),
                    ("due_at", None),
                    _connector="OR",
                ),
                name="delivery_ended_is_not_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["parked", "unknown"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="delivery_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(fields=("party", "channel"), name="preference_once"),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel", "site"), _negated=True),
                name="preference_not_of_the_site",
            ),
        ),
    ]
