"""People, escalations and the audit; words are sealed from here on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context, op

from bot.store.chain import link
from bot.store.vault import Vault

revision = "0002"
down_revision = "0001"

CHUNK = 500
WHERE = "escalation_id IS NOT NULL"


def upgrade() -> None:
    """Forward: new tables, then everything that holds words is sealed, and the events so far are chained.

    `sqlite_autoincrement`: a number that was given out is never given out again, for buttons and sealed words name it.
    """

    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cover_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_person", ["person_id", "until"], unique=False)

    op.create_table(
        "approvals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "break_glass",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.create_index("ix_break_glass_person", ["person_id", "until"], unique=False)

    op.create_table(
        "canned",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "escalations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("group_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.String(length=16), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("next_action", sa.String(length=32), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=120), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ring_at", sa.String(length=24), nullable=True),
        sa.Column("unreached", sa.Boolean(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("missing_fact", sa.Boolean(), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_escalations_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("state != 'resolved'"),
            postgresql_where=sa.text("state != 'resolved'"),
        )
        batch_op.create_index(
            "ix_escalations_live",
            ["telegram_id"],
            unique=True,
            sqlite_where=sa.text("state != 'resolved'"),
            postgresql_where=sa.text("state != 'resolved'"),
        )
        batch_op.create_index("ix_escalations_person", ["person_id", "opened_at"], unique=False)
        batch_op.create_index("ix_escalations_telegram", ["telegram_id", "id"], unique=False)

    op.create_table(
        "groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("audience", sa.String(length=32), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("topics", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_groups_chat_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("born_on", sa.LargeBinary(), nullable=True),
        sa.Column("for_person_id", sa.BigInteger(), nullable=True),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_invitations_code_digest")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitations_token_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "key_checks",
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("check", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_checks")),
    )
    op.create_table(
        "lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("history", sa.LargeBinary(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lines")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("lines", schema=None) as batch_op:
        batch_op.create_index("ix_lines_escalation", ["escalation_id", "id"], unique=False)
        batch_op.create_index("ix_lines_source", ["chat_id", "message_id"], unique=False)

    op.create_table(
        "occurrences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("series", "subject", "day", name=op.f("uq_occurrences_series_subject_day")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("born_on", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("adviser_id", sa.BigInteger(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("on_call", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone_is_seen", sa.Boolean(), nullable=True),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("code_word", sa.LargeBinary(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_week_step", sa.Integer(), nullable=False),
        sa.Column("first_week_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_people_telegram_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index("ix_people_adviser", ["adviser_id"], unique=False)

    op.create_table(
        "roles",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_roles")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "traces",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_traces")),
    )
    with op.batch_alter_table("traces", schema=None) as batch_op:
        batch_op.create_index("ix_traces_escalation", ["escalation_id"], unique=False)
        batch_op.create_index("ix_traces_line", ["line_id"], unique=False)

    op.create_table(
        "veiled",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.LargeBinary(), nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=True),
        sa.Column("line_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_veiled")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "wrong_tries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_tries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("wrong_tries", schema=None) as batch_op:
        batch_op.create_index("ix_wrong_tries_at", ["at"], unique=False)
        batch_op.create_index("ix_wrong_tries_telegram", ["telegram_id", "at"], unique=False)
    vault = _vault()
    _convert("inbox", "update_id", "body", sa.LargeBinary(), lambda row, words: vault.seal(words, "inbox", "body", row))
    _convert(
        "outbox",
        "id",
        "payload",
        sa.LargeBinary(),
        lambda row, words: vault.seal(_as_text(words), "outbox", "payload", row),
    )
    with op.batch_alter_table("outbox", recreate=_recreated(), table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("escalation_id", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("line_id", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("reported", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_index(
            "ix_outbox_escalation", ["escalation_id"], sqlite_where=sa.text(WHERE), postgresql_where=sa.text(WHERE)
        )
    with op.batch_alter_table("events") as batch:
        batch.add_column(sa.Column("actor_id", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("mac", sa.LargeBinary(), nullable=True))
    _chain(vault)
    with op.batch_alter_table("events") as batch:
        batch.alter_column("mac", existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    """Back: what was sealed is opened again; people and escalations are lost."""
    vault = _vault()
    with op.batch_alter_table("events") as batch:
        batch.drop_column("mac")
        batch.drop_column("actor_id")
    with op.batch_alter_table("outbox") as batch:
        batch.drop_index("ix_outbox_escalation")
        for name in ("deleted_at", "reported", "line_id", "escalation_id"):
            batch.drop_column(name)
    _convert("inbox", "update_id", "body", sa.Text(), lambda row, sealed: vault.open(sealed, "inbox", "body", row))
    _convert(
        "outbox",
        "id",
        "payload",
        sa.JSON(),
        lambda row, sealed: json.loads(vault.open(sealed, "outbox", "payload", row)),
    )

    with op.batch_alter_table("wrong_tries", schema=None) as batch_op:
        batch_op.drop_index("ix_wrong_tries_telegram")
        batch_op.drop_index("ix_wrong_tries_at")

    op.drop_table("wrong_tries")
    op.drop_table("veiled")
    with op.batch_alter_table("traces", schema=None) as batch_op:
        batch_op.drop_index("ix_traces_line")
        batch_op.drop_index("ix_traces_escalation")

    op.drop_table("traces")
    op.drop_table("topics")
    op.drop_table("roles")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_adviser")

    op.drop_table("people")
    op.drop_table("occurrences")
    with op.batch_alter_table("lines", schema=None) as batch_op:
        batch_op.drop_index("ix_lines_source")
        batch_op.drop_index("ix_lines_escalation")

    op.drop_table("lines")
    op.drop_table("key_checks")
    op.drop_table("invitations")
    op.drop_table("groups")
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_index("ix_escalations_telegram")
        batch_op.drop_index("ix_escalations_person")
        batch_op.drop_index(
            "ix_escalations_live",
            sqlite_where=sa.text("state != 'resolved'"),
            postgresql_where=sa.text("state != 'resolved'"),
        )
        batch_op.drop_index(
            "ix_escalations_due",
            sqlite_where=sa.text("state != 'resolved'"),
            postgresql_where=sa.text("state != 'resolved'"),
        )

    op.drop_table("escalations")
    op.drop_table("drafts")
    op.drop_table("canned")
    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.drop_index("ix_break_glass_person")

    op.drop_table("break_glass")
    op.drop_table("approvals")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index("ix_absences_person")

    op.drop_table("absences")


def _recreated() -> Literal["always", "auto"]:
    """On SQLite only a new table can begin to remember its highest number."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "auto"


def _vault() -> Vault:
    vault: Vault = context.config.attributes["vault"]
    return vault


def _convert(table: str, key: str, column: str, kind: Any, change: Callable[[int, Any], Any]) -> None:
    """Replace a column by one of another type, row by row."""
    old: sa.types.TypeEngine[Any] = sa.LargeBinary()
    if isinstance(kind, sa.LargeBinary):
        old = sa.JSON() if column == "payload" else sa.Text()
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column("converted", kind, nullable=True))
    here = sa.table(table, sa.column(key), sa.column(column, old), sa.column("converted", kind))
    connection = op.get_bind()
    last = -(2**63)
    while True:
        rows = connection.execute(
            sa.select(here.c[key], here.c[column]).where(here.c[key] > last).order_by(here.c[key]).limit(CHUNK)
        ).all()
        if not rows:
            break
        connection.execute(
            sa.update(here)
            .where(here.c[key] == sa.bindparam("which"))
            .values(converted=sa.bindparam("value", type_=kind)),
            [{"which": row, "value": change(row, value)} for row, value in rows],
        )
        last = rows[-1][0]
    with op.batch_alter_table(table) as batch:
        batch.drop_column(column)
        batch.alter_column("converted", new_column_name=column, existing_type=kind, nullable=False)


def _as_text(payload: Any) -> str:
    return json.dumps(payload)


def _chain(vault: Vault) -> None:
    """Give the events so far their place in the chain."""
    here = sa.table(
        "events", sa.column("id"), sa.column("at", sa.DateTime(timezone=True)), sa.column("noun"), sa.column("subject"),
        sa.column("verb"), sa.column("actor_id"), sa.column("details", sa.JSON()), sa.column("mac", sa.LargeBinary()),
    )  # fmt: skip
    connection = op.get_bind()
    before = b""
    for row in connection.execute(sa.select(here).order_by(here.c.id)).all():
        before = link(vault, before, row.id, row.at, row.noun, row.subject, row.verb, row.actor_id, row.details)
        connection.execute(sa.update(here).where(here.c.id == row.id).values(mac=before))
