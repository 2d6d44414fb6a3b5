"""Codes by which one signs in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_codes_that_sign'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='phonecode',
            name='code_of_known_purpose',
        ),
        migrations.AlterField(
            model_name='phonecode',
            name='purpose',
            field=models.CharField(choices=[('visit', 'To apply without an account'), ('password', 'To set a new password'), ('progress', 'To see all of a case'), ('contract', 'To sign a contract'), ('sign_in', 'To sign in')], default='visit', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['visit', 'password', 'progress', 'contract', 'sign_in'])), name='code_of_known_purpose'),
        ),
    ]
