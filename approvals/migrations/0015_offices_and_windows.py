"""Which office of its bureau decides a permit: the city's, or that of its district."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_office_of_a_district'),
        ('approvals', '0014_package'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='permit',
            name='permit_waiting_for_bureau',
        ),
        migrations.RemoveIndex(
            model_name='permit',
            name='permit_late_bureau',
        ),
        migrations.RemoveIndex(
            model_name='permit',
            name='permit_late_place',
        ),
        migrations.RemoveIndex(
            model_name='permit',
            name='permit_received_by_bureau',
        ),
        migrations.AddField(
            model_name='permit',
            name='level',
            field=models.CharField(choices=[('city', "The city's office"), ('district', "The district's own office")], db_default='city', default='city', max_length=8),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'received', 'suspended'])), fields=['bureau', 'district', 'state'], include=('level',), name='permit_waiting_for_bureau'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['bureau', 'district'], include=('level',), name='permit_received_by_bureau'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'received', 'suspended']), ('late_at__isnull', False)), fields=['bureau', 'late_at', 'id'], include=('level',), name='permit_late_bureau'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'received', 'suspended']), ('late_at__isnull', False)), fields=['bureau', 'district', 'late_at', 'id'], include=('level',), name='permit_late_place'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['city', 'district'])), name='permit_of_an_office'),
        ),
    ]
