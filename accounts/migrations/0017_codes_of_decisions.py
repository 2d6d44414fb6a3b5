"""Codes that close an account, and that confirm a decision at a counter."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_mandates'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='phonecode',
            name='code_signs_a_text',
        ),
        migrations.RemoveConstraint(
            model_name='phonecode',
            name='code_of_known_purpose',
        ),
        migrations.AlterField(
            model_name='phonecode',
            name='purpose',
            field=models.CharField(choices=[('visit', 'To apply without an account'), ('password', 'To set a new password'), ('progress', 'To see all of a case'), ('contract', 'To sign a contract'), ('sign_in', 'To sign in'), ('consent', 'To agree that data are passed on'), ('office', 'To open what was passed on'), ('phone', 'To correct a phone number'), ('mandate', 'To let an account act'), ('offer', 'To take what is offered'), ('close', 'To close an account'), ('decision', 'To confirm a decision at a counter')], default='visit', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['visit', 'password', 'progress', 'contract', 'sign_in', 'consent', 'office', 'phone', 'mandate', 'offer', 'close', 'decision'])), name='code_of_known_purpose'),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['contract', 'consent', 'phone', 'decision']), ('signs', ''), _connector='XOR'), name='code_signs_a_text'),
        ),
    ]
