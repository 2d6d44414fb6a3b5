"""A draft is no case: a table of its own, to which those that were cases move.

Each keeps its numbers, so that its documents stay its own and what it is filed as is the same
case; the entries of its beginning stay in the record.
"""

import json
import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import core.clock
import core.fields

# `withdrawn` stays possible without a filing: of the time when a draft was a case.
BORN = """
CREATE OR REPLACE FUNCTION case_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.filed_at IS NULL OR NEW.state = 'withdrawn' OR NOT EXISTS (
            SELECT 1 FROM applications_legalmove m
            WHERE m.kind = NEW.kind AND m.from_state = 'draft' AND m.to_state = NEW.state
        ) THEN
            RAISE EXCEPTION 'a case begins by its submit' USING ERRCODE = 'TD403';
        END IF;
    ELSIF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM applications_legalmove m
        WHERE m.kind = NEW.kind AND m.from_state = OLD.state AND m.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'no move of % from % to %', NEW.kind, OLD.state, NEW.state
            USING ERRCODE = 'TD403';
    ELSIF NEW.kind <> OLD.kind THEN
        RAISE EXCEPTION 'the kind of a filed case is fixed' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION document_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.subject_kind <> 'application'
        OR EXISTS (SELECT 1 FROM applications_application a WHERE a.id = OLD.subject_id)
        OR NOT EXISTS (SELECT 1 FROM applications_draft d WHERE d.id = OLD.subject_id) THEN
        RAISE EXCEPTION 'only the files of a draft are deleted' USING ERRCODE = 'TD403';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER document_of_draft BEFORE DELETE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION document_of_draft();
"""
#: Column by place in the contract's body.
APPLICANT = {
    "type": "applicant_type", "name": "applicant_name", "id_number": "id_number",
    "phone": "phone", "enterprise_size": "enterprise_size",
}  # fmt: skip
ADDRESS = {
    "district": "district", "statutory_district": "statutory_district", "town": "town",
    "line": "address_line",
}  # fmt: skip


def body_of(case: Any) -> dict[str, Any]:
    def group(columns: dict[str, str]) -> dict[str, Any]:
        return {name: getattr(case, column) for name, column in columns.items()}

    return {
        "applicant": group(APPLICANT),
        "address": group(ADDRESS),
        "capacity_kw": f"{case.capacity_kw:f}",
        "voltage": case.voltage,
        "sources": case.sources,
        "purpose": case.purpose,
    }


def move(apps: Any, editor: Any) -> None:
    alias = editor.connection.alias
    cases = apps.get_model("applications", "Application").objects.using(alias)
    drafts = apps.get_model("applications", "Draft").objects.using(alias)
    begun = cases.filter(state="draft").order_by("id")
    for case in begun.iterator(chunk_size=500):
        drafts.create(
            id=case.pk,
            number=case.number,
            ref=case.ref,
            filed_by_id=case.filed_by_id,
            office_id=case.office_id,
            channel=case.channel,
            typed=json.dumps(body_of(case), ensure_ascii=False),
            version=case.version,
            created_at=case.created_at,
        )
    with editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE applications_application DISABLE TRIGGER case_kept")
        cursor.execute("DELETE FROM applications_application WHERE state = 'draft'")
        cursor.execute("ALTER TABLE applications_application ENABLE TRIGGER case_kept")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0013_filed_by_a_party"),
        ("documents", "0003_handed_in_by_a_party"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("ref", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[("online", "Online"), ("counter", "At a counter")], max_length=8
                    ),
                ),
                ("typed", core.fields.EncryptedTextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(db_default=core.clock.CityNow())),
                ("changed_at", models.DateTimeField(db_default=core.clock.CityNow())),
                ("discarded_at", models.DateTimeField(null=True)),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="accounts.party",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["filed_by", "-id"], name="draft_of_party"),
                    models.Index(fields=["office", "-id"], name="draft_of_office"),
                    models.Index(fields=["changed_at"], name="draft_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "online"), ("office__isnull", True)),
                            models.Q(("channel", "counter"), ("office__isnull", False)),
                            _connector="OR",
                        ),
                        name="draft_at_counter_has_office",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discarded_at__isnull", True), ("typed", ""), _connector="OR"
                        ),
                        name="discarded_is_empty",
                    ),
                ],
            },
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RunSQL(BORN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("filed_at__isnull", False), ("state", "withdrawn"), _connector="OR"
                ),
                name="case_is_filed",
            ),
        ),
    ]
