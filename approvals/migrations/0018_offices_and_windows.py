"""Which office decides a permit, and what the window of a service hall takes in and hands out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_office_of_a_district'),
        ('approvals', '0017_opinion'),
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
            name='handed_out_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='permit',
            name='handed_out_to',
            field=models.CharField(blank=True, choices=[('company', 'Supply company'), ('applicant', 'Applicant')], max_length=9),
        ),
        migrations.AddField(
            model_name='permit',
            name='level',
            field=models.CharField(choices=[('city', "The city's office"), ('district', "The district's own office")], db_default='city', default='city', max_length=8),
        ),
        migrations.AddField(
            model_name='supplementitem',
            name='office',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'received', 'suspended'])), fields=['bureau', 'district', 'state'], include=('level',), name='permit_waiting_for_bureau'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('route__in', ['review', 'special']), ('state', 'received')), fields=['bureau', 'district'], include=('level',), name='permit_received_by_bureau'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'received', 'suspended']), ('late_at__isnull', False)), fields=['bureau', 'late_at', 'id'], include=('level',), name='permit_late_bureau'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'received', 'suspended']), ('late_at__isnull', False)), fields=['bureau', 'district', 'late_at', 'id'], include=('level',), name='permit_late_place'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('level', 'district')), fields=['bureau', 'runs_out', 'id'], name='permit_of_district_office'),
        ),
        migrations.AddIndex(
            model_name='permit',
            index=models.Index(condition=models.Q(('handed_out_at', None), ('office__isnull', False), ('state', 'granted')), fields=['office', 'runs_out', 'id'], name='permit_to_hand_out'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['city', 'district'])), name='permit_of_an_office'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_out_at', None), ('handed_out_to', '')), models.Q(('handed_out_at__gte', models.F('decided_at')), ('handed_out_to__in', ['company', 'applicant'])), _connector='OR'), name='permit_handed_out_to_somebody'),
        ),
        migrations.AddConstraint(
            model_name='supplementitem',
            constraint=models.CheckConstraint(condition=models.Q(('office', None), ('supplied_at__isnull', False), _connector='OR'), name='supplement_item_taken_in_when_supplied'),
        ),
    ]
