"""A file is handed in by a party, which need have no account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PARTIES = """
UPDATE documents_document d SET uploaded_by_id = u.party_id
FROM accounts_user u WHERE u.id = d.uploaded_by_id
"""


def field(to: str, **more: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_received_sha256"),
        ("accounts", "0005_party_and_contact"),
    ]

    operations = [
        migrations.AlterField(
            "document", "uploaded_by", field(settings.AUTH_USER_MODEL, db_constraint=False)
        ),
        migrations.RunSQL(PARTIES, migrations.RunSQL.noop),
        migrations.AlterField("document", "uploaded_by", field("accounts.party")),
    ]
