"""Links with identity services, consents to face checks; a confirmed identity only ends, empty."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

ENDS = """
CREATE TRIGGER identity_only_ends BEFORE UPDATE ON accounts_confirmedidentity FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.id_digest <> '')
    EXECUTE FUNCTION kept_as_written();
"""
UNDO = """
DROP TRIGGER identity_only_ends ON accounts_confirmedidentity;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_confirmed_identity'),
        ('core', '0003_kept_as_written'),
    ]

    operations = [
        migrations.CreateModel(
            name='FaceConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(max_length=40)),
                ('given_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'consent to a face check',
            },
        ),
        migrations.CreateModel(
            name='IdentityLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(max_length=40)),
                ('subject_digest', models.BinaryField(max_length=32)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'link with an identity service',
            },
        ),
        migrations.AddConstraint(
            model_name='confirmedidentity',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(('id_number', ''), ('name', '')), _connector='XOR'), name='ended_identity_is_empty'),
        ),
        migrations.AddField(
            model_name='faceconsent',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='face_consents', to='accounts.party'),
        ),
        migrations.AddField(
            model_name='identitylink',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identity_links', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='faceconsent',
            index=models.Index(fields=['party', '-given_at'], name='face_consents_of_party'),
        ),
        migrations.AddConstraint(
            model_name='identitylink',
            constraint=models.UniqueConstraint(fields=('service', 'subject_digest'), name='subject_links_once'),
        ),
        migrations.AddConstraint(
            model_name='identitylink',
            constraint=models.UniqueConstraint(fields=('user', 'service'), name='account_links_service_once'),
        ),
        migrations.RunSQL(ENDS, UNDO),
    ]
