"""A message may go to the system of somebody else."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_unread_first'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='channel',
            field=models.CharField(choices=[('site', 'Message on this site'), ('sms', 'SMS'), ('email', 'E-mail'), ('webhook', 'Webhook')], max_length=12),
        ),
        migrations.AlterField(
            model_name='outbox',
            name='channels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('site', 'Message on this site'), ('sms', 'SMS'), ('email', 'E-mail'), ('webhook', 'Webhook')], max_length=12), size=None),
        ),
    ]
