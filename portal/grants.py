"""What the web role may do, applied by the owner after every migration. The web role owns nothing,
so it can neither change a table nor drop a trigger; and it can nowhere TRUNCATE.

What no act changes once it is written it may not update either: by column where the code saves
columns by name, by a trigger where it saves whole rows (docs/decisions/0020).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
READ = ("SELECT",)
GROWS = ("SELECT", "INSERT")
STAYS = ("SELECT", "INSERT", "UPDATE")


@dataclass(frozen=True, slots=True)
class Rights:
    """Of a table whose rows change, `kept` are the columns that never do; or `changes` are the only
    ones that do."""

    words: tuple[str, ...]
    kept: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    def updates(self, columns: Iterable[str]) -> list[str]:
        """The columns that may be updated, of those that the table has."""
        if "UPDATE" not in self.words:
            return []
        if self.changes:
            return [name for name in columns if name in self.changes]
        return [name for name in columns if name not in self.kept]


def only(*changes: str) -> Rights:
    return Rights(STAYS, changes=changes)


# The first pattern that a table's name begins with decides; all others get EVERYTHING.
EXCEPTIONS: tuple[tuple[str, Rights], ...] = (
    ("ledger_entry", Rights(GROWS)),
    ("ledger_salt", Rights(GROWS)),
    # The log's order is given by ledger_integrate alone.
    ("ledger_pending", Rights(READ)),
    ("ledger_leaf", Rights(READ)),
    ("ledger_", Rights(GROWS)),
    # What these two found and asked, triggers keep (oversight/migrations).
    ("rectification_order", Rights(STAYS)),
    ("rectification_statement", Rights(GROWS)),
    ("integrity_evidence", Rights(GROWS)),
    ("integrity_signal", Rights(STAYS)),
    ("integrity_scan", Rights(("SELECT", "UPDATE"))),
    (
        "deadlines_clock",
        Rights(
            STAYS,
            (
                "id", "case_ref", "part", "kind", "step", "limit_days", "target", "clause",
                "district", "rules_version", "carried_days", "started_at",
            ),
        ),
    ),
    ("deadlines_interval", Rights(GROWS)),
    ("deadlines_recount", Rights(GROWS)),
    ("deadlines_warning", Rights(GROWS)),
    # Only those of a draft are ever deleted (trigger document_of_draft); of all others only what
    # the scanner said is added (trigger document_scan).
    (
        "documents_document",
        Rights(EVERYTHING, changes=("scan", "scan_tries", "scan_due_at")),
    ),
    ("documents_opening", Rights(GROWS)),
    ("documents_part", Rights(("SELECT", "INSERT", "DELETE"))),
    ("documents_upload", Rights(EVERYTHING, changes=("received", "changed_at", "document_id"))),
    ("applications_draft", Rights(EVERYTHING, ("id", "number", "ref", "created_at"))),
    # A number is given once; a trigger keeps what is kept. (Before the table whose name begins it.)
    (
        "approvals_permitpaper",
        only("tries", "due_at", "trouble", "document_id", "sealed_by", "stamped_at", "kept_at"),
    ),
    (
        "approvals_permit",
        Rights(
            STAYS,
            (
                "id", "ref", "case_ref", "line_works_id", "round_id", "permit", "bureau",
                "district", "level", "route", "clause", "limit_days", "received_at",
                "carried_from_id",
            ),
        ),
    ),
    ("approvals_roadapproval", Rights(("SELECT", "INSERT", "DELETE"))),
    # What is published stays; a row is only noted as replaced.
    ("approvals_road", only("replaced_in_id")),
    ("approvals_policydocument", only("replaced_in_id")),
    ("approvals_round", only("joined_at", "withdrawn_at", "refused")),
    ("approvals_lineworks", Rights(STAYS)),
    ("approvals_groundfile", Rights(GROWS)),
    ("approvals_excludedtime", only("ended_at")),
    ("approvals_chase", only("answer", "answered_at")),
    # What was signed never changes; a check and a revocation are written once (triggers).
    (
        "approvals_commitment",
        only(
            "permit_id", "checked_at", "kept", "findings", "revoked_at", "reason", "clause",
            "barred_until",
        ),
    ),
    # Whom it was asked of and what never changes; what came of it is written once (trigger
    # opinion_stays), and the phone goes.
    (
        "approvals_opinion",
        only(
            "state", "phone", "reminded_at", "opened_at", "position", "words", "answered_at",
            "withdrawn_at", "version",
        ),
    ),
    ("approvals_supplementitem", only("answer", "supplied_at", "office_id", "version")),
    # What was sent stays; only a draft is changed, or goes (trigger package_of_draft).
    ("approvals_package", Rights(EVERYTHING, ("id", "ref", "case_ref", "district"))),
    # What was asked never changes; trigger advice_guard keeps its moves.
    ("approvals_advice", only("state", "verdict", "words", "ended_at", "version")),
    ("approvals_attachment", Rights(("SELECT", "INSERT", "DELETE"))),
    # A row of a bill goes only with the file that it stood in; a difference ends once (trigger).
    ("money_billentry", Rights(("SELECT", "INSERT", "DELETE"))),
    ("money_bill", only("state", "digest", "tries", "due_at", "imported_at")),
    ("money_difference", only("state", "words", "explained_by_id", "ended_at")),
    # Who had a case, and who belonged to a cell, stays known; a trigger ends each once.
    ("applications_assignment", only("ended_at")),
    ("applications_cellmember", only("ended_at")),
    ("applications_celltown", Rights(("SELECT", "INSERT", "DELETE"))),
    ("applications_gridcell", only("name", "ended_at", "version")),
    ("applications_absence", only("ended_at")),
    ("applications_attempt", Rights(GROWS)),
    ("applications_casemessage", only("answered_at")),
    ("applications_inspection", Rights(GROWS)),
    ("applications_itemresult", Rights(GROWS)),
    # What was proposed goes with its decision; trigger correction_has_ended keeps what came of it.
    ("applications_identitycorrection", only("name", "id_number", "answer", "outcome", "ended_at")),
    # Which rating opened it never changes; trigger follow_up_guard keeps its moves.
    ("applications_followup", only("state", "closed_at", "said", "done", "version")),
    # What was asked never changes; it is answered once (trigger enquiry_guard).
    ("applications_enquiry", only("state", "answered_at", "answer_text", "version")),
    # What was complained of never changes; trigger complaint_guard keeps its moves.
    (
        "money_complaint",
        only(
            "state", "explained_at", "ended_at", "explanation", "reasons", "clause", "version",
        ),
    ),
    # What was complained of never changes; trigger interruption_guard keeps its moves.
    (
        "oversight_interruptioncomplaint",
        only(
            "state", "restored_at", "power_on", "explained_at", "ended_at", "explanation",
            "reasons", "clause", "order_ref", "version",
        ),
    ),
    # An issued plan never changes (trigger orderly_guard).
    (
        "oversight_cityplan",
        only(
            "name", "begins_on", "ends_on", "livelihood", "important", "level_1", "level_2",
            "level_3", "level_4", "state", "issued_at", "due_on", "version",
        ),
    ),
    (
        "oversight_districtplan",
        only(
            "state", "round", "due_on", "late_from", "words", "level_1", "level_2", "level_3",
            "level_4", "handed_in_at", "accepted_at", "chased_at", "version",
        ),
    ),
    # What was handed in never changes; it is given back once (trigger).
    ("oversight_handin", only("reasons", "given_back_at")),
    # What a task is never changes, nor what was said of it; trigger task_guard keeps its moves.
    ("oversight_tasknote", Rights(GROWS)),
    (
        "oversight_task",
        only("state", "due_on", "late_from", "claimed_at", "ended_at", "version"),
    ),
    ("oversight_newsitem", only("replaced_in_id")),
    ("oversight_groupseat", only("replaced_in_id")),
    ("oversight_gridproject", only("replaced_in_id")),
    ("oversight_trainingevent", only("replaced_in_id")),
    ("oversight_goodpractice", only("replaced_in_id")),
    ("oversight_districtchase", Rights(GROWS)),
    # When it began never changes, nor when it ended (trigger orderly_guard).
    (
        "oversight_executioncorrection", Rights(GROWS)
    ),
    (
        "oversight_execution",
        only("state", "ordered_mw", "shed_mw", "reason", "ended_at", "version"),
    ),
    # What it is for, and what was said with the booking, never changes; trigger appointment_guard
    # keeps its moves.
    (
        "applications_appointment",
        only(
            "staff_id", "begins_at", "ends_at", "state", "words", "sequence", "changed_at",
            "ended_at", "remind_at", "reminded_at", "version",
        ),
    ),
    ("applications_blockedtime", Rights(("SELECT", "INSERT", "DELETE"))),
    ("applications_takenalong", Rights(("SELECT", "INSERT", "DELETE"))),
    ("applications_fieldreport", Rights(GROWS)),
    ("applications_reportphoto", Rights(GROWS)),
    # What was passed on never changes; trigger referral_guard keeps its moves.
    (
        "applications_referral",
        only(
            "state", "opened_at", "ended_at", "remind_at", "reminded_at", "reference", "reason",
            "version",
        ),
    ),
    # Which unit it is of and for which days never changes; trigger rental_guard keeps its moves.
    (
        "applications_rental",
        only(
            "state", "words", "condition_out", "condition_back", "damaged", "handed_over_at",
            "ended_at", "due_at", "version",
        ),
    ),
    # Another phone is another office.
    ("applications_registeredoffice", only("ended_at")),
    # What was published stays as it was.
    ("applications_release", Rights(GROWS)),
    ("applications_cell", Rights(GROWS)),
    # A trigger lays it, and keeps what is counted.
    ("applications_casefacts", Rights(("SELECT", "UPDATE"), ("application_id",))),
    # A plan stays as it was replied; triggers let what is added to it be added once.
    ("applications_planline", only("contested", "answer", "finished_at")),
    (
        "applications_plan",
        only("lapses_at", "prolonged_months", "agreed", "reason", "answered_at"),
    ),
    # What it is for and what it comes to never changes; trigger charge_guard keeps its moves.
    # What was ordered and came never changes; triggers keep the moves.
    (
        "money_payment",
        only(
            "state", "transaction", "questioned", "words", "received_at", "paid_at", "ended_at",
            "ask_at", "expires_at", "asked", "version",
        ),
    ),
    (
        "money_refund",
        only("state", "words", "said", "ended_at", "ask_at", "asked", "version"),
    ),
    (
        "applications_charge",
        only("state", "words", "paid_at", "ended_at", "version"),
    ),
    ("applications_externalworks", Rights(GROWS)),
    # The text stays as it was signed; a trigger keeps what is kept.
    (
        "applications_contract",
        only(
            "tries", "due_at", "trouble", "document_id", "sealed_by", "stamped_at", "kept_at",
        ),
    ),
    # What was agreed to stays; that it was asked for, and what came of it, is noted.
    (
        "applications_licencefetch", only("asked_at", "outcome", "settled_at", "document_id"),
    ),
    # What was ordered never changes; trigger material_guard keeps its moves.
    (
        "applications_materialorder",
        only("state", "changed_at", "meter_numbers", "reason", "version"),
    ),
    ("applications_legalmove", Rights(READ)),
    # What is published stays; a row is only noted as replaced.
    ("grid_publication", Rights(GROWS)),
    # Who prepared it, and of what, stays; trigger grid_draft_guard keeps what is offered.
    (
        "grid_draft",
        Rights(
            EVERYTHING, ("id", "kind", "by_id", "share", "created_at", "withdraws", "undoes_id")
        ),
    ),
    ("grid_feeitem", only("replaced_in_id")),
    ("money_payee", only("replaced_in_id")),
    ("money_pricepolicy", only("replaced_in_id")),
    # What was spent stays; a trigger adds it up.
    ("money_investmenttotal", Rights(READ)),
    ("money_investment", Rights(GROWS)),
    ("grid_connectionpoint", only("replaced_in_id")),
    # A trigger erases it with the person of its case.
    ("grid_energisedpoint", Rights(GROWS)),
    ("grid_elementrow", only("replaced_in_id")),
    ("grid_arearow", only("replaced_in_id")),
    ("grid_areafigures", Rights(READ)),
    # An identity stays; which row it has and what feeds it follow from what is published.
    ("grid_element", Rights(("SELECT", "UPDATE"), ("id", "code"))),
    # What was promised ends, or lapses later; trigger grid_reservation_keep keeps the rest.
    (
        "grid_reservation",
        only("lapses_at", "connected_at", "ended_at", "ending"),
    ),
    ("grid_waiting", only("ended_at")),
    # Taken off by the end of what it belongs to, in trigger grid_reservation_keep.
    ("grid_hold", Rights(GROWS)),
    ("grid_promisetotal", Rights(READ)),
    ("grid_promised", Rights(READ)),
    ("grid_rentalunit", only("replaced_in_id")),
    ("reliability_outagerow", only("replaced_in_id")),
    ("reliability_customersserved", only("replaced_in_id")),
    # What it is never changes; trigger outage_guard keeps its moves and its times.
    (
        "reliability_outageelement",
        Rights(("SELECT", "INSERT", "DELETE")),
    ),
    (
        "reliability_outage",
        Rights(
            STAYS,
            (
                "id", "ref", "number", "district", "kind", "nature", "regulation",
                "excluded_by_policy", "number_of_case", "case_ref", "defect_id", "rules_version",
                "announced_at",
            ),
        ),
    ),
    # What was found never changes; triggers keep what has ended.
    ("reliability_patrol", Rights(STAYS, ("id", "ref", "element_id", "district", "registered_at"))),
    (
        "reliability_defect",
        only("state", "works", "ordered_at", "mended", "mended_at", "version"),
    ),
    # What outages name a crew by never changes; trigger repaircrew_guard keeps its end.
    ("reliability_repaircrew", Rights(STAYS, ("id", "ref", "code", "district", "registered_at"))),
    # What was told never changes; triggers say what it may come to belong to, and keep decisions.
    ("reliability_monitoringevent", only("suggestion_id", "outage_id")),
    ("reliability_monitoringsystem", only("heard_at", "reported_at")),
    ("reliability_suggestion", Rights(STAYS, ("id", "ref", "number", "suggested_at"))),
    ("reliability_reportnote", Rights(GROWS)),
    # What was reported never changes; trigger report_guard keeps its moves.
    (
        "reliability_report",
        only(
            "office", "heard_by", "state", "outcome", "taken_on_at", "closed_at", "answer",
            "referred_to", "penalty_by", "penalty_clause", "penalty_yuan", "joined_to_id",
            "outage_id", "version",
        ),
    ),
    # What is counted can be counted anew; of how it was counted there is one row.
    ("reliability_countedinterruption", Rights(EVERYTHING)),
    ("reliability_count", only("at", "joining")),
    # What somebody follows ends, and never becomes something else.
    ("reliability_following", Rights(EVERYTHING, changes=("ended_at",))),
    ("reliability_follower", Rights(EVERYTHING, changes=("party_id", "former_id", "phone_digest"))),
    # Trigger outage_customers_guard keeps what was counted.
    ("reliability_interruption", Rights(EVERYTHING)),
    ("rules_", Rights(READ)),
    # A role ends by setting `to_at`: who could do what in the past stays known.
    ("accounts_rolegrant", only("to_at")),
    ("accounts_organisation", Rights(GROWS)),
    ("accounts_user", Rights(STAYS)),
    ("accounts_party", Rights(GROWS)),
    # A mandate ends, and never becomes another one: who acted for whom stays known.
    ("accounts_mandate", only("ended_at")),
    ("accounts_offer", Rights(EVERYTHING, changes=("outcome", "phone", "party_id"))),
    # Whoever is confirmed anew has a new row; ending one empties it, and a trigger keeps the rest.
    ("accounts_confirmedidentity", only("ended_at", "name", "id_number", "id_digest")),
    ("accounts_faceconsent", Rights(GROWS)),
    ("accounts_identitylink", Rights(EVERYTHING, changes=("last_used_at",))),
    # An address never becomes another one: that contact ends, and a new one begins.
    ("accounts_contact", only("confirmed_at", "ended_at", "language")),
    (
        "accounts_phonecode",
        Rights(EVERYTHING, ("purpose", "signs", "address", "digest", "expires_at")),
    ),
    ("accounts_returnlink", Rights(GROWS)),
    ("accounts_passkey", Rights(EVERYTHING, changes=("sign_count", "last_used_at", "copied_at"))),
    ("notifications_outbox", only("planned_at", "secret")),
    (
        "notifications_delivery",
        Rights(
            STAYS,
            ("id", "outbox_id", "broadcast_id", "channel", "digest", "language", "created_at"),
        ),
    ),
    # What is told, and to whom, never changes; trigger batch_of_snapshot adds nobody later.
    (
        "notifications_broadcast",
        only("people", "current", "state", "throttled", "resume_at", "ended_at"),
    ),
    (
        "notifications_endpoint",
        only("secret", "previous", "previous_until", "ended_at"),
    ),
    ("notifications_batch", only("left", "planned_at")),
    ("notifications_message", only("read_at")),
    # An address never becomes another one: ended, it is emptied, and a new binding begins.
    ("notifications_bindingcode", Rights(EVERYTHING, changes=("code", "digest", "expires_at"))),
    ("notifications_binding", only("ended_at", "address")),
    ("notifications_grant", Rights(EVERYTHING, changes=("left",))),
    ("notifications_circuit", only("failures", "opened_at", "retry_at")),
    ("notifications_sending", Rights(("SELECT", "INSERT", "DELETE"))),
    ("notifications_receipt", Rights(GROWS)),
    ("core_cityclock", Rights(READ)),
    ("disclosure_datachange", Rights(GROWS)),
    ("desk_digest", only("wanted", "made_on")),
    # Its list and what it narrows by stay; another one is another filter.
    (
        "desk_savedfilter",
        Rights(EVERYTHING, ("id", "owner_id", "list", "query", "created_at")),
    ),
    # Django's own lists of models and rights, which nothing here asks.
    ("auth_", Rights(READ)),
    ("django_content_type", Rights(READ)),
    ("django_migrations", Rights(READ)),
)  # fmt: skip

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1
"""


COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
    AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


def rights_on(table: str) -> Rights:
    found = (rights for prefix, rights in EXCEPTIONS if table.startswith(prefix))
    return next(found, Rights(EVERYTHING))


def apply(connection: BaseDatabaseWrapper, role: str) -> None:
    """Over a connection of the owner; nothing happens when the role is the owner itself."""
    if role == connection.settings_dict["USER"]:
        return
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        name = sql.Identifier(role)
        statements = [
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
            sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
            # Rights on columns are taken with those on their table.
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name),
        ]
        for table in tables:
            cursor.execute(COLUMNS, [f'public."{table}"'])
            columns = [column for (column,) in cursor.fetchall()]
            rights = sql.SQL(", ").join(_words(rights_on(table), columns))
            grant = sql.SQL("GRANT {} ON {} TO {}").format(rights, sql.Identifier(table), name)
            statements.append(grant)
        cursor.execute(sql.SQL("; ").join(statements))


def _words(rights: Rights, columns: list[str]) -> list[sql.Composable]:
    updates = rights.updates(columns)
    whole = len(updates) == len(columns)
    words = [sql.SQL(word) for word in rights.words if word != "UPDATE" or whole]
    if updates and not whole:
        named = sql.SQL(", ").join(map(sql.Identifier, updates))
        return [*words, sql.SQL("UPDATE ({})").format(named)]
    return list(words)
