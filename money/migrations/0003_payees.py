"""Who pays and who is paid, as data: kinds and purposes of an item, and declared payees."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import money.catalogue
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER money_payee_keep BEFORE UPDATE OR DELETE ON money_payee
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER money_payee_keep_all BEFORE TRUNCATE ON money_payee
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""
UNGUARD = """
DROP TRIGGER money_payee_keep_all ON money_payee;
DROP TRIGGER money_payee_keep ON money_payee;
"""
DISTRICTS = """
UPDATE applications_charge c SET district = a.district
FROM applications_application a WHERE a.id = c.application_id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0045_point_erased'),
        ('money', '0002_charge'),
        ('grid', '0002_keep'),
        ('publishing', '0006_payees'),
    ]

    operations = [
        migrations.AddField(
            model_name='charge',
            name='district',
            field=models.CharField(default='', max_length=12),
            preserve_default=False,
        ),
        migrations.RunSQL(DISTRICTS, migrations.RunSQL.noop),
        migrations.AddField(
            model_name='feeitem',
            name='kinds',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='feeitem',
            name='payees',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='feeitem',
            name='purposes',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.CreateModel(
            name='Payee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('from_date', models.DateField()),
                ('until_date', models.DateField(blank=True, null=True)),
                ('code', models.CharField(max_length=32)),
                ('name', models.CharField(max_length=120)),
                ('credit_code', models.CharField(blank=True, max_length=18)),
                ('affiliated', models.BooleanField()),
                ('relation', models.CharField(blank=True, max_length=300)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('code', 'from_date', 'id'),
            },
        ),
        migrations.AddField(
            model_name='charge',
            name='declared',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='money.payee'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(fields=['-entered_at', '-id'], name='charge_newest'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(fields=['district', '-entered_at', '-id'], name='charge_of_district'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(condition=models.Q(('payee_affiliated', True)), fields=['district', '-entered_at', '-id'], name='charge_to_affiliates'),
        ),
        migrations.AddIndex(
            model_name='payee',
            index=models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['code', 'from_date', 'id'], name='payee_order'),
        ),
        migrations.AddConstraint(
            model_name='payee',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('replaced_in__isnull', True)), expressions=[('code', '='), (money.catalogue.DateRange('from_date', 'until_date'), '&&')], name='payee_ranges_do_not_overlap'),
        ),
        migrations.AddConstraint(
            model_name='payee',
            constraint=models.CheckConstraint(condition=models.Q(('until_date__isnull', True), ('until_date__gte', models.F('from_date')), _connector='OR'), name='payee_from_before_until'),
        ),
        migrations.AddConstraint(
            model_name='payee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('affiliated', True), models.Q(('relation', ''), _negated=True)), models.Q(('affiliated', False), ('relation', '')), _connector='OR'), name='payee_affiliate_has_relation'),
        ),
        migrations.AddConstraint(
            model_name='payee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('source', ''), _negated=True), models.Q(('code', ''), _negated=True)), name='payee_has_name_and_source'),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
