"""Everything that the stand-in hands out is what Telegram would hand out."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from practice.bot_api import RECEIVING
from practice.calls import METHODS
from practice.client import Control, Stand
from tests.practice import oracles
from tests.practice.cast import BOT, JADE, KAI, PRIYA, TOM

KEYBOARD = {
    "inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "Site", "url": "https://example.org"}]]
}
FILES = ("photo", "document", "voice", "sticker", "video", "animation", "audio", "video_note")


class Bot:
    """Calls methods, has each result judged, and remembers which methods it called."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.called: set[str] = set()

    async def __call__(self, method: str, **params: Any) -> Any:
        answer = await self.control.as_bot(method, **params)
        assert answer.body["ok"], f"{method}: {answer.body}"
        oracles.aiogram_accepts_result(method, answer.result)
        assert oracles.faults_of_result(method, answer.result) == []
        self.called.add(method)
        return answer.result


async def every_method(bot: Bot, control: Control, forum: int) -> None:
    await bot("deleteWebhook")
    await bot("getWebhookInfo")
    await bot("getMe")
    for noun, field in (("Name", "name"), ("Description", "description"), ("ShortDescription", "short_description")):
        await bot(f"setMy{noun}", **{field: "Compass"})
        assert await bot(f"getMy{noun}") == {field: "Compass"}
    commands = [{"command": "help", "description": "Get help"}]
    await bot("setMyCommands", commands=commands)
    assert await bot("getMyCommands") == commands
    await bot("deleteMyCommands")
    await bot("setChatMenuButton", menu_button={"type": "commands"})
    await bot("getChatMenuButton", chat_id=JADE)
    await sends_and_edits(bot, control, forum)
    await looks_after_the_group(bot, control, forum)


async def sends_and_edits(bot: Bot, control: Control, forum: int) -> None:
    said = (await control.say(JADE, "hello"))["message"]
    sent = await bot("sendMessage", chat_id=JADE, text="<b>Hello</b> 😀 https://example.org", parse_mode="HTML",
                     reply_parameters={"message_id": said["message_id"]}, reply_markup=KEYBOARD)  # fmt: skip
    await bot("sendMessage", chat_id=JADE, text="pick", reply_markup={"keyboard": [["one", {"text": "two"}]]})
    await bot("sendChatAction", chat_id=JADE, action="typing")
    await bot("sendLocation", chat_id=JADE, latitude=51.5, longitude=-0.1)
    there = {"chat_id": JADE, "message_id": sent["message_id"]}
    await bot("editMessageText", **there, text="Changed", reply_markup=KEYBOARD)
    tapped = await control.tap(JADE, sent["message_id"], "y")
    await bot("answerCallbackQuery", callback_query_id=tapped, text="Thanks")
    await bot("editMessageReplyMarkup", **there)
    await bot("setMessageReaction", **there, reaction=[{"type": "emoji", "emoji": "👍"}])
    await bot("pinChatMessage", **there)
    await bot("unpinChatMessage", **there)
    await bot("unpinAllChatMessages", chat_id=JADE)
    await bot("copyMessage", chat_id=JADE, from_chat_id=JADE, message_id=sent["message_id"])
    await bot("forwardMessage", chat_id=JADE, from_chat_id=JADE, message_id=said["message_id"])
    for kind in FILES:
        got = (await control.ask("POST", "say", {"user": JADE, kind: True}))["message"][kind]
        file_id = (got[-1] if kind == "photo" else got)["file_id"]
        more = {} if kind in ("sticker", "video_note") else {"caption": "here *it* is"}
        name = "".join(part.title() for part in kind.split("_"))
        message = await bot(f"send{name}", chat_id=JADE, **{kind: file_id}, **more)
        if kind == "document":
            where = {"chat_id": JADE, "message_id": message["message_id"]}
            await bot("editMessageCaption", **where, caption="other")
            await bot("editMessageMedia", **where, media={"type": "document", "media": file_id, "caption": "third"})
        if kind == "photo":
            await bot("sendMediaGroup", chat_id=JADE, media=[{"type": "photo", "media": file_id}] * 2)
        assert (await bot("getFile", file_id=file_id))["file_path"]
    await bot("sendContact", chat_id=JADE, phone_number="+447700900123", first_name="Priya", last_name="Nair")
    await bot("sendDice", chat_id=JADE, emoji="🎯")
    await bot("sendMessage", chat_id=JADE, text="which?", reply_markup={"force_reply": True})
    poll = await bot("sendPoll", chat_id=JADE, question="When?", options=["Mon", {"text": "Tue"}], is_anonymous=False)
    await control.vote(JADE, poll["message_id"], [1])
    await bot("stopPoll", chat_id=JADE, message_id=poll["message_id"])
    await bot("deleteMessage", **there)
    await bot("deleteMessages", chat_id=JADE, message_ids=[poll["message_id"], 999_999])


async def looks_after_the_group(bot: Bot, control: Control, forum: int) -> None:
    await bot("getChat", chat_id=JADE)
    await bot("getChat", chat_id=forum)
    await bot("getChatAdministrators", chat_id=forum)
    assert await bot("getChatMemberCount", chat_id=forum) == 3
    for user in (PRIYA, JADE, TOM, BOT):
        await bot("getChatMember", chat_id=forum, user_id=user)
    topic = await bot("createForumTopic", chat_id=forum, name="Housing")
    thread = {"chat_id": forum, "message_thread_id": topic["message_thread_id"]}
    await bot("sendMessage", **thread, text="In the topic")
    await control.say(JADE, "me too", chat=forum, thread=topic["message_thread_id"])
    await bot("editForumTopic", **thread, name="Homes")
    await bot("closeForumTopic", **thread)
    await bot("reopenForumTopic", **thread)
    await bot("deleteForumTopic", **thread)
    await bot("exportChatInviteLink", chat_id=forum)
    link = (await bot("createChatInviteLink", chat_id=forum, name="ask", creates_join_request=True))["invite_link"]
    await control.join(KAI, forum, link)
    await bot("approveChatJoinRequest", chat_id=forum, user_id=KAI)
    await control.join(TOM, forum, link)
    await bot("declineChatJoinRequest", chat_id=forum, user_id=TOM)
    await bot("revokeChatInviteLink", chat_id=forum, invite_link=link)
    await bot("banChatMember", chat_id=forum, user_id=KAI)
    await bot("getChatMember", chat_id=forum, user_id=KAI)
    await bot("unbanChatMember", chat_id=forum, user_id=KAI)
    await bot("leaveChat", chat_id=forum)


async def test_every_method_gives_what_two_independent_descriptions_expect(control: Control, forum: int) -> None:
    bot = Bot(control)
    await every_method(bot, control, forum)
    await bot("getUpdates")
    await bot("setWebhook", url="http://127.0.0.1:9/hook")
    assert {name for name, _ in METHODS.values()} | set(RECEIVING.values()) == bot.called


async def test_every_kind_of_update_is_what_two_independent_descriptions_expect(control: Control, lounge: int) -> None:
    asked = ["message_reaction", "chat_member", "message", "edited_message", "callback_query", "poll", "poll_answer",
             "my_chat_member", "chat_join_request"]  # fmt: skip
    await control.as_bot("getUpdates", allowed_updates=asked)
    bot = Bot(control)
    forum = await control.group("Forum", [PRIYA, JADE], "supergroup", forum=True, bot=True)
    await control.bot(forum, PRIYA, "administrator", can_manage_topics=True, can_invite_users=True,
                      can_restrict_members=True, can_pin_messages=True, can_delete_messages=True)  # fmt: skip
    await every_method(bot, control, forum)
    said = (await control.say(JADE, "/start@compass_practice_bot and @priya_nair", chat=lounge))["message"]
    await control.edit(JADE, said["message_id"], "/start changed", chat=lounge)
    await control.say(JADE, forward=True, text="passed on", location=None)
    for kind in ("location", "contact", "dice"):
        await control.ask("POST", "say", {"user": JADE, kind: True})
    team = await control.group("Duty team", [PRIYA, TOM], "supergroup", forum=True, bot=True)
    rota = await control.topic(team, "Rota")
    await control.close_topic(team, rota)
    await control.close_topic(team, rota, closed=False)
    await control.stranger_joins(lounge, "Zed", by=PRIYA)
    await control.bot(lounge, PRIYA, "administrator", can_delete_messages=True)
    await control.react(JADE, said["message_id"], "👍", chat=lounge)
    await control.react(JADE, said["message_id"], "", chat=lounge)
    await control.leave(KAI, lounge, by=PRIYA)
    await control.migrate(lounge)
    await control.block(JADE)
    await control.unblock(JADE)
    seen: set[str] = set()
    offset = 0
    while batch := (await control.as_bot("getUpdates", offset=offset)).result:
        for update in batch:
            oracles.aiogram_accepts_update(update)
            assert oracles.faults_of_update(update) == []
            seen |= set(update) - {"update_id"}
        offset = batch[-1]["update_id"] + 1
    assert seen == set(asked)


async def test_a_file_goes_up_as_multipart_and_comes_down_again(stand: Stand) -> None:
    form = aiohttp.FormData({"chat_id": str(JADE), "caption": "for you"})
    form.add_field("document", b"a letter", filename="letter.txt")
    form.add_field("reply_markup", '{"inline_keyboard": [[{"text": "Read", "callback_data": "r"}]]}')
    base, session = f"{stand.api_base}/bot{stand.token}", stand.control.session
    async with session.post(f"{base}/SENDDOCUMENT", data=form) as response:
        document = (await response.json())["result"]["document"]
    assert document["file_name"] == "letter.txt"
    path = (await stand.control.as_bot("getFile", file_id=document["file_id"])).result["file_path"]
    async with session.get(f"{stand.api_base}/file/bot{stand.token}/{path}") as response:
        assert await response.read() == b"a letter"


async def test_a_file_may_be_attached_under_another_name(stand: Stand) -> None:
    form = aiohttp.FormData({"chat_id": str(JADE), "document": "attach://it"})
    form.add_field("it", b"a letter", filename="letter.txt")
    async with stand.control.session.post(f"{stand.api_base}/bot{stand.token}/sendDocument", data=form) as response:
        assert (await response.json())["result"]["document"]["file_size"] == 8


@pytest.mark.parametrize(("kind", "params"), [("query", True), ("form", False)])
async def test_parameters_may_come_in_the_query_or_in_a_form(stand: Stand, kind: str, params: bool) -> None:
    given = {"chat_id": str(JADE), "text": "12", "entities": '[{"type":"bold","offset":0,"length":2}]'}
    url = f"{stand.api_base}/bot{stand.token}/sendmessage"
    sending = stand.control.session.get(url, params=given) if params else stand.control.session.post(url, data=given)
    async with sending as response:
        message = (await response.json())["result"]
    assert (message["text"], message["entities"][0]["type"]) == ("12", "bold")
    assert (await stand.control.calls("sendMessage"))[-1].params["chat_id"] == JADE
