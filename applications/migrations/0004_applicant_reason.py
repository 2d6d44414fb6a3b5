from django.db import migrations

import core.fields


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_work_list")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="applicant_reason",
            field=core.fields.EncryptedTextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
