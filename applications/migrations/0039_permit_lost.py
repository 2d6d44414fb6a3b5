"""A case whose permit is revoked goes back to a changed line; who was responsible for a commitment
goes with the person of its case."""

from typing import Any, Final

from django.db import migrations

KINDS: Final = ("residential", "lv_small", "lv_other", "hv_single", "hv_dual")
MOVES: Final = [
    (kind, state, "replanning") for kind in KINDS for state in ("permits_granted", "works")
]
ERASE: Final = """
-- Beside erase_case, which empties the case itself, by the record.
CREATE FUNCTION forget_commitments() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE approvals_commitment SET responsible = '', position = '',
        findings = CASE findings WHEN '' THEN '' ELSE '–' END
    WHERE permit_id IN (SELECT id FROM approvals_permit WHERE case_ref = NEW.ref);
    RETURN NULL;
END $$;
CREATE TRIGGER commitments_erased AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION forget_commitments();
"""
KEEP: Final = """
DROP TRIGGER commitments_erased ON applications_application;
DROP FUNCTION forget_commitments();
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the moves of a lost permit."""
    moves = apps.get_model("applications", "LegalMove").objects.using(
        schema_editor.connection.alias
    )
    moves.bulk_create(
        moves.model(kind=kind, from_state=before, to_state=after) for kind, before, after in MOVES
    )


def empty(apps: Any, schema_editor: Any) -> None:
    """Take them out again."""
    moves = apps.get_model("applications", "LegalMove").objects.using(
        schema_editor.connection.alias
    )
    moves.filter(from_state__in=("permits_granted", "works"), to_state="replanning").delete()


class Migration(migrations.Migration):
    dependencies = [("applications", "0038_reminded_by_time"), ("approvals", "0009_commitments")]

    operations = [migrations.RunPython(fill, empty), migrations.RunSQL(ERASE, KEEP)]
