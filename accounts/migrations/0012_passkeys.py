"""Passkeys of accounts."""

import core.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_sign_in_codes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Passkey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', core.fields.EncryptedTextField(verbose_name='name')),
                ('credential', core.fields.EncryptedTextField()),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('sign_count', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('copied_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passkeys', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'passkey',
                'indexes': [models.Index(fields=['user', '-created_at'], name='passkey_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sign_count__gte', 0)), name='passkey_counts_up')],
            },
        ),
    ]
