"""Whatever changes what is counted lays a row for its place, which the worker counts anew."""

from importlib import import_module
from typing import Any, Final

from django.db import migrations

following: Any = import_module("grid.migrations.0012_follow")
#: As it is, and with the generated column of customers served.
KEPT: Final = following.KEEP_ROW.format(as_stored="NEW *= OLD OR")
KEPT_BOTH: Final = KEPT.replace("- 'begins_at'", "- '{begins_at,begins_on}'::text[]")

#: A recorded piece of an element that the grid knows has its code; every other place is named by its
#: area and how many customers it has there: the same words as in reliability/indices/counting.py.
LAY = """
CREATE FUNCTION reliability_lay_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reliability_staleplace (district, area_class, level, element, words)
    SELECT DISTINCT i.district, i.area_class, i.level, i.element,
        CASE i.element WHEN '' THEN o.area || ' / ' || i.customers ELSE '' END
    FROM changed i JOIN reliability_outage o ON o.id = i.outage_id
    WHERE i.off_at IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER reliability_interruption_added AFTER INSERT ON reliability_interruption
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_lay_recorded();
CREATE TRIGGER reliability_interruption_changed AFTER UPDATE ON reliability_interruption
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_lay_recorded();
CREATE TRIGGER reliability_interruption_gone AFTER DELETE ON reliability_interruption
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_lay_recorded();

CREATE FUNCTION reliability_lay_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reliability_staleplace (district, area_class, level, element, words)
    SELECT DISTINCT r.district, r.area_class, r.level, '', r.area || ' / ' || r.customers
    FROM changed r WHERE r.started_at IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER reliability_outagerow_added AFTER INSERT ON reliability_outagerow
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_lay_published();
CREATE TRIGGER reliability_outagerow_replaced AFTER UPDATE ON reliability_outagerow
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_lay_published();

-- Whom days are divided by decides which of them are major-event days.
CREATE FUNCTION reliability_lay_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reliability_staleplace (district, area_class, level, element, words)
    VALUES ('', '', '', '', '');
    RETURN NULL;
END $$;
CREATE TRIGGER reliability_customersserved_laid AFTER INSERT OR UPDATE ON reliability_customersserved
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_lay_customers();

-- What was published until now is counted by the first run, for it was counted by no rule yet.
INSERT INTO reliability_count (id, at, joining) VALUES (1, NULL, '');
"""
TAKE = """
DELETE FROM reliability_count;
DROP TRIGGER reliability_customersserved_laid ON reliability_customersserved;
DROP FUNCTION reliability_lay_customers();
DROP TRIGGER reliability_outagerow_replaced ON reliability_outagerow;
DROP TRIGGER reliability_outagerow_added ON reliability_outagerow;
DROP FUNCTION reliability_lay_published();
DROP TRIGGER reliability_interruption_gone ON reliability_interruption;
DROP TRIGGER reliability_interruption_changed ON reliability_interruption;
DROP TRIGGER reliability_interruption_added ON reliability_interruption;
DROP FUNCTION reliability_lay_recorded();
"""


class Migration(migrations.Migration):
    dependencies = [("reliability", "0007_indices"), ("grid", "0012_follow")]

    operations = [migrations.RunSQL(KEPT_BOTH, KEPT), migrations.RunSQL(LAY, TAKE)]
