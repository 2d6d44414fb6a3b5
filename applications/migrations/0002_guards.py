"""What the database refuses by itself: illegal moves of a case, charges where the law is zero.

The list of moves is the machines' (applications/moves.py); a test compares the two.
"""

from typing import Any

from django.db import migrations

MOVES = [
    ("hv_dual", "accepted", "plan_replied"),
    ("hv_dual", "accepted", "withdrawn"),
    ("hv_dual", "completion_passed", "contracted"),
    ("hv_dual", "completion_passed", "withdrawn"),
    ("hv_dual", "completion_reported", "completion_passed"),
    ("hv_dual", "completion_reported", "inspected"),
    ("hv_dual", "completion_reported", "withdrawn"),
    ("hv_dual", "contracted", "energised"),
    ("hv_dual", "contracted", "withdrawn"),
    ("hv_dual", "design_passed", "permits"),
    ("hv_dual", "design_passed", "permits_granted"),
    ("hv_dual", "design_passed", "withdrawn"),
    ("hv_dual", "design_submitted", "design_passed"),
    ("hv_dual", "design_submitted", "plan_confirmed"),
    ("hv_dual", "design_submitted", "withdrawn"),
    ("hv_dual", "draft", "submitted"),
    ("hv_dual", "draft", "withdrawn"),
    ("hv_dual", "inspected", "completion_reported"),
    ("hv_dual", "inspected", "withdrawn"),
    ("hv_dual", "inspection_requested", "inspected"),
    ("hv_dual", "inspection_requested", "withdrawn"),
    ("hv_dual", "inspection_requested", "works"),
    ("hv_dual", "permits", "permits_granted"),
    ("hv_dual", "permits", "replanning"),
    ("hv_dual", "permits", "withdrawn"),
    ("hv_dual", "permits_granted", "withdrawn"),
    ("hv_dual", "permits_granted", "works"),
    ("hv_dual", "plan_confirmed", "design_submitted"),
    ("hv_dual", "plan_confirmed", "withdrawn"),
    ("hv_dual", "plan_replied", "accepted"),
    ("hv_dual", "plan_replied", "plan_confirmed"),
    ("hv_dual", "plan_replied", "withdrawn"),
    ("hv_dual", "replanning", "permits"),
    ("hv_dual", "replanning", "permits_granted"),
    ("hv_dual", "replanning", "withdrawn"),
    ("hv_dual", "submitted", "accepted"),
    ("hv_dual", "submitted", "supplement"),
    ("hv_dual", "submitted", "withdrawn"),
    ("hv_dual", "supplement", "submitted"),
    ("hv_dual", "supplement", "withdrawn"),
    ("hv_dual", "works", "inspection_requested"),
    ("hv_dual", "works", "withdrawn"),
    ("hv_single", "accepted", "plan_replied"),
    ("hv_single", "accepted", "withdrawn"),
    ("hv_single", "completion_passed", "contracted"),
    ("hv_single", "completion_passed", "withdrawn"),
    ("hv_single", "completion_reported", "completion_passed"),
    ("hv_single", "completion_reported", "withdrawn"),
    ("hv_single", "completion_reported", "works"),
    ("hv_single", "contracted", "energised"),
    ("hv_single", "contracted", "withdrawn"),
    ("hv_single", "draft", "submitted"),
    ("hv_single", "draft", "withdrawn"),
    ("hv_single", "permits", "permits_granted"),
    ("hv_single", "permits", "replanning"),
    ("hv_single", "permits", "withdrawn"),
    ("hv_single", "permits_granted", "withdrawn"),
    ("hv_single", "permits_granted", "works"),
    ("hv_single", "plan_confirmed", "permits"),
    ("hv_single", "plan_confirmed", "permits_granted"),
    ("hv_single", "plan_confirmed", "withdrawn"),
    ("hv_single", "plan_replied", "accepted"),
    ("hv_single", "plan_replied", "plan_confirmed"),
    ("hv_single", "plan_replied", "withdrawn"),
    ("hv_single", "replanning", "permits"),
    ("hv_single", "replanning", "permits_granted"),
    ("hv_single", "replanning", "withdrawn"),
    ("hv_single", "submitted", "accepted"),
    ("hv_single", "submitted", "supplement"),
    ("hv_single", "submitted", "withdrawn"),
    ("hv_single", "supplement", "submitted"),
    ("hv_single", "supplement", "withdrawn"),
    ("hv_single", "works", "completion_reported"),
    ("hv_single", "works", "withdrawn"),
    ("lv_other", "accepted", "contracted"),
    ("lv_other", "accepted", "withdrawn"),
    ("lv_other", "contracted", "permits"),
    ("lv_other", "contracted", "permits_granted"),
    ("lv_other", "contracted", "withdrawn"),
    ("lv_other", "draft", "submitted"),
    ("lv_other", "draft", "withdrawn"),
    ("lv_other", "permits", "permits_granted"),
    ("lv_other", "permits", "replanning"),
    ("lv_other", "permits", "withdrawn"),
    ("lv_other", "permits_granted", "withdrawn"),
    ("lv_other", "permits_granted", "works"),
    ("lv_other", "replanning", "permits"),
    ("lv_other", "replanning", "permits_granted"),
    ("lv_other", "replanning", "withdrawn"),
    ("lv_other", "submitted", "accepted"),
    ("lv_other", "submitted", "supplement"),
    ("lv_other", "submitted", "withdrawn"),
    ("lv_other", "supplement", "submitted"),
    ("lv_other", "supplement", "withdrawn"),
    ("lv_other", "works", "energised"),
    ("lv_other", "works", "withdrawn"),
    ("lv_small", "accepted", "contracted"),
    ("lv_small", "accepted", "withdrawn"),
    ("lv_small", "contracted", "permits"),
    ("lv_small", "contracted", "permits_granted"),
    ("lv_small", "contracted", "withdrawn"),
    ("lv_small", "draft", "submitted"),
    ("lv_small", "draft", "withdrawn"),
    ("lv_small", "permits", "permits_granted"),
    ("lv_small", "permits", "replanning"),
    ("lv_small", "permits", "withdrawn"),
    ("lv_small", "permits_granted", "withdrawn"),
    ("lv_small", "permits_granted", "works"),
    ("lv_small", "replanning", "permits"),
    ("lv_small", "replanning", "permits_granted"),
    ("lv_small", "replanning", "withdrawn"),
    ("lv_small", "submitted", "accepted"),
    ("lv_small", "submitted", "supplement"),
    ("lv_small", "submitted", "withdrawn"),
    ("lv_small", "supplement", "submitted"),
    ("lv_small", "supplement", "withdrawn"),
    ("lv_small", "works", "energised"),
    ("lv_small", "works", "withdrawn"),
    ("residential", "accepted", "contracted"),
    ("residential", "accepted", "withdrawn"),
    ("residential", "contracted", "permits"),
    ("residential", "contracted", "permits_granted"),
    ("residential", "contracted", "withdrawn"),
    ("residential", "draft", "submitted"),
    ("residential", "draft", "withdrawn"),
    ("residential", "permits", "permits_granted"),
    ("residential", "permits", "replanning"),
    ("residential", "permits", "withdrawn"),
    ("residential", "permits_granted", "withdrawn"),
    ("residential", "permits_granted", "works"),
    ("residential", "replanning", "permits"),
    ("residential", "replanning", "permits_granted"),
    ("residential", "replanning", "withdrawn"),
    ("residential", "submitted", "accepted"),
    ("residential", "submitted", "supplement"),
    ("residential", "submitted", "withdrawn"),
    ("residential", "supplement", "submitted"),
    ("residential", "supplement", "withdrawn"),
    ("residential", "works", "energised"),
    ("residential", "works", "withdrawn"),
]

GUARDS = """
CREATE SEQUENCE applications_case_number;

CREATE FUNCTION case_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a case begins as a draft' USING ERRCODE = 'TD403';
        END IF;
    ELSIF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM applications_legalmove m
        WHERE m.kind = NEW.kind AND m.from_state = OLD.state AND m.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'no move of % from % to %', NEW.kind, OLD.state, NEW.state
            USING ERRCODE = 'TD403';
    ELSIF NEW.kind <> OLD.kind AND OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'the kind of a filed case is fixed' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_moves BEFORE INSERT OR UPDATE OF state, kind ON applications_application
    FOR EACH ROW EXECUTE FUNCTION case_moves();

CREATE FUNCTION case_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a case is never deleted' USING ERRCODE = 'TD403';
END $$;
CREATE TRIGGER case_kept BEFORE DELETE ON applications_application
    FOR EACH ROW EXECUTE FUNCTION case_kept();

CREATE FUNCTION charge_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM applications_application a
               WHERE a.id = NEW.application_id AND a.kind IN ('residential', 'lv_small')) THEN
        RAISE EXCEPTION 'a home or three-zero case takes no charge' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charge_refused BEFORE INSERT OR UPDATE ON applications_charge
    FOR EACH ROW EXECUTE FUNCTION charge_refused();
"""

UNDO = """
DROP TRIGGER charge_refused ON applications_charge;
DROP FUNCTION charge_refused();
DROP TRIGGER case_kept ON applications_application;
DROP FUNCTION case_kept();
DROP TRIGGER case_moves ON applications_application;
DROP FUNCTION case_moves();
DROP SEQUENCE applications_case_number;
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the table of legal moves."""
    legal_move = apps.get_model("applications", "LegalMove")
    legal_move.objects.using(schema_editor.connection.alias).bulk_create(
        legal_move(kind=kind, from_state=source, to_state=target) for kind, source, target in MOVES
    )


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARDS, UNDO),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
