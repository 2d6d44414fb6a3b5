"""Connection points, those of energised cases too; what hangs below an element; shortages."""

import django.db.models.deletion
from django.db import migrations, models


KEEP = """
CREATE TRIGGER grid_connectionpoint_keep BEFORE UPDATE OR DELETE ON grid_connectionpoint
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER grid_connectionpoint_keep_all BEFORE TRUNCATE ON grid_connectionpoint
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""
RELEASE = """
DROP TRIGGER grid_connectionpoint_keep_all ON grid_connectionpoint;
DROP TRIGGER grid_connectionpoint_keep ON grid_connectionpoint;
"""

FUNCTIONS = """
-- The element and everything that it feeds, as they hang today.
CREATE FUNCTION grid_below(element bigint) RETURNS TABLE (id bigint, code text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE below AS (
        SELECT e.id, e.code, 0 AS depth FROM grid_element e WHERE e.id = $1
        UNION ALL
        SELECT e.id, e.code, below.depth + 1
        FROM below JOIN grid_element e ON e.parent_id = below.id WHERE below.depth < 1000
    ) SELECT below.id, below.code FROM below
$$;

-- What is counted at an instant: the points that stood published, and those of energised cases
-- whose meter no publication had since.
CREATE FUNCTION grid_points(at timestamptz)
RETURNS TABLE (
    district text, town text, element text, area_class text, level text, customers integer,
    as_of date, of_case boolean
) LANGUAGE sql STABLE AS $$
    SELECT p.district, p.town, p.element, p.area_class, p.level, p.customers, p.data_date, false
    FROM grid_connectionpoint p
    JOIN grid_publication made ON made.id = p.publication_id
    LEFT JOIN grid_publication gone ON gone.id = p.replaced_in_id
    WHERE made.published_at < $1 AND (gone.id IS NULL OR gone.published_at >= $1)
    UNION ALL
    SELECT c.district, c.town, e.code, '', c.level, 1,
        (c.energised_at AT TIME ZONE 'Asia/Shanghai')::date, true
    FROM grid_energisedpoint c LEFT JOIN grid_element e ON e.id = c.element_id
    WHERE c.energised_at < $1 AND NOT EXISTS (
        SELECT FROM grid_connectionpoint p
        JOIN grid_publication made ON made.id = p.publication_id
        LEFT JOIN grid_publication gone ON gone.id = p.replaced_in_id
        WHERE p.code = c.code AND made.published_at < $1
            AND (gone.id IS NULL OR gone.published_at > c.energised_at)
    )
$$;

-- Elements of which more is promised than there is, since their figures were lowered: with their
-- room; null where it is not known any more, and then only what has no power yet is short.
CREATE FUNCTION grid_shortages() RETURNS TABLE (element bigint, room numeric, promised numeric)
LANGUAGE sql STABLE AS $$
    SELECT short.element_id, short.room, short.peak FROM (
        SELECT held.element_id, figures.room,
            grid_peak(held.element_id, city_now(), NULL, figures.room IS NOT NULL, true) AS peak
        FROM (
            SELECT h.element_id, sum(r.kva) AS total
            FROM grid_hold h JOIN grid_reservation r ON r.id = h.reservation_id
            WHERE r.ended_at IS NULL AND (r.connected_at IS NOT NULL OR r.lapses_at IS NULL
                OR r.lapses_at > (SELECT city_now()))
            GROUP BY h.element_id
        ) held
        JOIN grid_element e ON e.id = held.element_id
        LEFT JOIN grid_elementrow row ON row.id = e.row_id
        CROSS JOIN LATERAL (
            SELECT grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva) AS room
        ) figures
        -- What fits all at once needs no look at each instant.
        WHERE figures.room IS NULL OR held.total > figures.room
    ) short WHERE short.peak > coalesce(short.room, 0)
$$;
"""
NO_FUNCTIONS = """
DROP FUNCTION grid_shortages();
DROP FUNCTION grid_points(timestamptz);
DROP FUNCTION grid_below(bigint);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0006_areas'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConnectionPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('code', models.CharField(max_length=40)),
                ('district', models.CharField(max_length=12)),
                ('town', models.CharField(blank=True, max_length=60)),
                ('area', models.CharField(blank=True, max_length=300)),
                ('element', models.CharField(max_length=60)),
                ('area_class', models.CharField(choices=[('urban', 'Urban'), ('town', 'Town'), ('rural', 'Rural')], max_length=8)),
                ('level', models.CharField(choices=[('medium', 'Medium voltage'), ('low', 'Low voltage')], max_length=8)),
                ('customers', models.PositiveIntegerField()),
                ('data_date', models.DateField()),
            ],
            options={
                'ordering': ('district', 'code', 'id'),
            },
        ),
        migrations.CreateModel(
            name='EnergisedPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_ref', models.UUIDField(unique=True)),
                ('code', models.CharField(max_length=40, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('town', models.CharField(blank=True, max_length=60)),
                ('level', models.CharField(choices=[('medium', 'Medium voltage'), ('low', 'Low voltage')], max_length=8)),
                ('energised_at', models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name='elementrow',
            index=models.Index(condition=models.Q(('replaced_in__isnull', True), ('limited', True)), fields=['district', 'code', 'id'], name='element_limited'),
        ),
        migrations.AddIndex(
            model_name='elementrow',
            index=models.Index(fields=['code', 'id'], name='element_history'),
        ),
        migrations.AddField(
            model_name='connectionpoint',
            name='publication',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication'),
        ),
        migrations.AddField(
            model_name='connectionpoint',
            name='replaced_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication'),
        ),
        migrations.AddField(
            model_name='energisedpoint',
            name='element',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.element'),
        ),
        migrations.AddIndex(
            model_name='connectionpoint',
            index=models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['district', 'code', 'id'], name='point_order'),
        ),
        migrations.AddIndex(
            model_name='connectionpoint',
            index=models.Index(fields=['element'], name='point_of_element'),
        ),
        migrations.AddIndex(
            model_name='connectionpoint',
            index=models.Index(fields=['code'], name='point_history'),
        ),
        migrations.AddConstraint(
            model_name='connectionpoint',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('code',), name='one_standing_row_of_a_point'),
        ),
        migrations.AddConstraint(
            model_name='connectionpoint',
            constraint=models.CheckConstraint(condition=models.Q(('area_class__in', ['urban', 'town', 'rural']), ('level__in', ['medium', 'low'])), name='point_words_known'),
        ),
        migrations.AddConstraint(
            model_name='connectionpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('code', ''), _negated=True), models.Q(('element', ''), _negated=True)), name='point_says_what'),
        ),
        migrations.AddConstraint(
            model_name='energisedpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), ('level__in', ['medium', 'low'])), name='energised_point_says_what'),
        ),
        migrations.RunSQL(KEEP, RELEASE),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
