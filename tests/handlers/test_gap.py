"""/gaps, /phrasing, /phrasings and /reload, as staff use them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import escalating, learning
from bot.message import written
from bot.models import Event, Gap, GapSource, GapState, Kind, Outbox, Role
from bot.store import gaps, phrasings
from bot.store.outbox import Outgoing
from content.texts import gap as texts
from tests.conftest import NOW
from tests.desk import Desk, open_desk
from tests.desk import texts as said
from tests.knowing import on_small, settings_of, write

PAT, PRIYA, JADE = 17, 11, 18
WORDS = "i need a permit for the coach"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        on_small(made)
        await made.enrol(PAT, "Pat", Role.PARTICIPATION)
        await made.enrol(PRIYA, "Priya", Role.ADVISER)
        yield made


async def asked(desk: Desk, *words: str, source: GapSource = GapSource.NONE, entry: str | None = None) -> list[int]:
    async with desk.speech() as speech:
        return [await gaps.add(speech.connection, NOW, one, source, entry) or 0 for one in words]


def buttons(sent: list[Outgoing]) -> dict[str, str]:
    """What stands on the buttons, and what they send."""
    rows: list[Any] = []
    for call in sent:
        rows += (call.payload.get("reply_markup") or {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def later(desk: Desk) -> str:
    """What the bot says after it has tried something out."""
    async with desk.store.reading() as connection:
        before = set(await connection.scalars(select(Outbox.id)))
    await desk.service.settled()
    async with desk.store.reading() as connection:
        rows = (await connection.execute(select(Outbox.id, Outbox.payload))).all()
    return "\n".join(
        desk.store.vault.open(row.payload, "outbox", "payload", row.id) for row in rows if row.id not in before
    )


async def replies(desk: Desk, who: int, prompt: str, text: str, number: int = 0) -> str:
    """Somebody replies to a question of the bot's."""
    body = desk.message(who, text, reply_to=5)
    body["message"]["reply_to_message"]["text"] = written(prompt, {"number": number}).text
    return said((await desk.handle([body]))[0])


async def states(desk: Desk) -> list[str]:
    async with desk.store.reading() as connection:
        return list(await connection.scalars(select(Gap.state).order_by(Gap.id)))


async def test_a_question_becomes_a_phrasing_in_three_presses(desk: Desk) -> None:
    await asked(desk, "who pays for my tattoo", WORDS)
    first = await desk.says(PAT, "/gaps")
    assert "Question 1 of 2" in said(first)
    assert WORDS in said(first)
    assert "Nobody could answer it." in said(first)
    title = desk.service.library.entries["bus-pass"].title
    found = await desk.presses(
        PAT, buttons(first).get(title) or desk.signed("gappick", 2, PAT, learning.mark("bus-pass"))
    )
    assert title in said(found)
    assert WORDS in said(found)
    assert "trying it out" in said(await desk.presses(PAT, buttons(found)["Add"]))
    assert "Added." in await later(desk)
    assert desk.service.matcher.rank(WORDS)[0].entry_id == "bus-pass"
    assert await states(desk) == [GapState.OPEN, GapState.ADDED]
    async with desk.store.reading() as connection:
        event = (await connection.execute(select(Event).where(Event.noun == "phrasing"))).one()
    assert (event.verb, event.details["entry"]) == ("approved", "bus-pass")


async def test_a_refusal_says_why_and_the_question_stays(desk: Desk) -> None:
    (number,) = await asked(desk, "can i get a bus pass")
    await desk.presses(PAT, desk.signed("gapadd", number, PAT, learning.mark("gym")))
    told = await later(desk)
    assert "Not added" in told
    assert "Can I get a bus pass? has these words already." in told
    assert await states(desk) == [GapState.OPEN]


async def test_where_a_question_came_from_is_said(desk: Desk) -> None:
    await asked(desk, WORDS, source=GapSource.NOT_MEANT, entry="gym")
    assert "Not what they meant: Can I use the gym for free?" in said(await desk.says(PAT, "/gaps"))


async def test_what_is_decided_leaves_the_list_and_the_next_one_is_shown(desk: Desk) -> None:
    await asked(desk, "who pays for my tattoo", "who pays for my guitar", WORDS)
    shown = await desk.presses(PAT, buttons(await desk.says(PAT, "/gaps"))["The offer lacks this"])
    assert "Question 1 of 2" in said(shown)
    assert "guitar" in said(shown)
    shown = await desk.presses(PAT, buttons(shown)["Not for us"])
    assert "tattoo" in said(shown)
    assert await states(desk) == [GapState.OPEN, GapState.NOT_OURS, GapState.LACKS]
    async with desk.store.reading() as connection:
        assert [one.words for one in await gaps.lacking(connection)] == [WORDS]


async def test_what_the_offer_lacks_stays_listed(desk: Desk) -> None:
    (number,) = await asked(desk, WORDS)
    shown = said(await desk.presses(PAT, desk.signed("gaplacks", number, PAT)))
    assert texts.NONE_OPEN in shown
    assert f"• {WORDS}" in shown


async def test_next_goes_round(desk: Desk) -> None:
    await asked(desk, "who pays for my tattoo", WORDS)
    first = await desk.says(PAT, "/gaps")
    second = await desk.presses(PAT, buttons(first)["Next"])
    assert "tattoo" in said(second)
    assert WORDS in said(await desk.presses(PAT, buttons(second)["Next"]))


async def test_a_second_decision_is_told_that_it_is_too_late(desk: Desk) -> None:
    (number,) = await asked(desk, WORDS)
    await desk.presses(PAT, desk.signed("gapnot", number, PAT))
    for verb in ("gapnot", "gaplacks", "gapadd", "gappick", "gapother", "gapwords"):
        assert texts.DECIDED in said(await desk.presses(PAT, desk.signed(verb, number, PAT, learning.mark("gym")))), (
            verb
        )


async def test_another_entry_is_searched_for_by_other_words(desk: Desk) -> None:
    (number,) = await asked(desk, "who pays for my tattoo")
    wanted = await desk.presses(PAT, desk.signed("gapother", number, PAT))
    assert "force_reply" in said(wanted)
    assert "Can I use the gym for free?" in await replies(desk, PAT, texts.SEARCH_WANTED, "swimming", number)


async def test_the_words_can_be_changed_but_not_into_somebodys(desk: Desk) -> None:
    (number,) = await asked(desk, "who pays for my tattoo")
    assert texts.PERSONAL in await replies(desk, PAT, texts.WORDS_WANTED, "who pays at 12 hope street", number)
    assert texts.TOO_FEW in await replies(desk, PAT, texts.WORDS_WANTED, "tattoo", number)
    assert texts.WORDS_CHANGED in await replies(desk, PAT, texts.WORDS_WANTED, WORDS, number)
    async with desk.store.reading() as connection:
        assert [one.words for one in await gaps.open_(connection)] == [WORDS]


async def test_somebody_without_the_role_who_replies_changes_nothing(desk: Desk) -> None:
    (number,) = await asked(desk, WORDS)
    assert "can't do that" in await replies(desk, PRIYA, texts.WORDS_WANTED, "other words here", number)
    async with desk.store.reading() as connection:
        assert [one.words for one in await gaps.open_(connection)] == [WORDS]


async def test_a_mark_for_a_word_left_out_is_explained_and_never_added(desk: Desk) -> None:
    (number,) = await asked(desk, "i need a permit for … the coach")
    assert "could be a name" in said(await desk.says(PAT, "/gaps"))
    await desk.presses(PAT, desk.signed("gapadd", number, PAT, learning.mark("bus-pass")))
    assert "Added." in await later(desk)
    assert WORDS in desk.service.library.entries["bus-pass"].questions


async def test_an_adviser_proposes_and_somebody_else_approves(desk: Desk) -> None:
    told = said(await desk.says(PRIYA, f"/phrasing bus-pass {WORDS}"))
    assert "It waits for somebody" in told
    assert WORDS not in desk.service.library.entries["bus-pass"].questions
    shown = await desk.says(PAT, "/gaps")
    assert "A proposal, 1 of 1" in said(shown)
    assert "From: Priya" in said(shown)
    await desk.presses(PAT, buttons(shown)["Add"])
    assert "Added." in await later(desk)
    assert WORDS in desk.service.library.entries["bus-pass"].questions
    assert texts.DECIDED in said(await desk.presses(PAT, buttons(shown)["Add"]))


async def test_a_proposal_can_be_refused(desk: Desk) -> None:
    await desk.says(PRIYA, f"/phrasing bus-pass {WORDS}")
    shown = await desk.presses(PAT, buttons(await desk.says(PAT, "/gaps"))["No"])
    assert texts.NONE_OPEN in said(shown)
    async with desk.store.reading() as connection:
        assert await phrasings.waiting(connection) == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("/phrasing", texts.HOW_TO_PROPOSE),
        ("/phrasing bus-pass", texts.HOW_TO_PROPOSE),
        ("/phrasing buspass free travel", "Is it one of these? bus-pass"),
        ("/phrasing gym can i get a bus pass", "Can I get a bus pass? has these words already."),
        ("/phrasing gym zyzzy blorp", texts.REFUSED["unknown"]),
        ("/phrasing gym ring 07700 900123 for it", texts.REFUSED["personal"]),
    ],
)
async def test_a_proposal_that_can_do_no_good_is_refused_at_once(desk: Desk, typed: str, why: str) -> None:
    assert why in said(await desk.says(PRIYA, typed))
    async with desk.store.reading() as connection:
        assert await phrasings.waiting(connection) == []


async def test_what_was_added_is_listed_and_can_be_taken_back(desk: Desk) -> None:
    assert texts.NOTHING_LEARNED in said(await desk.says(PAT, "/phrasings"))
    await learning.learn(desk.service, "bus-pass", WORDS, 7)
    shown = await desk.says(PAT, "/phrasings")
    assert f"“{WORDS}” leads to Can I get a bus pass? (23 November 2026)" in said(shown)
    await desk.presses(PAT, buttons(shown)["Take back 1"])
    assert texts.TAKEN_BACK in await later(desk)
    assert WORDS not in desk.service.library.entries["bus-pass"].questions
    await desk.presses(PAT, buttons(shown)["Take back 1"])
    assert "taken back already" in await later(desk)


async def test_what_the_offer_lacks_is_written_down_in_general_words_when_an_escalation_ends(desk: Desk) -> None:
    jade = await desk.enrol(JADE, "Jade", Role.YOUNG_PERSON, adviser_id=2)
    async with desk.speech() as speech:
        standing = await escalating.open_(speech, desk.service.council, jade, kind=Kind.ASKED, about={})
        await speech.keep()
    await desk.presses(PRIYA, desk.signed("got", standing.id, PRIYA))
    ended = await desk.presses(PRIYA, desk.signed("lacks", standing.id, PRIYA, "ANSWERED/y"))
    assert texts.LACKS_ASKED in said(ended)
    assert "force_reply" in said(await desk.presses(PRIYA, buttons(ended)["Write it"]))
    assert texts.PERSONAL in await replies(desk, PRIYA, texts.LACKS_WANTED, "my name is jade and i need help")
    assert "It is noted" in await replies(desk, PRIYA, texts.LACKS_WANTED, "help with the cost of a tattoo")
    assert "noted already" in await replies(desk, PRIYA, texts.LACKS_WANTED, "help with the cost of a tattoo")
    assert texts.FROM_LACKS in said(await desk.says(PAT, "/gaps"))


async def test_nothing_is_asked_when_the_offer_lacks_nothing(desk: Desk) -> None:
    jade = await desk.enrol(JADE, "Jade", Role.YOUNG_PERSON, adviser_id=2)
    async with desk.speech() as speech:
        standing = await escalating.open_(speech, desk.service.council, jade, kind=Kind.ASKED, about={})
        await speech.keep()
    await desk.presses(PRIYA, desk.signed("got", standing.id, PRIYA))
    assert texts.LACKS_ASKED not in said(
        await desk.presses(PRIYA, desk.signed("lacks", standing.id, PRIYA, "ANSWERED/n"))
    )


async def test_reload_says_what_changed_or_the_first_five_mistakes(desk: Desk, tmp_path: Path) -> None:
    entries = write(tmp_path)
    desk.service.settings = settings_of(tmp_path)
    await desk.says(PAT, "/reload")
    assert "3 entries, nothing changed." in await later(desk)
    (entries / "travel" / "bus-pass.md").write_text("nothing", encoding="utf-8")
    await desk.says(PAT, "/reload")
    told = await later(desk)
    assert "Nothing was changed." in told
    assert "travel/bus-pass.md" in told
    assert "bus-pass" in desk.service.library.entries
