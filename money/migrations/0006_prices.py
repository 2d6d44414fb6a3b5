"""The retail prices of electricity, as the city's price authority publishes them."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import money.catalogue
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER money_pricepolicy_keep BEFORE UPDATE OR DELETE ON money_pricepolicy
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER money_pricepolicy_keep_all BEFORE TRUNCATE ON money_pricepolicy
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""
UNGUARD = """
DROP TRIGGER money_pricepolicy_keep_all ON money_pricepolicy;
DROP TRIGGER money_pricepolicy_keep ON money_pricepolicy;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0002_keep'),
        ('money', '0005_payments'),
        ('publishing', '0008_prices'),
    ]

    operations = [
        migrations.CreateModel(
            name='PricePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('from_date', models.DateField()),
                ('until_date', models.DateField(blank=True, null=True)),
                ('code', models.CharField(max_length=32)),
                ('customers', models.CharField(max_length=120)),
                ('voltage', models.CharField(max_length=60)),
                ('period', models.CharField(blank=True, max_length=120)),
                ('unit', models.CharField(max_length=40)),
                ('price', models.DecimalField(decimal_places=6, max_digits=14)),
                ('nature', models.CharField(choices=[('government_set', 'Set by government'), ('government_guided', 'Guided by government')], max_length=20)),
                ('document', models.CharField(max_length=300)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('published_on', models.DateField()),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('code', 'from_date', 'id'),
                'indexes': [models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['code', 'from_date', 'id'], name='price_order')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('replaced_in__isnull', True)), expressions=[('code', '='), (money.catalogue.DateRange('from_date', 'until_date'), '&&')], name='price_ranges_do_not_overlap'), models.CheckConstraint(condition=models.Q(('until_date__isnull', True), ('until_date__gte', models.F('from_date')), _connector='OR'), name='price_from_before_until'), models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='price_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('document', ''), _negated=True), models.Q(('source', ''), _negated=True), models.Q(('code', ''), _negated=True), models.Q(('customers', ''), _negated=True)), name='price_has_document_and_source'), models.CheckConstraint(condition=models.Q(('nature__in', ['government_set', 'government_guided'])), name='price_set_by_government'), models.CheckConstraint(condition=models.Q(('published_on__lt', models.F('from_date'))), name='price_published_before_it_holds')],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
