"""Working group, grid projects, training and good practice, as published rows."""

import django.db.models.deletion
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER oversight_groupseat_keep BEFORE UPDATE OR DELETE ON oversight_groupseat
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER oversight_groupseat_keep_all BEFORE TRUNCATE ON oversight_groupseat
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
CREATE TRIGGER oversight_gridproject_keep BEFORE UPDATE OR DELETE ON oversight_gridproject
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER oversight_gridproject_keep_all BEFORE TRUNCATE ON oversight_gridproject
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
CREATE TRIGGER oversight_trainingevent_keep BEFORE UPDATE OR DELETE ON oversight_trainingevent
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER oversight_trainingevent_keep_all BEFORE TRUNCATE ON oversight_trainingevent
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
CREATE TRIGGER oversight_goodpractice_keep BEFORE UPDATE OR DELETE ON oversight_goodpractice
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER oversight_goodpractice_keep_all BEFORE TRUNCATE ON oversight_goodpractice
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""
UNGUARD = """
DROP TRIGGER oversight_groupseat_keep_all ON oversight_groupseat;
DROP TRIGGER oversight_groupseat_keep ON oversight_groupseat;
DROP TRIGGER oversight_gridproject_keep_all ON oversight_gridproject;
DROP TRIGGER oversight_gridproject_keep ON oversight_gridproject;
DROP TRIGGER oversight_trainingevent_keep_all ON oversight_trainingevent;
DROP TRIGGER oversight_trainingevent_keep ON oversight_trainingevent;
DROP TRIGGER oversight_goodpractice_keep_all ON oversight_goodpractice;
DROP TRIGGER oversight_goodpractice_keep ON oversight_goodpractice;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0011_news'),
        ('publishing', '0012_governance'),
        # What is published stays.
        ('grid', '0002_keep'),
    ]

    operations = [
        migrations.CreateModel(
            name='GoodPractice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('code', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('organisation', models.CharField(max_length=60)),
                ('since', models.DateField()),
                ('body', models.TextField()),
                ('effect', models.CharField(max_length=500)),
                ('link', models.CharField(blank=True, max_length=500)),
                ('announced_at', models.DateTimeField()),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('-announced_at', '-id'),
                'indexes': [models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['-announced_at', '-id'], name='practice_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('code',), name='one_standing_practice'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('title', ''), _negated=True), models.Q(('organisation', ''), _negated=True), models.Q(('body', ''), _negated=True)), name='practice_is_told')],
            },
        ),
        migrations.CreateModel(
            name='GridProject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('distribution', 'Distribution network'), ('rural', 'Rural network')], max_length=12)),
                ('district', models.CharField(max_length=12)),
                ('about', models.CharField(max_length=500)),
                ('invested', models.DecimalField(decimal_places=2, max_digits=12)),
                ('spent', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ('plan', models.CharField(blank=True, max_length=200)),
                ('plan_keeper', models.CharField(choices=[('lead_agency', 'Development and reform, city'), ('housing', 'Housing and urban-rural development, city'), ('planning', 'Natural resources and planning, city'), ('district_lead', 'Development and reform, district or county'), ('district_housing', 'Housing, district or county')], max_length=16)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('works', 'Under construction'), ('done', 'In operation'), ('stopped', 'Stopped')], max_length=8)),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('in_operation_on', models.DateField(blank=True, null=True)),
                ('evaluated_on', models.DateField(blank=True, null=True)),
                ('evaluation', models.CharField(blank=True, max_length=500)),
                ('adjustment', models.CharField(blank=True, max_length=500)),
                ('data_date', models.DateField()),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('district', 'ends_on', 'id'),
                'indexes': [models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['district', 'ends_on', 'id'], name='grid_project_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('code',), name='one_standing_grid_project'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='grid_project_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('in_operation_on__isnull', False), ('state', 'done')), models.Q(('in_operation_on__isnull', True), ('state__in', ['planned', 'works', 'stopped'])), _connector='OR'), name='grid_project_done_with_day'), models.CheckConstraint(condition=models.Q(models.Q(('evaluated_on__isnull', True), ('evaluation', '')), models.Q(('evaluated_on__isnull', False), models.Q(('evaluation', ''), _negated=True)), _connector='OR'), name='grid_project_evaluated_in_words'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True), models.Q(('about', ''), _negated=True)), name='grid_project_is_named')],
            },
        ),
        migrations.CreateModel(
            name='GroupSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('from_date', models.DateField()),
                ('until_date', models.DateField(blank=True, null=True)),
                ('code', models.CharField(max_length=40)),
                ('seat', models.CharField(choices=[('head', 'Head'), ('deputy', 'Deputy head'), ('member', 'Member'), ('liaison', 'Liaison')], max_length=8)),
                ('place', models.PositiveSmallIntegerField()),
                ('organisation', models.CharField(max_length=24)),
                ('post', models.CharField(max_length=80)),
                ('duty', models.CharField(blank=True, max_length=300)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('place', 'id'),
                'indexes': [models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['place', 'id'], name='group_seat_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('code',), name='one_standing_group_seat'), models.CheckConstraint(condition=models.Q(('until_date__isnull', True), ('until_date__gte', models.F('from_date')), _connector='OR'), name='group_seat_from_before_until'), models.CheckConstraint(condition=models.Q(('seat__in', ['head', 'deputy', 'member', 'liaison']), models.Q(('code', ''), _negated=True), models.Q(('organisation', ''), _negated=True), models.Q(('post', ''), _negated=True)), name='group_seat_is_a_post')],
            },
        ),
        migrations.CreateModel(
            name='TrainingEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('code', models.CharField(max_length=40)),
                ('organiser', models.CharField(max_length=60)),
                ('kind', models.CharField(choices=[('training', 'Training'), ('promotion', 'Promotion')], max_length=12)),
                ('title', models.CharField(max_length=120)),
                ('held_on', models.DateField()),
                ('place', models.CharField(max_length=120)),
                ('audience', models.CharField(max_length=200)),
                ('about', models.CharField(blank=True, max_length=500)),
                ('link', models.CharField(blank=True, max_length=500)),
                ('attended', models.PositiveIntegerField(blank=True, null=True)),
                ('attendance', models.CharField(blank=True, max_length=500)),
                ('cancelled', models.CharField(blank=True, max_length=300)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('-held_on', '-id'),
                'indexes': [models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['-held_on', '-id'], name='training_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('code',), name='one_standing_training'), models.CheckConstraint(condition=models.Q(('cancelled', ''), models.Q(('attendance', ''), ('attended__isnull', True)), _connector='OR'), name='training_cancelled_was_not_attended'), models.CheckConstraint(condition=models.Q(('attendance', ''), ('attended__isnull', False), _connector='OR'), name='training_attendance_with_count'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('organiser', ''), _negated=True), models.Q(('title', ''), _negated=True), models.Q(('place', ''), _negated=True)), name='training_is_named')],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
