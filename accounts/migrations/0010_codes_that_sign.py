"""A code can sign a text, and that text alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_purpose_of_codes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='phonecode',
            name='code_of_known_purpose',
        ),
        migrations.AddField(
            model_name='phonecode',
            name='signs',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='phonecode',
            name='purpose',
            field=models.CharField(choices=[('visit', 'To apply without an account'), ('password', 'To set a new password'), ('progress', 'To see all of a case'), ('contract', 'To sign a contract')], default='visit', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['visit', 'password', 'progress', 'contract'])), name='code_of_known_purpose'),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('purpose', 'contract'), ('signs', ''), _connector='XOR'), name='code_signs_a_contract'),
        ),
    ]
