"""A case is filed by a party, which need have no account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PARTIES = """
UPDATE applications_application a SET filed_by_id = u.party_id
FROM accounts_user u WHERE u.id = a.filed_by_id
"""


def field(to: str, **more: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="applications", to=to, **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0012_case_facts"),
        ("accounts", "0005_party_and_contact"),
    ]

    operations = [
        migrations.AlterField(
            "application", "filed_by", field(settings.AUTH_USER_MODEL, db_constraint=False)
        ),
        migrations.RunSQL(PARTIES, migrations.RunSQL.noop),
        migrations.AlterField("application", "filed_by", field("accounts.party")),
        migrations.RenameIndex(
            "application", old_name="case_of_account", new_name="case_of_party"
        ),
    ]
