"""In a group: only when spoken to, only what is public, short."""

import pytest

from bot.app import Bot
from bot.models import EnrolmentState, Role
from bot.store import chats, people
from practice.cast import JADE, KAI, NADIA, PRIYA, RUTH, TOM
from practice.client import Control
from tests.driver import BOT_NAME, Phone
from tests.fakes import MovableClock
from tests.journeys.staffed import calls_to, enrol, said_by_bot, settled

pytestmark = pytest.mark.usefixtures("bot")
NEUTRAL = "I can answer that in private."
RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


async def test_a_question_by_command_is_answered_shortly_with_a_way_to_go_on_in_private(
    jade_in_the_group: Phone,
) -> None:
    answer = await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    assert "Hub" in answer
    assert "Source:" not in answer
    (button,) = [b for row in jade_in_the_group.last["reply_markup"]["inline_keyboard"] for b in row]
    assert button["text"] == "Ask me privately"
    assert button["url"].startswith(f"https://t.me/{BOT_NAME}?start=entry_")


async def test_the_private_link_opens_the_same_entry(jade: Phone, jade_in_the_group: Phone) -> None:
    await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    payload = jade_in_the_group.last["reply_markup"]["inline_keyboard"][0][0]["url"].partition("start=")[2]
    assert "Source:" in await jade.asks(f"/start {payload}")


async def test_a_reply_to_the_bot_is_meant_for_it(jade_in_the_group: Phone) -> None:
    await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    said = await jade_in_the_group.asks(
        "and do i have to pay council tax", reply_to=jade_in_the_group.last["message_id"]
    )
    assert "council tax" in said.lower()


async def test_talk_among_the_others_is_left_alone_even_if_the_bot_can_read_it(
    control: Control, jade_in_the_group: Phone, priya_in_the_group: Phone, tom: Phone
) -> None:
    await control.privacy(False)
    await priya_in_the_group.says("does anyone know if i have to pay council tax")
    await jade_in_the_group.says("no idea, i want a pizza")
    assert await jade_in_the_group.hears_nothing_before(tom, "whats the hub")


@pytest.mark.parametrize(
    "question", ["when is my review", "what happens to my asylum claim", "i owe my dealer, is debt bad"]
)
async def test_nobodys_own_matters_are_talked_about(jade_in_the_group: Phone, question: str) -> None:
    said = await jade_in_the_group.asks(f"/ask@{BOT_NAME} {question}")
    assert said == "I can answer that in private."


async def test_a_group_that_becomes_a_supergroup_goes_on_under_its_new_id(
    control: Control, jade_in_the_group: Phone
) -> None:
    await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    jade_in_the_group.chat = await control.migrate(jade_in_the_group.chat)
    assert "Hub" in await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")


async def test_whatever_is_no_question_is_a_private_matter_for_staff_too(
    control: Control, bot: Bot, jade_in_the_group: Phone, priya_in_the_group: Phone
) -> None:
    await enrol(bot, PRIYA, "Priya Nair", Role.ADVISER)
    for command in ("caseload", "queue", "mydata", "person", "menu", "status", "hide", "groups", "open 1", "dance"):
        assert await priya_in_the_group.asks(f"/{command}@{BOT_NAME}") == NEUTRAL
    assert await jade_in_the_group.asks(f"/mydata@{BOT_NAME}") == NEUTRAL
    await settled(bot, control)
    assert not [text for text in await texts_of(control, PRIYA) if "caseload" in text.lower()]


async def test_a_photo_or_file_for_the_bot_may_be_private_so_it_is(jade_in_the_group: Phone) -> None:
    await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    await jade_in_the_group.says(photo=True, reply_to=jade_in_the_group.last["message_id"])
    assert (await jade_in_the_group.hears())["text"] == NEUTRAL


# --- the allow-list


@pytest.fixture
async def ruth(bot: Bot, control: Control) -> Phone:
    await enrol(bot, RUTH, "Ruth Calder", Role.MANAGER)
    return Phone(control, RUTH, RUTH)


@pytest.fixture
async def nadia(bot: Bot, control: Control) -> Phone:
    await enrol(bot, NADIA, "Nadia Frost", Role.MANAGER)
    return Phone(control, NADIA, NADIA)


async def new_group(control: Control, *members: int, by: int, title: str = "Cooking", kind: str = "group") -> int:
    """Somebody opens a group and adds the bot."""
    group = await control.group(title, [by, *members], kind)
    await control.bot(group, by, "member")
    return group


async def texts_of(control: Control, chat: int) -> list[str]:
    return [message.get("text", "") for message in await said_by_bot(control, chat)]


async def test_a_manager_who_adds_the_bot_is_asked_who_is_there_and_nothing_is_said_before(
    bot: Bot, control: Control, ruth: Phone
) -> None:
    group = await new_group(control, JADE, by=RUTH)
    asked = await ruth.hears()
    assert "You added me to “Cooking”." in asked["text"]
    assert ruth.labels() == ["Young people", "Foster carers", "Staff", "Duty team", "Leave it"]
    jade = Phone(control, JADE, group)
    assert await jade.asks(f"/ask@{BOT_NAME} what is the hub") == NEUTRAL
    await ruth.taps("Young people", asked)
    assert "“Cooking” is registered: young people." in (await ruth.hears("editMessageText"))["text"]
    assert "I'm a bot. I answer questions" in (await jade.hears())["text"]
    assert "Hub" in await jade.asks(f"/ask@{BOT_NAME} what is the hub")
    await settled(bot, control)
    assert len(await texts_of(control, group)) == 3


@pytest.mark.parametrize("who", [JADE, PRIYA, KAI])
async def test_added_by_anybody_else_it_leaves_without_a_word_and_says_so_in_private(
    bot: Bot, control: Control, ruth: Phone, nadia: Phone, who: int
) -> None:
    await enrol(bot, PRIYA, "Priya Nair", Role.ADVISER)
    group = await new_group(control, TOM, by=who)
    for manager in (ruth, nadia):
        told = (await manager.hears())["text"]
        assert "Somebody who is not a manager added me to “Cooking”." in told
        assert not [name for name in ("Jade", "Priya", "Kai") if name in told]
    await settled(bot, control)
    assert await calls_to(control, "leaveChat", group) == 1
    assert await texts_of(control, group) == []
    told_privately = [text for text in await texts_of(control, who) if "I left “Cooking”." in text]
    assert len(told_privately) == (who != KAI)


async def test_with_no_manager_yet_a_fresh_installation_greets_and_answers(
    bot: Bot, control: Control, jade: Phone
) -> None:
    group = await new_group(control, by=JADE)
    in_it = Phone(control, JADE, group)
    assert "I'm a bot" in (await in_it.hears())["text"]
    assert "Hub" in await in_it.asks(f"/ask@{BOT_NAME} what is the hub")


async def test_in_a_group_that_nobody_registered_it_is_neutral_and_asks_every_manager_once(
    bot: Bot, control: Control, ruth: Phone, nadia: Phone, jade_in_the_group: Phone, jade: Phone
) -> None:
    for question in ("what is the hub", "i want to kill myself", "when is my review", ""):
        assert await jade_in_the_group.asks(f"/ask@{BOT_NAME} {question}") == NEUTRAL
    asked = await ruth.hears()
    assert "nobody has registered it" in asked["text"]
    assert "kill" not in asked["text"]
    await nadia.hears()
    await settled(bot, control)
    for manager in (RUTH, NADIA):
        assert len([text for text in await texts_of(control, manager) if "nobody has registered" in text]) == 1
    await nadia.taps("Foster carers")
    await settled(bot, control)
    assert "Hub" in await said_in(jade_in_the_group, f"/ask@{BOT_NAME} what is the hub")


async def said_in(phone: Phone, words: str) -> str:
    """The answer to these words, read past a greeting."""
    await phone.says(words)
    while "Hub" not in (heard := str((await phone.hears())["text"])):
        assert "I'm a bot" in heard
    return heard


async def test_a_manager_sees_all_groups_changes_one_and_lets_the_bot_leave(
    bot: Bot, control: Control, ruth: Phone, nadia: Phone
) -> None:
    assert "I'm in no group yet." in await ruth.asks("/groups")
    group = await new_group(control, by=RUTH)
    await ruth.hears()
    await ruth.taps("Staff")
    await ruth.hears("editMessageText")
    await nadia.asks("/groups")
    assert nadia.labels() == ["Cooking: Staff"]
    await nadia.taps("Cooking")
    await nadia.hears("editMessageText")
    assert nadia.labels() == ["Young people", "Foster carers", "Duty team", "Leave it", "◀ All groups"]
    await nadia.taps("Duty team")
    assert "now registered: duty team." in (await nadia.hears("editMessageText"))["text"]
    await nadia.taps("Topics on")
    assert "Each question gets a topic of its own: on." in (await nadia.hears("editMessageText"))["text"]
    await nadia.taps("◀ All groups")
    await nadia.hears("editMessageText")
    await nadia.taps("Cooking")
    await nadia.hears("editMessageText")
    await nadia.taps("Leave it")
    assert (await nadia.hears("editMessageText"))["text"] == "I left “Cooking”."
    await settled(bot, control)
    assert await calls_to(control, "leaveChat", group) == 1
    assert "I'm in no group yet." in await ruth.asks("/groups")


async def test_an_old_button_for_a_group_that_it_left_changes_nothing(
    bot: Bot, control: Control, ruth: Phone, nadia: Phone
) -> None:
    group = await new_group(control, by=RUTH)
    asked = await ruth.hears()
    await control.bot(group, RUTH, "left")
    await settled(bot, control)
    await ruth.taps("Young people", asked)
    assert await ruth.alert() == "I'm not in that group any more. Nothing was changed."


async def test_a_role_that_was_taken_away_registers_nothing(
    bot: Bot, control: Control, ruth: Phone, nadia: Phone
) -> None:
    await new_group(control, by=RUTH)
    asked = await ruth.hears()
    async with bot._store.transaction() as connection:
        await people.take_role(connection, (await people.actor(connection, RUTH)).id or 0, Role.MANAGER)
    await ruth.taps("Young people", asked)
    assert await ruth.alert() == "That button is not for you. Nothing was changed."
    assert "You can't do that here." in await ruth.asks("/groups")


async def test_a_registered_group_stays_registered_when_it_becomes_a_supergroup(
    bot: Bot, control: Control, ruth: Phone
) -> None:
    group = await new_group(control, JADE, by=RUTH)
    await ruth.hears()
    await ruth.taps("Young people")
    jade = Phone(control, JADE, group)
    await jade.hears()
    jade.chat = await control.migrate(group)
    assert "Hub" in await jade.asks(f"/ask@{BOT_NAME} what is the hub")


async def test_the_supergroup_that_a_registered_group_becomes_is_not_left_when_it_is_heard_of_first(
    bot: Bot, control: Control, ruth: Phone
) -> None:
    group = await new_group(control, JADE, by=RUTH)
    await ruth.hears()
    await ruth.taps("Young people")
    await settled(bot, control)
    moved = await control.group("Cooking", [JADE, RUTH], "supergroup")
    await control.bot(moved, JADE, "member")
    await settled(bot, control)
    assert await calls_to(control, "leaveChat", moved) == 0
    jade = Phone(control, JADE, moved)
    old = {"id": group, "type": "group", "title": "Cooking"}
    service = {"message_id": 90, "date": 1, "chat": old, "from": {"id": JADE, "is_bot": False, "first_name": "Jade"}}
    await control.update({"message": {**service, "migrate_to_chat_id": moved}})
    await settled(bot, control)
    assert "Hub" in await jade.asks(f"/ask@{BOT_NAME} what is the hub")


async def test_a_channel_is_left_at_once(bot: Bot, control: Control, ruth: Phone) -> None:
    person = {"id": RUTH, "is_bot": False, "first_name": "Ruth"}
    us = {"id": 1234567, "is_bot": True, "first_name": "Compass", "username": BOT_NAME}
    change = {
        "chat": {"id": -1007, "type": "channel", "title": "News"}, "from": person, "date": 1,
        "old_chat_member": {"user": us, "status": "left"},
        "new_chat_member": {
            "user": us, "status": "administrator", "can_be_edited": False, "is_anonymous": False,
            **dict.fromkeys(RIGHTS, False),
        },
    }  # fmt: skip
    await control.update({"my_chat_member": change})
    assert "I left the channel “News”." in (await ruth.hears())["text"]
    assert [call.params["chat_id"] for call in await control.calls("leaveChat")] == [-1007]


# --- who joins


@pytest.fixture
async def cooking(bot: Bot, control: Control, ruth: Phone) -> int:
    """A registered group of young people, in which Jade is known."""
    await enrol(bot, JADE, "Jade Marlow", Role.YOUNG_PERSON)
    group = await new_group(control, JADE, by=RUTH)
    await ruth.hears()
    await ruth.taps("Young people")
    await ruth.hears("editMessageText")
    await settled(bot, control)
    return group


async def warnings(control: Control, manager: int) -> list[str]:
    return [text for text in await texts_of(control, manager) if "Somebody I don't know joined" in text]


@pytest.mark.parametrize("is_admin", [False, True], ids=["member", "administrator"])
async def test_an_unknown_person_who_joins_is_told_to_every_manager_once_and_not_in_the_group(
    bot: Bot, control: Control, ruth: Phone, nadia: Phone, cooking: int, is_admin: bool
) -> None:
    if is_admin:
        await control.bot(cooking, RUTH, "administrator")
    before = await texts_of(control, cooking)
    await control.stranger_joins(cooking, "Max **B**", username="maxb")
    await settled(bot, control)
    for manager in (RUTH, NADIA):
        (told,) = await warnings(control, manager)
        assert "joined “Cooking”:\n\nMax **B** @maxb\n\nPlease check" in told
    assert await texts_of(control, cooking) == before


async def test_somebody_known_who_joins_is_not_told_and_somebody_who_withdrew_is(
    bot: Bot, control: Control, ruth: Phone, cooking: int
) -> None:
    await enrol(bot, TOM, "Tom Ashby", Role.DUTY)
    await enrol(bot, KAI, "Kai Odell", state=EnrolmentState.WITHDRAWN)
    await control.join(TOM, cooking)
    await settled(bot, control)
    assert await warnings(control, RUTH) == []
    await control.join(KAI, cooking)
    await settled(bot, control)
    assert ["Kai Odell" in text for text in await warnings(control, RUTH)] == [True]


async def test_each_join_is_told_again(bot: Bot, control: Control, ruth: Phone, cooking: int) -> None:
    bot._worker._clock = clock = MovableClock(bot._service.clock.now())
    stranger = await control.stranger_joins(cooking, "Max")
    await settled(bot, control)
    await control.leave(stranger, cooking)
    clock.pass_(3600)
    await control.join(stranger, cooking)
    await settled(bot, control)
    assert len(await warnings(control, RUTH)) == 2


async def test_a_bot_that_joins_is_unknown_too_and_several_are_one_message(
    bot: Bot, control: Control, ruth: Phone, cooking: int
) -> None:
    newcomers = [
        {"id": 501, "is_bot": True, "first_name": "Spy", "username": "spy_bot"},
        {"id": 502, "is_bot": False, "first_name": "Max"},
        {"id": JADE, "is_bot": False, "first_name": "Jade"},
    ]
    chat = {"id": cooking, "type": "group", "title": "Cooking"}
    jade = {"id": JADE, "is_bot": False, "first_name": "Jade"}
    message = {"message_id": 91, "date": 1, "chat": chat, "from": jade, "new_chat_members": newcomers}
    await control.update({"message": message})
    await settled(bot, control)
    (told,) = await warnings(control, RUTH)
    assert "Spy @spy_bot (a bot)\nMax\n" in told
    assert "Jade" not in told


async def test_only_young_peoples_groups_are_watched_for_unknown_people(
    bot: Bot, control: Control, ruth: Phone, cooking: int
) -> None:
    await ruth.taps("Foster carers")
    await settled(bot, control)
    await control.stranger_joins(cooking, "Max")
    await settled(bot, control)
    assert await warnings(control, RUTH) == []


# --- topics


async def test_a_closed_topic_closes_nothing_else(bot: Bot, control: Control) -> None:
    group = await control.group("Forum", [JADE, KAI], "supergroup", forum=True, bot=True)
    thread = await control.topic(group, "Homes", JADE)
    jade = Phone(control, JADE, group)
    assert "I'm a bot" in (await jade.hears())["text"]
    await control.fault("error", "sendMessage", code=400, description="Bad Request: TOPIC_CLOSED")
    await jade.says(f"/ask@{BOT_NAME} what is the hub", thread=thread)
    await settled(bot, control)
    async with bot._store.reading() as connection:
        assert await chats.is_reachable(connection, group) is not False
    assert "Hub" in await jade.asks(f"/ask@{BOT_NAME} what is the hub")


async def test_an_answer_stays_in_its_topic(bot: Bot, control: Control) -> None:
    group = await control.group("Forum", [JADE, KAI], "supergroup", forum=True, bot=True)
    thread = await control.topic(group, "Homes", JADE)
    jade = Phone(control, JADE, group)
    assert "I'm a bot" in (await jade.hears())["text"]
    for words in ("what is the hub", "when is my review", "i want to kill myself"):
        await jade.asks(f"/ask@{BOT_NAME} {words}", thread=thread)
        assert jade.last["message_thread_id"] == thread


@pytest.mark.parametrize(
    "data", ["person", "none", "menu", "safe:no", "tell:yes", "entry:advocate", "helped:1", "!x.1..9.y"]
)
async def test_a_press_that_was_made_up_in_a_group_says_nothing_there(
    bot: Bot, control: Control, jade_in_the_group: Phone, data: str
) -> None:
    await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    before = await texts_of(control, jade_in_the_group.chat)
    await jade_in_the_group.forges(data)
    await settled(bot, control)
    assert await texts_of(control, jade_in_the_group.chat) == before
