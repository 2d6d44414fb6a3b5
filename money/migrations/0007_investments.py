"""What the supply company spends on a case, and what that comes to by kind and district."""

import django.db.models.deletion
from django.db import migrations, models


GUARDS = """
-- What was spent stays; a wrong line is reversed once, by one that says the opposite of it.
CREATE FUNCTION money_investment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'what was spent stays' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.ground <> '' AND NOT EXISTS (
        SELECT FROM applications_application WHERE id = NEW.application_id AND voltage = 'high'
    ) THEN
        RAISE EXCEPTION 'the boundary is extended at high voltage only' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM money_investment wrong
        WHERE wrong.id = NEW.reverses_id AND wrong.reverses_id IS NULL
            AND (wrong.application_id, wrong.kind, wrong.ground, -wrong.amount_yuan)
              = (NEW.application_id, NEW.kind, NEW.ground, NEW.amount_yuan)
    ) THEN
        RAISE EXCEPTION 'a line is reversed by its opposite' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER money_investment_guard BEFORE INSERT OR UPDATE OR DELETE ON money_investment
    FOR EACH ROW EXECUTE FUNCTION money_investment_guard();
CREATE TRIGGER money_investment_stays BEFORE TRUNCATE ON money_investment
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();

-- Of a case, what its lines came to before and after: it counts while that is more than nothing.
CREATE FUNCTION money_count_investment(kind varchar, district varchar, before numeric, after numeric)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO money_investmenttotal AS t (kind, district, cases, yuan)
    VALUES ($1, $2, greatest((after > 0)::int - (before > 0)::int, 0), after - before)
    ON CONFLICT (kind, district) DO UPDATE
        SET cases = t.cases + (after > 0)::int - (before > 0)::int, yuan = t.yuan + after - before;
$$;

CREATE FUNCTION money_investment_counted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    its record;
    after numeric;
BEGIN
    SELECT a.kind, a.district INTO its FROM applications_application a
        WHERE a.id = NEW.application_id AND a.state = 'energised';
    IF FOUND THEN
        SELECT sum(amount_yuan) INTO after FROM money_investment
            WHERE application_id = NEW.application_id;
        PERFORM money_count_investment(its.kind, its.district, after - NEW.amount_yuan, after);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER money_investment_counted AFTER INSERT ON money_investment
    FOR EACH ROW EXECUTE FUNCTION money_investment_counted();

CREATE FUNCTION money_investment_energised() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    spent numeric;
BEGIN
    SELECT sum(amount_yuan) INTO spent FROM money_investment WHERE application_id = NEW.id;
    IF spent > 0 THEN
        PERFORM money_count_investment(NEW.kind, NEW.district, 0, spent);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER money_investment_energised AFTER UPDATE OF state ON applications_application
    FOR EACH ROW WHEN (NEW.state = 'energised' AND OLD.state <> 'energised')
    EXECUTE FUNCTION money_investment_energised();
"""
UNGUARD = """
DROP TRIGGER money_investment_energised ON applications_application;
DROP TRIGGER money_investment_counted ON money_investment;
DROP TRIGGER money_investment_stays ON money_investment;
DROP TRIGGER money_investment_guard ON money_investment;
DROP FUNCTION money_investment_energised();
DROP FUNCTION money_investment_counted();
DROP FUNCTION money_count_investment(varchar, varchar, numeric, numeric);
DROP FUNCTION money_investment_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0045_point_erased'),
        ('money', '0006_prices'),
    ]

    operations = [
        migrations.CreateModel(
            name='InvestmentTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('district', models.CharField(max_length=12)),
                ('cases', models.PositiveIntegerField()),
                ('yuan', models.DecimalField(decimal_places=2, max_digits=16)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'district'), name='investment_total_once')],
            },
        ),
        migrations.CreateModel(
            name='Investment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('line', 'Line'), ('transformer', 'Transformer'), ('meter', 'Meter'), ('works', 'Civil and installation works'), ('design', 'Design'), ('other', 'Something else')], max_length=12)),
                ('item', models.CharField(blank=True, max_length=200)),
                ('amount_yuan', models.DecimalField(decimal_places=2, max_digits=12)),
                ('ground', models.CharField(blank=True, choices=[('major_risks', 'A project to prevent and defuse major risks'), ('poverty', 'A project against poverty'), ('pollution', 'A project against pollution'), ('other_ground', 'Another ground')], max_length=16)),
                ('ground_words', models.CharField(blank=True, max_length=500)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('entered_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='investments', to='applications.application')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='money.investment')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('application', 'number'), name='investment_of_case'), models.CheckConstraint(condition=models.Q(models.Q(('amount_yuan__gt', 0), ('reason', ''), ('reverses', None)), models.Q(('amount_yuan__lt', 0), ('reverses__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='investment_spent_or_reversed'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'other'), _negated=True), models.Q(('item', ''), _negated=True), _connector='OR'), name='investment_else_in_words'), models.CheckConstraint(condition=models.Q(('kind__in', ['line', 'transformer', 'meter', 'works', 'design', 'other'])), name='investment_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('ground', 'other_ground'), _negated=True), models.Q(('ground_words', ''), _negated=True), _connector='OR'), name='investment_ground_in_words')],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
