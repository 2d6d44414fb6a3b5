"""A bureau has offices in districts besides that of the city."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_codes_of_opinions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='organisation',
            name='organisation_once',
        ),
        migrations.AddField(
            model_name='organisation',
            name='district',
            field=models.CharField(max_length=12, null=True, verbose_name='district'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(fields=('kind', 'code', 'district'), name='organisation_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('district', None), models.Q(('kind', 'bureau'), models.Q(('district', ''), _negated=True)), _connector='OR'), name='organisation_of_a_district_is_a_bureau'),
        ),
    ]
