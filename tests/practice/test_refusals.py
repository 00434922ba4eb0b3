"""Each refusal comes in Telegram's own words."""

from __future__ import annotations

from typing import Any

import pytest

from practice.bot_api import RECEIVING
from practice.calls import METHODS, Call
from practice.client import Answer, Control, Stand
from practice.control import ACTIONS
from practice.errors import ApiError, Mistake
from tests.practice.cast import JADE, KAI, PRIYA, TOM

GONE = 999_999


def button(**more: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Press", **more}]]}


def refused(answer: Answer, code: int, words: str) -> bool:
    assert answer.body["ok"] is False
    assert answer.body["error_code"] == answer.code
    assert (answer.code, answer.description) == (code, words)
    return True


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"chat_id": 5, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"chat_id": None, "text": "x"}, "chat_id is empty"),
        ({"text": "<b>x", "parse_mode": "HTML"}, 'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
        ({"text": "x <y>z</y>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "y" at byte offset 2'),
        ({"text": "a.", "parse_mode": "MarkdownV2"},
         "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"),
        ({"text": "x", "parse_mode": "Markdown"}, "unsupported parse_mode"),
        ({"text": "x", "entities": [{"type": "loud", "offset": 0, "length": 1}]},
         "can't parse MessageEntity: type of the entity is unknown"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
         "entity ends after the end of the text at UTF-16 offset 2"),
        ({"text": "😀", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
         "entity splits a UTF-16 symbol at UTF-16 offset 1"),
        ({"text": "x", "reply_markup": button(callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": button(callback_data="")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": button()},
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "reply_markup": button(callback_data="a", url="https://a.org")},
         "can't parse inline keyboard button: exactly one of the optional fields must be used"),
        ({"text": "x", "reply_markup": button(url="javascript:alert(1)")},
         "inline keyboard button URL 'javascript:alert(1)' is invalid: Wrong HTTP URL"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"text": "x", "reply_parameters": {"message_id": GONE}}, "message to be replied not found"),
        ({"text": "x", "message_thread_id": GONE}, "message thread not found"),
    ],
)  # fmt: skip
async def test_a_message_that_telegram_would_not_send(control: Control, params: dict[str, Any], words: str) -> None:
    answer = await control.as_bot("sendMessage", **{"chat_id": JADE, **params})
    assert refused(answer, 400, f"Bad Request: {words}")
    assert await control.messages(JADE) == []


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 2048, f"<b>{'x' * 4096}</b>", f"  {'x' * 4096}  "])
async def test_the_longest_text_passes_after_its_markup_is_read(control: Control, text: str) -> None:
    answer = await control.as_bot("sendMessage", chat_id=JADE, text=text, parse_mode="HTML")
    assert answer.code == 200


async def test_button_data_is_counted_in_bytes(control: Control) -> None:
    answer = await control.as_bot("sendMessage", chat_id=JADE, text="x", reply_markup=button(callback_data="é" * 32))
    assert answer.code == 200


async def test_a_caption_has_its_own_limit(control: Control) -> None:
    photo = (await control.say(JADE, photo=True))["message"]["photo"][0]["file_id"]
    assert (await control.as_bot("sendPhoto", chat_id=JADE, photo=photo, caption="x" * 1024)).code == 200
    answer = await control.as_bot("sendPhoto", chat_id=JADE, photo=photo, caption="x" * 1025)
    assert refused(answer, 400, "Bad Request: message caption is too long")


async def test_a_file_of_another_kind_or_of_nobody_is_refused(control: Control) -> None:
    photo = (await control.say(JADE, photo=True))["message"]["photo"][0]["file_id"]
    answer = await control.as_bot("sendDocument", chat_id=JADE, document=photo)
    assert refused(answer, 400, "Bad Request: can't use file of type Photo as Document")
    answer = await control.as_bot("sendDocument", chat_id=JADE, document="nothing")
    assert refused(answer, 400, "Bad Request: wrong file identifier/HTTP URL specified")
    assert refused(await control.as_bot("getFile", file_id="nothing"), 400, "Bad Request: invalid file_id")


async def test_a_bot_cannot_write_first(control: Control) -> None:
    answer = await control.as_bot("sendMessage", chat_id=KAI, text="hello")
    assert refused(answer, 403, "Forbidden: bot can't initiate conversation with a user")
    await control.say(KAI, "/start")
    assert (await control.as_bot("sendMessage", chat_id=KAI, text="hello")).code == 200


async def test_a_bot_that_was_blocked_reaches_nobody_until_it_is_unblocked(control: Control) -> None:
    await control.block(JADE)
    answer = await control.as_bot("sendMessage", chat_id=JADE, text="hello")
    assert refused(answer, 403, "Forbidden: bot was blocked by the user")
    await control.unblock(JADE)
    assert (await control.as_bot("sendMessage", chat_id=JADE, text="hello")).code == 200


@pytest.mark.parametrize(
    ("status", "words"),
    [("kicked", "bot was kicked from the group chat"), ("left", "bot is not a member of the group chat")],
)
async def test_a_bot_outside_a_group_cannot_write_there(control: Control, lounge: int, status: str, words: str) -> None:
    await control.bot(lounge, PRIYA, status)
    assert refused(await control.as_bot("sendMessage", chat_id=lounge, text="hi"), 403, f"Forbidden: {words}")


async def test_an_old_group_id_names_the_supergroup(control: Control, lounge: int) -> None:
    new = await control.migrate(lounge)
    answer = await control.as_bot("sendMessage", chat_id=lounge, text="hi")
    assert refused(answer, 400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert answer.body["parameters"] == {"migrate_to_chat_id": new}
    assert (await control.as_bot("sendMessage", chat_id=new, text="hi")).code == 200


@pytest.fixture
async def sent(control: Control) -> dict[str, Any]:
    """A message of the bot's with a button, as the parameters that name it."""
    answer = await control.as_bot("sendMessage", chat_id=JADE, text="Hello", reply_markup=button(callback_data="a"))
    return {"chat_id": JADE, "message_id": answer.result["message_id"]}


async def test_an_edit_that_changes_nothing_is_refused(control: Control, sent: dict[str, Any]) -> None:
    same = await control.as_bot("editMessageText", **sent, text="Hello ", reply_markup=button(callback_data="a"))
    assert same.code == 400
    assert same.description.startswith("Bad Request: message is not modified: specified new message content and")
    same = await control.as_bot("editMessageReplyMarkup", **sent, reply_markup=button(callback_data="a"))
    assert same.description.startswith("Bad Request: message is not modified")


async def test_an_edit_of_text_or_of_markup_alone_is_a_change(control: Control, sent: dict[str, Any]) -> None:
    markup = button(callback_data="a")
    assert (await control.as_bot("editMessageText", **sent, text="Bye", reply_markup=markup)).code == 200
    edited = (await control.as_bot("editMessageText", **sent, text="Bye")).result
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= edited["date"]


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("editMessageText", "message to edit not found"),
        ("editMessageReplyMarkup", "message to edit not found"),
        ("deleteMessage", "message to delete not found"),
        ("pinChatMessage", "message to pin not found"),
        ("stopPoll", "message with poll to stop not found"),
        ("setMessageReaction", "message to react not found"),
    ],
)
async def test_a_message_that_is_gone(control: Control, method: str, words: str) -> None:
    answer = await control.as_bot(method, chat_id=JADE, message_id=GONE, text="x", reaction=[])
    assert refused(answer, 400, f"Bad Request: {words}")


async def test_a_message_that_a_person_deleted_is_gone_for_the_bot(control: Control, sent: dict[str, Any]) -> None:
    await control.delete(JADE, sent["message_id"])
    answer = await control.as_bot("editMessageText", **sent, text="x")
    assert refused(answer, 400, "Bad Request: message to edit not found")


async def test_a_bot_cannot_change_what_a_person_wrote(control: Control) -> None:
    said = (await control.say(JADE, "mine"))["message"]["message_id"]
    answer = await control.as_bot("editMessageText", chat_id=JADE, message_id=said, text="x")
    assert refused(answer, 400, "Bad Request: message can't be edited")


@pytest.mark.parametrize("method", ["copyMessage", "forwardMessage"])
async def test_nothing_is_copied_that_is_gone_or_protected(control: Control, method: str) -> None:
    verb = method.removesuffix("Message")
    answer = await control.as_bot(method, chat_id=JADE, from_chat_id=PRIYA, message_id=GONE)
    assert refused(answer, 400, f"Bad Request: message to {verb} not found")
    kept = (await control.as_bot("sendMessage", chat_id=PRIYA, text="x", protect_content=True)).result["message_id"]
    assert (await control.as_bot(method, chat_id=JADE, from_chat_id=PRIYA, message_id=kept)).code == 400


async def test_after_two_days_a_message_can_no_longer_be_deleted(control: Control, sent: dict[str, Any]) -> None:
    await control.advance(48 * 3600 + 2)
    answer = await control.as_bot("deleteMessage", **sent)
    assert refused(answer, 400, "Bad Request: message can't be deleted for everyone")


async def test_a_message_named_twice_is_deleted_once(control: Control, sent: dict[str, Any]) -> None:
    number = sent["message_id"]
    assert (await control.as_bot("deleteMessages", chat_id=JADE, message_ids=[number, number, GONE])).result is True
    assert await control.messages(JADE) == []


async def test_within_two_days_it_can(control: Control, sent: dict[str, Any]) -> None:
    await control.advance(48 * 3600 - 60)
    assert (await control.as_bot("deleteMessage", **sent)).result is True


async def test_a_tap_is_answered_once_and_soon(control: Control, sent: dict[str, Any]) -> None:
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    first = await control.tap(JADE, sent["message_id"], "a")
    assert (await control.as_bot("answerCallbackQuery", callback_query_id=first)).result is True
    assert refused(await control.as_bot("answerCallbackQuery", callback_query_id=first), 400, old)
    assert refused(await control.as_bot("answerCallbackQuery", callback_query_id="1"), 400, old)
    second = await control.tap(JADE, sent["message_id"], "a")
    await control.advance(16)
    assert refused(await control.as_bot("answerCallbackQuery", callback_query_id=second), 400, old)


@pytest.mark.parametrize(
    ("method", "more", "words"),
    [
        ("pinChatMessage", {"message_id": 1}, "manage pinned messages in the chat"),
        ("createChatInviteLink", {}, "manage chat invite link"),
        ("banChatMember", {"user_id": JADE}, "restrict/unrestrict chat member"),
        ("approveChatJoinRequest", {"user_id": TOM}, "manage join requests"),
    ],
)
async def test_what_needs_a_right_is_refused_without_it(
    control: Control, lounge: int, method: str, more: dict[str, Any], words: str
) -> None:
    expected = f"Bad Request: not enough rights to {words}"
    assert refused(await control.as_bot(method, chat_id=lounge, **more), 400, expected)
    await control.bot(lounge, PRIYA, "administrator", can_change_info=True)
    assert refused(await control.as_bot(method, chat_id=lounge, **more), 400, expected)


async def test_topics_need_a_forum_and_the_right(control: Control, lounge: int) -> None:
    answer = await control.as_bot("createForumTopic", chat_id=lounge, name="Housing")
    assert refused(answer, 400, "Bad Request: the chat is not a forum")
    forum = await control.group("Forum", [PRIYA], "supergroup", forum=True, bot=True)
    answer = await control.as_bot("createForumTopic", chat_id=forum, name="Housing")
    assert refused(answer, 400, "Bad Request: not enough rights to create a topic")


async def test_a_closed_topic_takes_no_message_from_a_bot_without_the_right(control: Control, forum: int) -> None:
    topic = (await control.as_bot("createForumTopic", chat_id=forum, name="Housing")).result["message_thread_id"]
    await control.as_bot("closeForumTopic", chat_id=forum, message_thread_id=topic)
    there = {"chat_id": forum, "message_thread_id": topic, "text": "x"}
    assert (await control.as_bot("sendMessage", **there)).code == 200
    await control.bot(forum, PRIYA, "member")
    assert refused(await control.as_bot("sendMessage", **there), 400, "Bad Request: TOPIC_CLOSED")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"question": "", "options": ["a"]}, "poll question must be non-empty"),
        ({"question": "x" * 301, "options": ["a"]}, "poll question length must not exceed 300"),
        ({"question": "?", "options": []}, "poll must have from 1 to 12 answer options"),
        ({"question": "?", "options": ["a"] * 13}, "poll must have from 1 to 12 answer options"),
        ({"question": "?", "options": ["a", " "]}, "poll options must be non-empty"),
        ({"question": "?", "options": ["x" * 101]}, "poll options length must not exceed 100"),
        ({"question": "?", "options": ["a"], "type": "quiz"}, "wrong correct option ID specified"),
    ],
)
async def test_a_poll_that_telegram_would_not_send(control: Control, params: dict[str, Any], words: str) -> None:
    assert refused(await control.as_bot("sendPoll", chat_id=JADE, **params), 400, f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([{"command": "Help", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "help", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": f"c{n}", "description": "x"} for n in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_commands_that_telegram_would_not_take(control: Control, commands: list[Any], words: str) -> None:
    assert refused(await control.as_bot("setMyCommands", commands=commands), 400, f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("bot1234567:wrong/getMe", 401, "Unauthorized"),
        ("botnonsense/getMe", 404, "Not Found"),
        ("bot1234567:practice/getNothing", 404, "Not Found"),
        ("file/bot1234567:practice/documents/none.txt", 404, "Not Found"),
        ("file/bot1234567:wrong/documents/none.txt", 401, "Unauthorized"),
    ],
)
async def test_a_wrong_address(stand: Stand, path: str, code: int, words: str) -> None:
    async with stand.control.session.get(f"{stand.api_base}/{path}") as response:
        assert response.status == code
        assert await response.json() == {"ok": False, "error_code": code, "description": words}


async def test_a_body_that_is_not_json_is_refused(stand: Stand) -> None:
    url, headers = f"{stand.api_base}/bot{stand.token}/getMe", {"Content-Type": "application/json"}
    async with stand.control.session.post(url, data=b"[", headers=headers) as response:
        assert response.status == 400


JUNK: list[Any] = [
    "", "x", "😀", -1, 0, 1.5, 2**70, True, [], [1], [[]], [{}], {}, {"a": 1}, [[{"text": []}]], [{"emoji": 5}],
    {"message_id": []}, {"inline_keyboard": [[{"text": "x", "url": 5}]]}, {"type": "chat", "chat_id": []},
    [{"type": "photo", "media": 5}] * 2, [{"type": "text_link", "offset": 0, "length": 1, "url": []}],
]  # fmt: skip
SENSIBLE = {"chat_id": JADE, "from_chat_id": JADE, "message_id": 1, "user_id": JADE, "text": "x", "question": "?",
            "options": ["a"], "name": "x", "latitude": 1, "longitude": 1, "action": "typing", "commands": [],
            "url": "", "callback_query_id": "1", "file_id": "x", "media": [], "reaction": [], "message_ids": [1],
            "photo": "x", "document": "x", "voice": "x", "sticker": "x", "video": "x", "audio": "x", "animation": "x",
            "video_note": "x", "phone_number": "0", "first_name": "x", "message_thread_id": 0}  # fmt: skip
OPTIONAL = ("reply_markup", "reply_parameters", "entities", "parse_mode", "caption", "caption_entities", "scope",
            "menu_button", "link_preview_options", "correct_option_ids", "allowed_updates", "offset", "limit",
            "language_code", "description", "last_name", "emoji", "icon_color", "duration", "invite_link", "expire_date", "secret_token", "max_connections")  # fmt: skip


@pytest.mark.parametrize("method", sorted({*METHODS, *(name.lower() for name in RECEIVING)}))
async def test_nonsense_is_refused_and_breaks_nothing(stand: Stand, method: str) -> None:
    assert stand.server is not None
    await stand.control.as_bot("sendMessage", chat_id=JADE, text="x", reply_markup=button(callback_data="a"))
    refusals: list[ApiError] = []
    for name in (*SENSIBLE, *OPTIONAL):
        for junk in JUNK:
            try:
                await stand.server.api.run(method, Call.of({**SENSIBLE, name: junk}))
            except ApiError as refusal:
                refusals.append(refusal)
    assert all(400 <= refusal.code < 500 for refusal in refusals)
    assert (await stand.control.world())["bot"]["username"]


@pytest.mark.parametrize("action", sorted(ACTIONS))
async def test_nonsense_on_the_control_side_is_told_in_a_sentence(stand: Stand, action: str) -> None:
    assert stand.server is not None
    forum = await stand.control.group("Forum", [PRIYA, JADE], "supergroup", forum=True, bot=True)
    sensible = {"user": JADE, "chat": forum, "message_id": 1, "text": "x", "by": PRIYA, "status": "member", "on": True,
                "data": "a", "emoji": "👍", "options": [0], "title": "x", "members": [JADE], "first_name": "x"}  # fmt: skip
    more = ("photo", "document", "voice", "sticker", "location", "reply_to", "thread", "link", "rights", "part", "id",
            "video", "audio", "video_note", "animation", "contact", "dice", "name", "closed", "delete", "person")  # fmt: skip
    mistakes: list[Mistake] = []
    for name in (*sensible, *more, "caption", "forum", "type", "username", "update_id"):
        for junk in [*JUNK, {"name": "a", "data": 5}, {"name": 5}, {"latitude": []}]:
            try:
                ACTIONS[action](stand.server.world, {**sensible, name: junk})
            except Mistake as mistake:
                mistakes.append(mistake)
    assert all(str(mistake).endswith(".") for mistake in mistakes)
    assert (await stand.control.world())["bot"]["username"]
