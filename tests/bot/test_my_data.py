"""What is held about somebody: the copy holds all of it and nothing of others; deleting leaves nothing behind."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import my_data
from bot.models import (
    SEALED,
    Base,
    BreakGlass,
    Chat,
    Enquiry,
    EnrolmentState,
    EscalationState,
    GateOutcome,
    Group,
    InboxState,
    Invitation,
    Kind,
    Lane,
    Outbox,
    OutboxState,
    Person,
    ReviewOf,
    Role,
    Rung,
    Side,
    WrongTry,
)
from bot.settings import ROOT
from bot.store import chats, enquiries, escalations, events, inbox, lines, outbox, people, reviews, veiled
from bot.store import my_data as store_of_my_data
from bot.store.engine import Store
from bot.store.inbox import Received
from bot.store.my_data import PLACED, Whose
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from bot.turn import Speech
from content.council import load_council
from tests.conftest import NOW

COUNCIL = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
JADE, KAI, PRIYA, TOM = 7001, 7002, 7003, 7004
DAY = timedelta(days=1)


async def joined(connection: AsyncConnection, telegram_id: int, name: str, role: Role, **more: Any) -> int:
    number = await people.add(
        connection, NOW, EnrolmentState.ENROLLED, telegram_id=telegram_id, name=name, confirmed_at=NOW - DAY, **more
    )
    await people.give_role(connection, NOW, number, role, None)
    return number


async def life_of(
    connection: AsyncConnection, telegram_id: int, mark: str, *, adviser: int, joins: bool = True
) -> int | None:
    """Somebody about whom something is held in every table; each word of theirs ends in their mark."""
    number = None
    if joins:
        number = await joined(
            connection,
            telegram_id,
            f"NAME{mark}",
            Role.YOUNG_PERSON,
            adviser_id=adviser,
            born_on="2008-03-14",
            code_word=f"codeword{mark}".lower(),
            told_age_band=f"BAND{mark}",
            told_status=f"STATUS{mark}",
        )
        await _row(connection, Invitation, {"name": f"INVITED{mark}"}, token_digest=mark.encode(), code_digest=mark.encode() * 2,
                   role=Role.YOUNG_PERSON, invited_by=adviser, state="used", created_at=NOW, expires_at=NOW, used_by=number)  # fmt: skip
        await _row(
            connection,
            BreakGlass,
            {"reason": f"REASON{mark}"},
            person_id=adviser,
            young_person_id=number,
            starts_at=NOW,
            until=NOW,
        )
    matter = await escalations.add(
        connection, {"because": f"BECAUSE{mark}", "name": f"SHOWN{mark}"}, telegram_id=telegram_id, person_id=number, kind=Kind.ASKED, urgent=False,
        state=EscalationState.RESOLVED, opened_at=NOW, clock_from=NOW, rung=Rung.ADVISER, owner_id=adviser, next_action="nothing", next_at=NOW,
        heard_at=NOW, ring_at="soon",
    )  # fmt: skip
    first = await lines.add(
        connection,
        matter,
        Side.YOUNG_PERSON,
        number,
        NOW,
        body=f"SAID{mark}",
        file={"name": f"FILE{mark}", "method": "sendPhoto"},
        chat_id=telegram_id,
        message_id=1,
    )
    await lines.add(connection, matter, Side.STAFF, adviser, NOW, body=f"ANSWER{mark}")
    await lines.add(connection, matter, Side.NOTE, adviser, NOW, body=f"NOTE{mark}")
    await escalations.trace(connection, telegram_id, 1, matter, first, NOW)
    await veiled.add(connection, NOW, telegram_id, [("sendMessage", {"text": f"VEILED{mark}"})], matter, None)
    update_id = telegram_id * 10
    message = {
        "message_id": 5,
        "date": 1,
        "chat": {"id": telegram_id},
        "text": f"TYPED{mark}",
        "reply_to_message": {"text": "OTHERS WORDS"},
    }
    await inbox.add(
        connection,
        [Received(update_id, telegram_id, telegram_id, json.dumps({"update_id": update_id, "message": message}))],
        NOW,
    )
    await inbox.finish(connection, update_id, InboxState.DONE, NOW)
    await outbox.add(connection, [Outgoing(Lane.REPLY, telegram_id, "sendMessage", {"text": f"SENT{mark}"})], NOW)
    await outbox.add(
        connection, [Outgoing(Lane.PAGE, PRIYA, "sendMessage", {"text": f"PAGED{mark}"}, escalation_id=matter)], NOW
    )
    await connection.execute(update(Outbox).values(state=OutboxState.DELIVERED, message_id=9, finished_at=NOW))
    await enquiries.add(
        connection,
        update_id=update_id,
        chat_id=telegram_id,
        person_id=telegram_id,
        now=NOW,
        outcome="answer",
        entry_id=f"entry-{mark}",
    )
    await reviews.add(
        connection, {"words": f"JUDGED{mark}", "kinds": f"KINDS{mark}", "because": f"WHY{mark}"}, update_id=update_id,
        telegram_id=telegram_id, person_id=number, at=NOW, what=ReviewOf.CONCERN, outcome=GateOutcome.WORRIED,
    )  # fmt: skip
    await chats.heard_from(connection, telegram_id, "private", NOW)
    await connection.execute(insert(WrongTry).values(telegram_id=telegram_id, at=NOW))
    await _row(
        connection,
        Group,
        {"title": f"TITLE{mark}"},
        chat_id=-telegram_id,
        added_by=telegram_id,
        asked_at=NOW,
        topics=False,
    )
    await events.add(connection, NOW, "escalation", matter, "read", actor=adviser)
    await events.add(connection, NOW, "concern", update_id, f"said{mark}"[:32])
    return number


async def _row(connection: AsyncConnection, table: Any, sealed: dict[str, str], **values: Any) -> None:
    """A row whose words are sealed for it."""
    from bot.store.rows import reserve
    from bot.store.vault import vault_of

    row = (await reserve(connection, table))[0]
    words = {name: vault_of(connection).seal(value, table.__tablename__, name, row) for name, value in sealed.items()}
    await connection.execute(insert(table).values(id=row, **words, **values))


GIVEN_OUT = (
    "NAME",
    "codeword",
    "INVITED",
    "REASON",
    "BECAUSE",
    "SHOWN",
    "SAID",
    "FILE",
    "ANSWER",
    "VEILED",
    "TYPED",
    "SENT",
    "TITLE",
    "entry-",
    "said",
    "JUDGED",
    "KINDS",
    "WHY",
)
OF_SOMEBODY_WHO_HAS_NOT_JOINED = GIVEN_OUT[4:]
KEPT_BACK = ("NOTE", "PAGED", "OTHERS WORDS")


async def lives(store: Store) -> None:
    async with store.transaction() as connection:
        priya = await joined(connection, PRIYA, "Priya Nair", Role.ADVISER)
        await joined(connection, TOM, "Tom Ashby", Role.DUTY)
        await life_of(connection, JADE, "QQJADE", adviser=priya)
        await life_of(connection, KAI, "QQKAI", adviser=priya, joins=False)


async def files_of(store: Store, telegram_id: int) -> dict[str, str]:
    async with store.transaction() as connection:
        person = await people.actor(connection, telegram_id)
        made = await my_data.copy(Speech(connection, NOW), person, COUNCIL)
    return {name.rpartition(".")[2]: data.decode() for name, data in made}


@pytest.mark.parametrize(
    ("whose", "mark", "others", "canaries"),
    [(JADE, "QQJADE", "QQKAI", GIVEN_OUT), (KAI, "QQKAI", "QQJADE", OF_SOMEBODY_WHO_HAS_NOT_JOINED)],
)
async def test_a_copy_holds_all_that_was_put_in_and_nothing_of_anybody_else(
    store: Store, whose: int, mark: str, others: str, canaries: tuple[str, ...]
) -> None:
    await lives(store)
    for kind, text in (await files_of(store, whose)).items():
        missing = [canary for canary in canaries if (canary + mark).lower() not in text.lower()]
        assert not missing, kind
        assert others not in text
        assert others.lower() not in text
        assert not [word for word in KEPT_BACK if word in text]


async def test_the_copy_names_the_adviser_and_no_other_member_of_staff(store: Store) -> None:
    await lives(store)
    async with store.transaction() as connection:
        jade = await people.actor(connection, JADE)
        tom = await people.actor(connection, TOM)
        await events.add(connection, NOW, "person", jade.id, "looked in", actor=tom.id)
    for text in (await files_of(store, JADE)).values():
        assert "Priya (your adviser)" in text
        assert "a duty worker" in text
        assert "Nair" not in text
        assert "Tom" not in text


async def test_the_json_can_be_read_by_a_computer_and_says_when_it_was_made(store: Store) -> None:
    await lives(store)
    made = json.loads((await files_of(store, JADE))["json"])
    assert made["made_at"] == "2026-11-23T10:00:00+00:00"
    assert made["you"][0]["born_on"] == "2008-03-14"
    assert made["conversation"][0]["from"] == "you"


async def test_the_copy_says_how_to_get_what_the_bot_does_not_hand_out(store: Store) -> None:
    text = (await files_of(store, JADE))["txt"]
    assert "Notes that staff write to each other" in text
    assert "01632 960110" in text


async def test_a_copy_of_somebody_unknown_is_empty_and_holds_nobody_else(store: Store) -> None:
    await lives(store)
    async with store.transaction() as connection:
        await connection.execute(update(Enquiry).values(person_id=None))  # cut loose from whoever asked
        made = await my_data.copy(Speech(connection, NOW), Actor(), COUNCIL)
    assert "QQ" not in "".join(data.decode() for _, data in made)


async def test_a_copy_leaves_out_the_bytes_of_the_copy_before(store: Store) -> None:
    async with store.transaction() as connection:
        speech = Speech(connection, NOW)
        my_data.send_copy(speech, JADE, [("my-data.txt", b"x" * 100_000)])
        await speech.keep()
    assert all(len(text) < 5000 for text in (await files_of(store, JADE)).values())


async def test_words_that_no_file_can_hold_become_question_marks(store: Store) -> None:
    async with store.transaction() as connection:
        await inbox.add(connection, [Received(1, JADE, JADE, '{"message": {"text": "half \\ud83d"}}')], NOW)
    assert all("half" in text for text in (await files_of(store, JADE)).values())


def test_every_table_has_its_place_in_a_copy_and_a_deletion() -> None:
    assert set(PLACED) == set(Base.metadata.tables)


async def test_who_looked_is_shown_without_the_person_and_without_what_staff_began(store: Store) -> None:
    await lives(store)
    async with store.transaction() as connection:
        jade = await people.actor(connection, JADE)
        tom = await people.actor(connection, TOM)
        await events.add(connection, NOW + DAY, "person", jade.id, "exported", actor=tom.id)
        await events.add(connection, NOW + DAY, "person", jade.id, "exported", actor=jade.id)
        await events.add(connection, NOW + DAY, "person", tom.id, "exported", actor=jade.id)
        await events.add(connection, NOW + DAY, "escalation", 1, "opened", actor=tom.id, kind="an adviser wrote first")
    async with store.transaction() as connection:
        looks = await store_of_my_data.looks(connection, Whose.of(jade))
    assert [(look.actor_id, look.at) for look in looks] == [(tom.id, NOW + DAY), (jade.adviser_id, NOW)]


# --- deleting


async def everything_opened(store: Store) -> str:
    """Every table as text, with every sealed value opened; the events are left out, they stay."""
    found: list[str] = []
    async with store.reading() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in ("events", "key_checks"):
                continue
            key = next(iter(table.primary_key.columns)).name
            for row in (await connection.execute(select(table))).mappings():
                for column in table.columns:
                    value = row[column.name]
                    if column.info == SEALED and value is not None:
                        value = store.vault.open(value, table.name, column.name, row[key])
                    elif isinstance(column.type, LargeBinary):
                        continue
                    found.append(f"{table.name}.{column.name}={value}")
    return "\n".join(found)


async def erased(store: Store, telegram_id: int, keep: int | None = None) -> dict[str, int]:
    async with store.transaction() as connection:
        person = await people.actor(connection, telegram_id)
        return await store_of_my_data.erase(connection, person.id, telegram_id, NOW, keep)


@pytest.mark.parametrize(("whose", "mark", "others"), [(JADE, "QQJADE", "QQKAI"), (KAI, "QQKAI", "QQJADE")])
async def test_deleting_leaves_nothing_of_theirs_and_all_of_others(
    store: Store, whose: int, mark: str, others: str
) -> None:
    await lives(store)
    before = await everything_opened(store)
    await erased(store, whose)
    after = await everything_opened(store)
    left = [
        line
        for line in after.split("\n")
        if mark.lower() in line.lower() or str(whose) in line.replace(f"-{whose}", "")
    ]
    assert [line for line in left if not line.startswith(("groups.", "enquiries.entry_id"))] == []
    for line in before.split("\n"):
        if others in line:
            assert line in after


async def test_the_audit_stays_and_still_holds(store: Store) -> None:
    await lives(store)
    async with store.transaction() as connection:
        count = await events.count(connection)
    await erased(store, JADE)
    async with store.transaction() as connection:
        assert await events.count(connection) == count
        assert await events.first_broken(connection, store.vault) is None


async def test_the_update_that_asks_for_it_stays_until_it_is_done_but_empty(store: Store) -> None:
    await lives(store)
    async with store.transaction() as connection:
        await inbox.add(connection, [Received(99, JADE, JADE, '{"message": {"text": "QQWORDS"}}')], NOW)
    await erased(store, JADE, keep=99)
    assert "QQWORDS" not in await everything_opened(store)
    async with store.transaction() as connection:
        assert await inbox.finish(connection, 99, InboxState.DONE, NOW)


async def test_what_nobody_has_read_yet_is_still_handled(store: Store) -> None:
    await lives(store)
    async with store.transaction() as connection:
        await inbox.add(connection, [Received(99, JADE, JADE, '{"message": {"text": "i want to die"}}')], NOW)
    await erased(store, JADE, keep=None)
    async with store.reading() as connection:
        assert [row.update_id for row in await inbox.waiting(connection, 9)] == [99]


async def test_the_number_of_a_message_under_way_goes_to_no_other(store: Store) -> None:
    async with store.transaction() as connection:
        await outbox.add(connection, [Outgoing(Lane.REPLY, JADE, "sendMessage", {"text": "QQWORDS"})], NOW)
        await outbox.mark_sending(connection, [1])
    await erased(store, JADE)
    assert "QQWORDS" not in await everything_opened(store)
    async with store.reading() as connection:
        assert [row.id for row in await outbox.interrupted(connection)] == [1]


@pytest.mark.parametrize("state", [EscalationState.OPEN, EscalationState.ACKNOWLEDGED])
@pytest.mark.parametrize("whose", [JADE, KAI])
async def test_it_is_held_back_while_a_person_deals_with_something(
    store: Store, state: EscalationState, whose: int
) -> None:
    await lives(store)
    async with store.transaction() as connection:
        matter = await escalations.current(connection, whose)
        assert matter is not None
        await escalations.change(connection, matter.id, state=state)
    before = await everything_opened(store)
    async with store.transaction() as connection:
        speech = Speech(connection, NOW)
        assert await my_data.erase(speech, await people.actor(connection, whose), actor=None) == my_data.HeldBack()
        assert speech.outgoing == []
    assert await everything_opened(store) == before


async def test_the_adviser_is_told_by_initials_and_the_chat_is_cleared(store: Store) -> None:
    await lives(store)
    async with store.transaction() as connection:
        speech = Speech(connection, NOW)
        jade = await people.actor(connection, JADE)
        await my_data.erase(speech, jade, actor=jade.id)
    told = [call.payload["text"] for call in speech.outgoing if call.chat_id == PRIYA]
    assert len(told) == 1
    assert told[0].startswith(f"N (number {jade.id}) deleted")
    assert [call.payload["message_ids"] for call in speech.outgoing if call.method == "deleteMessages"] == [[9]]


async def test_the_row_stays_without_anything_in_it(store: Store) -> None:
    await lives(store)
    async with store.transaction() as connection:
        jade = await people.actor(connection, JADE)
    await erased(store, JADE)
    async with store.transaction() as connection:
        row = (await connection.execute(select(Person).where(Person.id == jade.id))).one()
        assert (row.telegram_id, row.state) == (None, EnrolmentState.WITHDRAWN)
        assert [getattr(row, name) for name in people.SEALED_FIELDS] == [None] * 5
        assert (await people.actor(connection, JADE)).id is None
        assert await connection.scalar(select(Chat.chat_id).where(Chat.chat_id == JADE)) is None


# --- names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Sam\n Reed ", "Sam Reed"), ("<b>*x*</b>", "<b>*x*</b>"), ("Zoë 🦊", "Zoë 🦊"), ("\u202eevil\u200b", "evil"), ("\x00\x07", ""),
        ("👩\u200d🔬", "👩\u200d🔬"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_keeps_its_letters_and_loses_what_nobody_sees(typed: str, kept: str) -> None:
    assert my_data.clean_name(typed) == kept
