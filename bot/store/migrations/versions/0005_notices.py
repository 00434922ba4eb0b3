"""Drop-ins, opportunities and notices: what is announced, to whom it goes, and how far people get with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward: new tables; nothing that is there changes."""
    op.create_table(
        "drop_in_series",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("agency", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("map_url", sa.String(length=300), nullable=False),
        sa.Column("bring", sa.String(length=300), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.Column("rule", sa.String(length=300), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=True),
        sa.Column("without", sa.String(length=4000), nullable=False),
        sa.Column("extra", sa.String(length=4000), nullable=False),
        sa.Column("bank_holidays", sa.String(length=8), nullable=False),
        sa.Column("term_time_only", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop_in_series")),
        sa.UniqueConstraint("uid", name=op.f("uq_drop_in_series_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "drop_ins",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticked_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop_ins")),
        sa.UniqueConstraint("series_id", "day", name=op.f("uq_drop_ins_series_id_day")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drop_ins_starts_at", "drop_ins", ["starts_at"], unique=False)
    op.create_table(
        "drop_in_places",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("drop_in_id", sa.BigInteger(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.Column("says_came", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop_in_places")),
        sa.UniqueConstraint("drop_in_id", "telegram_id", name=op.f("uq_drop_in_places_drop_in_id_telegram_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drop_in_places_telegram", "drop_in_places", ["telegram_id"], unique=False)
    op.create_table(
        "drop_in_posts",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("drop_in_id", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_drop_in_posts")),
    )
    op.create_table(
        "opportunities",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=1500), nullable=False),
        sa.Column("pay_hours", sa.String(length=300), nullable=False),
        sa.Column("where", sa.String(length=300), nullable=False),
        sa.Column("help", sa.String(length=600), nullable=False),
        sa.Column("needed", sa.String(length=600), nullable=False),
        sa.Column("closes_on", sa.String(length=10), nullable=True),
        sa.Column("for_whom", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("photo", sa.String(length=200), nullable=True),
        sa.Column("miles", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunities")),
        sa.UniqueConstraint("reference", name=op.f("uq_opportunities_reference")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_opportunities_state", "opportunities", ["state", "closes_on"], unique=False)
    op.create_table(
        "forms",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forms")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_forms_person_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "interests",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("reached", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("next_step", sa.LargeBinary(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
        sa.UniqueConstraint("opportunity_id", "telegram_id", name=op.f("uq_interests_opportunity_id_telegram_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_interests_next_at", "interests", ["next_at"], unique=False)
    op.create_index("ix_interests_telegram", "interests", ["telegram_id"], unique=False)
    op.create_table(
        "interest_steps",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("interest_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_steps")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_interest_steps_interest", "interest_steps", ["interest_id", "id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("audience", sa.String(length=2000), nullable=False),
        sa.Column("rule", sa.String(length=300), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=True),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("late_hours", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_state", "notices", ["state"], unique=False)
    op.create_table(
        "firings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("planned_to", sa.BigInteger(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("progress_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("progress_outbox_id", sa.BigInteger(), nullable=True),
        sa.Column("progress", sa.String(length=120), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firings")),
        sa.UniqueConstraint("notice_id", "day", name=op.f("uq_firings_notice_id_day")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_firings_due",
        "firings",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('planned', 'sending')"),
        postgresql_where=sa.text("state IN ('planned', 'sending')"),
    )
    op.create_table(
        "receipts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("thing", sa.String(length=64), nullable=False),
        sa.Column("firing_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.Column("outbox_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("thing", "chat_id", name=op.f("uq_receipts_thing_chat_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_receipts_chat", "receipts", ["chat_id", "at"], unique=False)
    op.create_index("ix_receipts_firing", "receipts", ["firing_id", "state", "id"], unique=False)
    op.create_table(
        "choices",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chosen", sa.LargeBinary(), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_choices")),
    )
    op.create_table(
        "seen_in_groups",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "telegram_id", name=op.f("pk_seen_in_groups")),
    )
    cards = sa.text("lane = 0")
    op.create_index(
        "ix_outbox_cards", "outbox", ["chat_id", "created_at"], unique=False, sqlite_where=cards, postgresql_where=cards
    )
