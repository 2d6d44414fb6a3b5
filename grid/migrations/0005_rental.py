"""The register of units for rent, kept as what is published is."""

import django.db.models.deletion
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER grid_rentalunit_keep BEFORE UPDATE OR DELETE ON grid_rentalunit
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER grid_rentalunit_keep_all BEFORE TRUNCATE ON grid_rentalunit
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""
UNGUARD = """
DROP TRIGGER grid_rentalunit_keep_all ON grid_rentalunit;
DROP TRIGGER grid_rentalunit_keep ON grid_rentalunit;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0004_elements'),
        ('publishing', '0003_more_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='RentalUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('code', models.CharField(max_length=32)),
                ('district', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=80)),
                ('equipment', models.CharField(max_length=80)),
                ('capacity_kva', models.DecimalField(decimal_places=2, max_digits=12)),
                ('voltage_kv', models.DecimalField(decimal_places=2, max_digits=6)),
                ('place', models.CharField(max_length=300)),
                ('fee_code', models.CharField(max_length=32)),
                ('data_date', models.DateField()),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('district', 'name', 'id'),
                'indexes': [models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['district', 'name', 'id'], name='rental_unit_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('code',), name='one_standing_rental_unit'), models.CheckConstraint(condition=models.Q(('capacity_kva__gt', 0), ('voltage_kv__gt', 0)), name='rental_unit_has_capacity'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True), models.Q(('equipment', ''), _negated=True), models.Q(('place', ''), _negated=True), models.Q(('fee_code', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='rental_unit_says_what_and_where')],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
