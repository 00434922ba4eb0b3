"""A conversation through the bot, over HTTP: nobody's number is shown, nothing goes to the wrong person, nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import Bot
from bot.models import Draft, EscalationState, Outbox, Role, Side
from bot.store import escalations, lines
from practice.cast import KAI, PRIYA, TOM
from practice.client import Control
from tests.driver import Json, Phone
from tests.journeys.staffed import settled
from tests.journeys.team import Team, buttons, changed, told


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    return await Team.gathered(bot, control)


@pytest.fixture
async def team_on_each_database(bot_on_each_database: Bot, control: Control) -> Team:
    return await Team.gathered(bot_on_each_database, control)


async def opened(team: Team, jade: Phone, priya: Phone) -> Json:
    """Jade asked for a person; gives Priya's page."""
    await jade.says("/person")
    await jade.hears()
    page = await told(priya, "JM, number 1")
    await settled(team.bot, team.control)
    return page


async def talking(team: Team, jade: Phone, priya: Phone) -> Json:
    """Priya has it; gives the first line of Jade's on her screen."""
    page = await opened(team, jade, priya)
    await priya.taps("I've got this", page)
    await told(priya, "You have JM")
    await told(jade, "Priya has seen this")
    team.clock.pass_(60)
    await jade.says("my landlord wrote to me")
    line = await told(priya, "JM · 1")
    await told(jade, "I stay quiet")
    await settled(team.bot, team.control)
    return line


async def said_in(team: Team, number: int = 1) -> list[lines.Said]:
    async with team.bot._store.reading() as connection:
        return await lines.page(connection, number)


async def test_words_and_files_go_both_ways_under_a_name_and_a_number(
    team_on_each_database: Team, jade: Phone, priya: Phone
) -> None:
    team = team_on_each_database
    line = await talking(team, jade, priya)
    assert line["text"] == "JM · 1\nmy landlord wrote to me"
    assert line["entities"] == [{"type": "bold", "offset": 0, "length": 6}]
    assert line["has_protected_content"]
    answer = await priya.says("Send me a photo of it", reply_to=line["message_id"])
    assert (await jade.hears())["text"] == "Priya: Send me a photo of it"
    receipt = await priya.hears()
    assert (receipt["text"], receipt["reply_to_message"]["message_id"]) == ("→ JM · 1", answer["message_id"])
    await jade.says(photo=True, caption="here it is")
    letter = await priya.hears("sendPhoto")
    assert letter["caption"] == "JM · 1\nhere it is"
    assert letter["has_protected_content"]
    await jade.says(voice=True)
    assert (await priya.hears("sendVoice"))["caption"] == "JM · 1"
    await jade.says(location=True)
    assert (await priya.hears())["text"] == "JM · 1\nsent a place:"
    assert (await priya.hears("sendLocation"))["location"]
    await jade.says(sticker="🙂")
    assert (await priya.hears())["text"] == "JM · 1\nsent a sticker 🙂"
    await settled(team.bot, team.control)
    await priya.says(document=True, caption="the form", reply_to=letter["message_id"])
    assert (await jade.hears("sendDocument"))["caption"] == "Priya: the form"
    assert (await priya.hears())["text"] == "→ JM · 1"
    standing = await team.standing()
    assert (standing.state, standing.answered_at) == (EscalationState.ACKNOWLEDGED, team.clock.now())
    phones = [str(call.params) for call in await team.control.calls()]
    assert not [call for call in phones if "jade_marlow" in call or "priya_nair" in call]


async def test_while_nobody_has_it_words_are_kept_and_the_bot_still_answers_what_it_knows(
    team: Team, jade: Phone, priya: Phone
) -> None:
    await opened(team, jade, priya)
    team.clock.pass_(60)
    assert "council tax" in (await jade.asks("do i have to pay council tax")).lower()
    assert await jade.asks("its about my cousin zork and the flat") == "I've added this to what I passed on."
    team.clock.pass_(60)
    await jade.says("and the other thing with zork")
    assert "council tax" in (await jade.asks("do i have to pay council tax")).lower()
    team.clock.pass_(11 * 60)
    assert await jade.asks("zork again") == "I've added this to what I passed on."
    assert [line.body for line in await said_in(team)] == [
        "do i have to pay council tax", "its about my cousin zork and the flat", "and the other thing with zork",
        "do i have to pay council tax", "zork again",
    ]  # fmt: skip
    assert (await team.standing()).state is EscalationState.OPEN


async def test_while_a_person_has_it_the_bot_is_silent_and_commands_still_reach_it(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await talking(team, jade, priya)
    await jade.says("do i have to pay council tax")
    assert (await priya.hears())["text"] == "JM · 1\ndo i have to pay council tax"
    assert await jade.hears_nothing_before(tom, "whats the hub")
    assert "council tax" in (await jade.asks("/ask do i have to pay council tax")).lower()
    assert "Type your question after /ask" in await jade.asks("/ask")
    await jade.says("/menu")
    assert (await jade.hears())["text"].startswith("What is it about?")
    assert len(await said_in(team)) == 2


async def test_a_thank_you_is_passed_on_and_starts_no_clock(team: Team, jade: Phone, priya: Phone) -> None:
    line = await talking(team, jade, priya)
    await priya.says("It is done", reply_to=line["message_id"])
    await told(jade, "Priya: It is done")
    before = await team.standing()
    team.clock.pass_(60)
    await jade.says("thanks x")
    assert (await told(priya, "thanks"))["text"] == "JM · 1\nthanks x"
    await settled(team.bot, team.control)
    after = await team.standing()
    assert (after.heard_at, after.next_action) == (before.heard_at, before.next_action)
    await jade.says("but what about the deposit")
    await told(priya, "deposit")
    await settled(team.bot, team.control)
    assert (await team.standing()).heard_at == team.clock.now()


async def test_changing_a_message_changes_the_copy_and_keeps_what_it_said(
    team_on_each_database: Team, jade: Phone, priya: Phone, control: Control
) -> None:
    team = team_on_each_database
    await talking(team, jade, priya)
    mine = await jade.says("come at 3")
    shown = await told(priya, "come at 3")
    await settled(team.bot, control)
    await jade.edits(mine, "come at 4")
    now = await changed(priya, "come at 4")
    assert (now["message_id"], now["text"]) == (shown["message_id"], "JM · 1 (changed)\ncome at 4")
    answer = await priya.says("I cant", reply_to=shown["message_id"])
    theirs = await told(jade, "Priya: I cant")
    await settled(team.bot, control)
    await priya.edits(answer, "I can come at 4")
    now = await changed(jade, "I can come")
    assert (now["message_id"], now["text"]) == (theirs["message_id"], "Priya: I can come at 4 (changed)")
    said = await said_in(team)
    async with team.bot._store.reading() as connection:
        before = [[one["text"] for one in await lines.history(connection, line.id)] for line in said]
    assert before == [[], ["come at 3"], ["I cant"]]
    photo = await jade.says(photo=True, caption="the letr")
    letter = await priya.hears("sendPhoto")
    await settled(team.bot, control)
    await jade.edits(photo, "the letter")
    caption = await priya.hears("editMessageCaption")
    assert (caption["message_id"], caption["caption"]) == (letter["message_id"], "JM · 1 (changed)\nthe letter")


async def test_deleting_a_message_takes_the_copy_back_and_its_words_are_not_kept(
    team_on_each_database: Team, jade: Phone, priya: Phone, control: Control
) -> None:
    team = team_on_each_database
    line = await talking(team, jade, priya)
    secret = await jade.says("zanzibar is where he lives")
    shown = await told(priya, "zanzibar")
    await settled(team.bot, control)
    assert await jade.asks("/delete", reply_to=secret["message_id"]) == (
        "Deleted. I took it back. Somebody may have read it before."
    )
    await settled(team.bot, control)
    left = [message["message_id"] for message in await control.messages(PRIYA)]
    assert shown["message_id"] not in left
    assert line["message_id"] in left
    assert [(one.body, one.deleted_at is None) for one in await said_in(team)] == [
        ("my landlord wrote to me", True), (None, False),
    ]  # fmt: skip
    async with team.bot._store.reading() as connection:
        rows = (await connection.execute(select(Outbox.id, Outbox.payload))).all()
        kept = [team.bot._store.vault.open(row.payload, "outbox", "payload", row.id) for row in rows]
    assert not [payload for payload in kept if "zanzibar" in payload]
    assert await jade.asks("/delete") == "To delete a message of yours, reply to it with /delete."
    wrong = await priya.says("wrong word", reply_to=line["message_id"])
    theirs = await told(jade, "wrong word")
    await told(priya, "→ JM")
    await settled(team.bot, control)
    await priya.says("/delete", reply_to=wrong["message_id"])
    await told(priya, "Deleted.")
    await settled(team.bot, control)
    assert theirs["message_id"] not in [message["message_id"] for message in await control.messages(jade.chat)]


async def test_after_two_days_it_says_that_it_cant_take_it_back(team: Team, jade: Phone, priya: Phone) -> None:
    await talking(team, jade, priya)
    old = await jade.says("zanzibar")
    shown = await told(priya, "zanzibar")
    await settled(team.bot, team.control)
    team.clock.pass_(49 * 3600)
    await jade.says("/delete", reply_to=old["message_id"])
    assert (await told(jade, "48 hours"))["text"].startswith("I can't take it back from their phone.")
    assert shown["message_id"] in [message["message_id"] for message in await team.control.messages(PRIYA)]
    assert [line.body for line in await said_in(team)][-1] is None


async def test_words_of_staff_that_reply_to_nothing_are_asked_about_even_with_a_single_one_open(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await talking(team, jade, priya)
    await priya.says("see you at three")
    asked = await priya.hears()
    assert asked["text"] == "Who is this for? Nothing was sent yet."
    assert list(buttons(asked)) == ["JM · 1", "Nobody, it is a question for you"]
    assert await jade.hears_nothing_before(tom, "whats the hub")
    await priya.taps("JM · 1", asked)
    assert (await jade.hears())["text"] == "Priya: see you at three"
    assert (await priya.hears("editMessageText"))["text"] == "Sent to JM · 1."
    await priya.forges(buttons(asked)["JM · 1"], asked)
    assert "settled already" in str(await priya.alert())
    assert await jade.hears_nothing_before(tom, "whats the hub")


async def test_a_question_of_staff_for_the_bot_is_answered_once_they_say_so(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await talking(team, jade, priya)
    await priya.says("do i have to pay council tax")
    await told(priya, "Who is this for?")
    await priya.taps("Nobody")
    assert "council tax" in (await priya.hears())["text"].lower()
    assert await jade.hears_nothing_before(tom, "whats the hub")
    async with team.bot._store.reading() as connection:
        assert (await connection.execute(select(Draft.id))).all() == []


async def test_words_of_danger_that_staff_write_to_a_young_person_reach_them_and_are_no_concern_of_staff(
    team: Team, jade: Phone, priya: Phone
) -> None:
    line = await talking(team, jade, priya)
    helps = "If you feel like dying, call Samaritans on 116 123"
    answer = await priya.says(helps, reply_to=line["message_id"])
    assert (await jade.hears())["text"] == f"Priya: {helps}"
    await told(priya, "→ JM · 1")
    await settled(team.bot, team.control)
    await priya.edits(answer, f"{helps} now")
    await changed(jade, "116 123 now")
    await priya.says("/note she wrote that she wants to die", reply_to=line["message_id"])
    await told(priya, "Noted for staff")
    await priya.says(helps)
    await told(priya, "Who is this for?")
    async with team.bot._store.reading() as connection:
        assert [standing.id for standing in await escalations.all_live(connection)] == [1]


async def test_words_of_danger_of_the_young_person_get_the_card_whoever_they_talk_with(
    team: Team, jade: Phone, priya: Phone
) -> None:
    await talking(team, jade, priya)
    assert "999" in await jade.asks("i want to die")
    assert "URGENT" in (await told(priya, "URGENT"))["text"]
    standing = await team.standing()
    assert (standing.urgent, standing.state) == (True, EscalationState.OPEN)
    assert [line.body for line in await said_in(team)][-1] == "i want to die"


async def test_a_draft_that_is_changed_before_it_is_sent_goes_out_as_changed(
    team: Team, jade: Phone, priya: Phone
) -> None:
    await talking(team, jade, priya)
    typed = await priya.says("at tree")
    asked = await told(priya, "Who is this for?")
    await priya.edits(typed, "at three")
    await settled(team.bot, team.control)
    await priya.taps("JM · 1", asked)
    assert (await jade.hears())["text"] == "Priya: at three"


async def test_somebody_whose_role_was_taken_away_sends_nothing(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    line = await talking(team, jade, priya)
    await team.role(PRIYA, Role.ADVISER, given=False)
    said = await priya.asks("are you ok", reply_to=line["message_id"])
    assert said == "Number 1 is not with you. Nothing was sent."
    assert await jade.hears_nothing_before(tom, "whats the hub")
    priya_id = (await team.person(PRIYA)).id
    assert await team.verbs("permission", priya_id) == ["refused"]


async def test_a_card_of_somebody_elses_is_refused(
    team: Team, jade: Phone, priya: Phone, nadia: Phone, tom: Phone
) -> None:
    page = await opened(team, jade, priya)
    await priya.taps("Pass to duty", page)
    duty = await told(tom, "JM, number 1")
    await settled(team.bot, team.control)
    await tom.taps("I've got this", duty)
    await told(tom, "You have JM")
    await told(jade, "Tom has seen this")
    await team.role(TOM, Role.ADVISER, given=True)
    await settled(team.bot, team.control)
    other = await team.enrol("Ann Poole", KAI, Role.DUTY)
    async with team.bot._store.transaction() as connection:
        await escalations.trace(connection, KAI, 555_000, 1, None, team.clock.now())
    assert other.id is not None
    kai = Phone(team.control, KAI, KAI)
    mine = await kai.says("hello")
    await kai.hears()
    async with team.bot._store.transaction() as connection:
        await escalations.trace(connection, KAI, mine["message_id"], 1, None, team.clock.now())
    assert await kai.asks("are you there", reply_to=mine["message_id"]) == "Number 1 is not with you. Nothing was sent."


async def test_a_reply_to_something_finished_is_kept_and_sent_only_after_opening_it_again(
    team_on_each_database: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    team = team_on_each_database
    line = await talking(team, jade, priya)
    await finish(team, priya)
    await told(jade, "has marked this as done")
    await settled(team.bot, team.control)
    await priya.says("one more thing", reply_to=line["message_id"])
    said = await told(priya, "Number 1 is finished since")
    assert said["text"].endswith("Nothing was sent.")
    await priya.taps("Open it again and send", said)
    assert (await jade.hears())["text"] == "Priya: one more thing"
    await changed(priya, "Sent to JM · 1.")
    standing = await team.standing()
    assert (standing.state, standing.owner_id) == (EscalationState.ACKNOWLEDGED, (await team.person(PRIYA)).id)
    assert standing.reopened == 1
    assert await jade.hears_nothing_before(tom, "whats the hub")


async def finish(team: Team, priya: Phone, number: int = 1) -> None:
    """Priya opens it and says that it is answered."""
    await priya.says(f"/open {number}")
    await told(priya, "Why:")
    await priya.taps("Finished")
    await told(priya, "did it end")
    await priya.taps(next(iter(buttons(priya.last))))
    await priya.hears("editMessageText")
    await priya.taps("No")
    await priya.hears("editMessageText")
    await settled(team.bot, team.control)
    assert (await team.standing(number)).state is EscalationState.RESOLVED


async def test_within_a_day_new_words_open_it_again_unless_the_bot_knows_the_answer(
    team: Team, jade: Phone, priya: Phone
) -> None:
    await talking(team, jade, priya)
    await finish(team, priya)
    await told(jade, "has marked this as done")
    team.clock.pass_(3600)
    assert "welcome" in await jade.asks("thanks x")
    assert "council tax" in (await jade.asks("do i have to pay council tax")).lower()
    assert (await team.standing()).state is EscalationState.RESOLVED
    assert (await jade.asks("zork came back about the flat")).startswith("I've opened this again.")
    assert "JM, number 1" in (await told(priya, "JM, number 1"))["text"]
    assert (await team.standing()).state is EscalationState.OPEN
    assert (await said_in(team))[-1].body == "zork came back about the flat"


async def test_after_a_day_only_a_reply_to_a_message_of_staff_opens_it_again(
    team: Team, jade: Phone, priya: Phone
) -> None:
    line = await talking(team, jade, priya)
    await priya.says("all sorted", reply_to=line["message_id"])
    theirs = await told(jade, "all sorted")
    await finish(team, priya)
    await told(jade, "has marked this as done")
    team.clock.pass_(30 * 3600)
    assert (await jade.asks("how do i fix a carburettor on a tractor")).startswith("I don't know that one.")
    assert (await team.standing()).state is EscalationState.RESOLVED
    await jade.says("thanks", reply_to=theirs["message_id"])
    assert (await told(jade, "opened"))["text"].startswith("I've opened this again.")


async def test_somebody_who_asked_for_quiet_is_written_to_only_after_a_person_decided_it(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    line = await talking(team, jade, priya)
    await team.change(jade.person, quiet_until=team.clock.now() + timedelta(hours=20))
    await priya.says("where are you", reply_to=line["message_id"])
    asked = await priya.hears()
    assert asked["text"] == "JM · 1 asked for quiet. Nothing was sent. Send it anyway?"
    assert await jade.hears_nothing_before(tom, "whats the hub")
    await priya.taps("Don't send", asked)
    await changed(priya, "Nothing was sent.")
    await priya.forges(buttons(asked)["Send"], asked)
    assert "settled already" in str(await priya.alert())
    await priya.says("its urgent", reply_to=line["message_id"])
    asked = await told(priya, "asked for quiet")
    await priya.taps("Send", asked)
    assert (await jade.hears())["text"] == "Priya: its urgent"
    assert "sent in spite of quiet" in await team.verbs("escalation", 1)


async def test_in_discreet_mode_files_and_words_wait_behind_neutral_words(
    team: Team, jade: Phone, priya: Phone
) -> None:
    line = await talking(team, jade, priya)
    await team.change(jade.person, discreet=True)
    await priya.says(photo=True, caption="the plan", reply_to=line["message_id"])
    veil = await jade.hears()
    assert veil["text"] == "You have a new message."
    await told(priya, "→ JM")
    await settled(team.bot, team.control)
    await jade.taps("Show", veil)
    assert (await jade.hears("sendPhoto"))["caption"] == "Priya: the plan"
    answer = await priya.says("come at tree", reply_to=line["message_id"])
    veil = await told(jade, "You have a new message.")
    await told(priya, "→ JM")
    await settled(team.bot, team.control)
    await priya.edits(answer, "come at three")
    await settled(team.bot, team.control)
    await jade.taps("Show", veil)
    assert "come at three" in (await jade.hears("editMessageText"))["text"]
    screens = [str(message.get("text")) for message in await team.control.messages(jade.chat)]
    assert not [text for text in screens if "tree" in text]


async def test_somebody_who_has_not_joined_is_answered_without_a_name(team: Team, kai: Phone, tom: Phone) -> None:
    await kai.says("/person")
    await kai.hears()
    page = await told(tom, "?, number 1")
    await settled(team.bot, team.control)
    await tom.says("Hello, how can I help", reply_to=page["message_id"])
    assert (await told(kai, "how can I help"))["text"] == "The duty worker: Hello, how can I help"
    assert (await told(tom, "→"))["text"] == "→ ? · 1"


async def test_open_shows_who_and_why_and_what_was_said_to_whoever_may_read_it(
    team: Team, jade: Phone, priya: Phone, nadia: Phone
) -> None:
    line = await talking(team, jade, priya)
    await priya.says("come by", reply_to=line["message_id"])
    await told(jade, "come by")
    await priya.says("/note she sounded low", reply_to=line["message_id"])
    await told(priya, "Noted for staff: JM · 1.")
    await priya.says("/open 1")
    shown = await told(priya, "Why: asked for a person")
    assert shown["text"].startswith("JM · 1\n\nJade Marlow\n")
    assert "JM: my landlord wrote to me" in shown["text"]
    assert "Priya Nair: come by" in shown["text"]
    assert "Note, Priya Nair: she sounded low" in shown["text"]
    assert shown["has_protected_content"]
    assert list(buttons(shown)) == [
        "Pass to duty", "Pass to a colleague", "I rang them", "Note", "Quick reply", "Finished",
    ]  # fmt: skip
    assert "opened" in (await team.verbs("escalation", 1))[1:]
    await nadia.says("/open 1")
    refused = await nadia.hears()
    assert "landlord" not in refused["text"]
    screens = "".join(str(message.get("text")) for message in await team.control.messages(jade.chat))
    assert "low" not in screens


async def test_earlier_lines_come_by_button_and_photos_that_nobody_saw_come_along(
    team: Team, jade: Phone, priya: Phone
) -> None:
    page = await opened(team, jade, priya)
    team.clock.pass_(60)
    for number in range(24):
        await jade.says(f"zork {number:02}")
    await jade.says(photo=True)
    await told(jade, "added")
    await settled(team.bot, team.control)
    await priya.taps("Open", page)
    shown = await told(priya, "Why:")
    assert "There are 5 earlier ones." in shown["text"]
    assert "zork 05" in shown["text"]
    assert "zork 04" not in shown["text"]
    assert "[photo]" in shown["text"]
    photo = await priya.hears("sendPhoto")
    assert photo["caption"] == "JM · 1"
    await settled(team.bot, team.control)
    await priya.taps("Show earlier", shown)
    assert "zork 04" in (await told(priya, "zork 00"))["text"]
    await priya.says("a good photo", reply_to=photo["message_id"])
    assert (await told(jade, "Priya:"))["text"] == "Priya: a good photo"


async def test_a_note_by_button_is_asked_for_as_a_reply_and_goes_to_nobody(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await talking(team, jade, priya)
    await priya.says("/open 1")
    await told(priya, "Why:")
    await priya.taps("Note")
    prompt = await told(priya, "Write your note as a reply to this.")
    assert await team.control.asked_to_reply(PRIYA) == prompt["message_id"]
    await settled(team.bot, team.control)
    written = await priya.says("mind the dog", reply_to=prompt["message_id"])
    await told(priya, "Noted for staff")
    await priya.edits(written, "mind the big dog")
    await settled(team.bot, team.control)
    assert await jade.hears_nothing_before(tom, "whats the hub")
    note = (await said_in(team))[-1]
    assert (note.side, note.body) == (Side.NOTE, "mind the big dog")


async def test_an_adviser_writes_first_and_nothing_is_said_until_there_are_words(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await jade.asks("whats the hub")
    await priya.says("/caseload")
    await told(priya, "Jade")
    await priya.taps("Jade Marlow")
    await priya.hears("editMessageText")
    await priya.taps("Write")
    prompt = await told(priya, "JM · 1. Write your message as a reply to this.")
    await settled(team.bot, team.control)
    assert await jade.hears_nothing_before(tom, "whats the hub")
    await priya.says("How did the interview go?", reply_to=prompt["message_id"])
    assert (await jade.hears())["text"] == "Priya: How did the interview go?"
    await told(priya, "→ JM · 1")
    await jade.says("got it!!")
    assert (await priya.hears())["text"] == "JM · 1\ngot it!!"
    assert (await team.standing()).state is EscalationState.ACKNOWLEDGED


async def test_what_can_be_no_message_is_said_to_be_none(team: Team, jade: Phone, priya: Phone) -> None:
    await talking(team, jade, priya)
    await jade.says(dice="🎲")
    assert (await jade.hears())["text"] == "I can't pass this kind of message on. Please write it in words."


async def test_when_the_one_who_has_it_blocks_the_bot_the_next_words_go_to_duty(
    team: Team, jade: Phone, priya: Phone, tom: Phone, control: Control
) -> None:
    await talking(team, jade, priya)
    await control.block(PRIYA)
    await settled(team.bot, control)
    await jade.says("are you there")
    assert "JM, number 1" in (await told(tom, "JM, number 1"))["text"]
    assert "duty worker" in (await told(jade, "duty worker"))["text"]
    assert [line.body for line in await said_in(team)][-1] == "are you there"
