"""Published outages and customers stay as published, as in grid."""

from django.db import migrations

KEEP = """
CREATE TRIGGER reliability_outage_keep BEFORE UPDATE OR DELETE ON reliability_outage
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER reliability_outage_keep_all BEFORE TRUNCATE ON reliability_outage
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
CREATE TRIGGER reliability_customersserved_keep
    BEFORE UPDATE OR DELETE ON reliability_customersserved
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER reliability_customersserved_keep_all BEFORE TRUNCATE ON reliability_customersserved
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""

RELEASE = """
DROP TRIGGER reliability_customersserved_keep_all ON reliability_customersserved;
DROP TRIGGER reliability_customersserved_keep ON reliability_customersserved;
DROP TRIGGER reliability_outage_keep_all ON reliability_outage;
DROP TRIGGER reliability_outage_keep ON reliability_outage;
"""


class Migration(migrations.Migration):
    dependencies = [("reliability", "0001_initial"), ("grid", "0002_keep")]

    operations = [migrations.RunSQL(KEEP, RELEASE)]
