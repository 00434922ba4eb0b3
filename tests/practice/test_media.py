"""Files that people and the bot send each other, and pass on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import FormData

from practice.client import Control, FileKind, Stand
from practice.files import SAMPLES
from tests.practice import oracles
from tests.practice.cast import JADE, KAI, PRIYA
from tests.practice.test_refusals import refused

KINDS: tuple[FileKind, ...] = ("photo", "video", "animation", "audio", "document", "voice", "video_note")
METHODS = {
    "photo": "sendPhoto", "video": "sendVideo", "animation": "sendAnimation", "audio": "sendAudio",
    "document": "sendDocument", "voice": "sendVoice", "video_note": "sendVideoNote", "sticker": "sendSticker",
}  # fmt: skip
PICTURE = SAMPLES["photo"].data
WRONG = "Bad Request: wrong file identifier/HTTP URL specified"


def file_id(message: dict[str, Any], kind: str) -> str:
    return str((message[kind][-1] if kind == "photo" else message[kind])["file_id"])


def judged(message: dict[str, Any], method: str = "sendMessage") -> dict[str, Any]:
    oracles.aiogram_accepts_result(method, message)
    assert oracles.faults_of_result(method, message) == []
    return message


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_of_a_person_can_be_sent_on_to_somebody_else(control: Control, kind: FileKind) -> None:
    asked = (await control.as_bot("sendMessage", chat_id=PRIYA, text="Your answer?")).result
    said = (await control.send_file(JADE, kind, ("a.png" if kind == "photo" else "a.bin", PICTURE)))["message"]
    sent = await control.as_bot(
        METHODS[kind],
        chat_id=PRIYA,
        **{kind: file_id(said, kind)},
        reply_parameters={"message_id": asked["message_id"]},
        message_effect_id="5104841245755180586",
        nobody_knows_this={"a": [1]},
    )
    message = judged(sent.result, METHODS[kind])
    assert message[kind] == said[kind]
    assert message["reply_to_message"]["message_id"] == asked["message_id"]
    path = (await control.as_bot("getFile", file_id=file_id(message, kind))).result["file_path"]
    async with control.session.get(f"{control.api_base}/file/bot{control.token}/{path}") as response:
        assert await response.read() == PICTURE


@pytest.mark.parametrize("kind", [*KINDS, "sticker", "contact", "dice", "location"])
async def test_whatever_a_person_sends_can_be_copied_without_saying_whose_it_was(control: Control, kind: str) -> None:
    said = (await control.ask("POST", "say", {"user": JADE, kind: True}))["message"]
    copied = await control.as_bot("copyMessage", chat_id=PRIYA, from_chat_id=JADE, message_id=said["message_id"])
    assert copied.code == 200
    shown = (await control.messages(PRIYA))[-1]
    assert shown[kind] == said[kind]
    assert "forward_origin" not in shown


async def test_a_copy_may_carry_another_caption_or_none(control: Control) -> None:
    said = (await control.send_file(JADE, "video", caption="look at /help"))["message"]
    where = {"chat_id": PRIYA, "from_chat_id": JADE, "message_id": said["message_id"]}
    for more, expected in (({}, "look at /help"), ({"caption": "from Jade"}, "from Jade"), ({"caption": ""}, None)):
        await control.as_bot("copyMessage", **where, **more)
        assert (await control.messages(PRIYA))[-1].get("caption") == expected


async def test_a_round_film_takes_no_caption(control: Control) -> None:
    said = (await control.send_file(JADE, "video_note", caption="hello"))["message"]
    sent = await control.as_bot("sendVideoNote", chat_id=PRIYA, video_note=file_id(said, "video_note"), caption="x")
    assert "caption" not in said
    assert "caption" not in sent.result


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_goes_up_with_what_is_told_of_it(control: Control, kind: str) -> None:
    told = {"duration": 7, "title": "Tune", "performer": "Nobody", "width": 90, "height": 60, "length": 120}
    answer = await control.upload(METHODS[kind], {kind: ("a.png", PICTURE)}, chat_id=JADE, caption="here", **told)
    shown = judged(answer.result, METHODS[kind])[kind]
    if isinstance(shown, dict):
        assert {name: shown[name] for name in told if name in shown}.items() <= told.items()
        assert shown.get("duration", 7) == 7
    else:
        assert (shown[0]["width"], shown[0]["height"]) == (320, 200)


async def test_an_animation_is_told_as_a_document_too(control: Control) -> None:
    said = (await control.send_file(JADE, "animation"))["message"]
    assert said["document"]["file_id"] == said["animation"]["file_id"]


async def test_a_code_goes_up_as_bytes_and_is_the_same_on_the_phone(control: Control) -> None:
    sent = await control.upload("sendPhoto", {"photo": ("invitation.png", PICTURE)}, chat_id=PRIYA,
                                reply_markup={"inline_keyboard": [[{"text": "Take back", "callback_data": "t"}]]})  # fmt: skip
    assert sent.result["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "t"
    url = f"{control.api_base}/control/file/{file_id(sent.result, 'photo')}"
    async with control.session.get(url) as response:
        assert (response.content_type, await response.read()) == ("image/png", PICTURE)


@pytest.mark.parametrize("kind", [*KINDS, "sticker"])
@pytest.mark.parametrize("given", ["nothing", "AgACAgQ", "https://example.org/a.png", "file:///etc/passwd"])
async def test_a_file_that_telegram_does_not_know_is_refused(control: Control, kind: str, given: str) -> None:
    assert refused(await control.as_bot(METHODS[kind], chat_id=JADE, **{kind: given}), 400, WRONG)


async def test_a_file_of_another_bot_is_refused(control: Control) -> None:
    async with Stand(token="7654321:another", limits=False) as other:
        said = (await other.control.send_file(JADE, "photo"))["message"]
        assert (await other.control.as_bot("sendPhoto", chat_id=JADE, photo=file_id(said, "photo"))).code == 200
    await control.send_file(JADE, "photo")
    assert refused(await control.as_bot("sendPhoto", chat_id=JADE, photo=file_id(said, "photo")), 400, WRONG)


@pytest.mark.parametrize(("sent", "wanted"), [("voice", "audio"), ("video_note", "video"), ("photo", "document")])
async def test_a_file_keeps_its_kind(control: Control, sent: FileKind, wanted: str) -> None:
    said = (await control.send_file(JADE, sent))["message"]
    answer = await control.as_bot(METHODS[wanted], chat_id=JADE, **{wanted: file_id(said, sent)})
    assert answer.code == 400
    assert answer.description.startswith("Bad Request: can't use file of type ")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (PICTURE[:16] + (9000).to_bytes(4, "big") + (1001).to_bytes(4, "big") + PICTURE[24:], "PHOTO_INVALID_DIMENSIONS"),
        (PICTURE[:16] + (2101).to_bytes(4, "big") + (100).to_bytes(4, "big") + PICTURE[24:], "PHOTO_INVALID_DIMENSIONS"),
    ],
)  # fmt: skip
async def test_a_photo_that_telegram_would_not_take(control: Control, file: bytes, words: str) -> None:
    answer = await control.upload("sendPhoto", {"photo": ("a.png", file)}, chat_id=JADE)
    assert refused(answer, 400, f"Bad Request: {words}")


async def test_nothing_is_sent_to_who_has_not_started(control: Control) -> None:
    answer = await control.upload("sendPhoto", {"photo": ("a.png", PICTURE)}, chat_id=KAI)
    assert refused(answer, 403, "Forbidden: bot can't initiate conversation with a user")


async def test_the_log_holds_no_bytes(control: Control) -> None:
    await control.upload("sendDocument", {"document": ("my-data.json", b'{"a": 1}')}, chat_id=JADE)
    params = (await control.calls("sendDocument"))[-1].params
    assert params == {"chat_id": JADE, "document": {"file": "my-data.json", "bytes": 8}}


# Changing


async def test_a_file_or_a_text_becomes_another_file(control: Control) -> None:
    said = (await control.send_file(JADE, "photo"))["message"]
    media = {"type": "photo", "media": file_id(said, "photo"), "caption": "<b>new</b>", "parse_mode": "HTML"}
    for first in (
        await control.as_bot("sendMessage", chat_id=PRIYA, text="old"),
        await control.upload("sendDocument", {"document": ("a.txt", b"old")}, chat_id=PRIYA, caption="old"),
    ):
        there = {"chat_id": PRIYA, "message_id": first.result["message_id"]}
        changed = judged((await control.as_bot("editMessageMedia", **there, media=media)).result)
        assert (changed["photo"], changed["caption"]) == (said["photo"], "new")
        assert changed.keys().isdisjoint({"text", "document"})
        again = await control.as_bot("editMessageMedia", **there, media=media)
        assert again.description.startswith("Bad Request: message is not modified")


async def test_the_new_file_may_come_with_the_call(stand: Stand) -> None:
    sent = (await stand.control.upload("sendPhoto", {"photo": ("a.png", PICTURE)}, chat_id=JADE)).result
    form = FormData({"chat_id": str(JADE), "message_id": str(sent["message_id"])})
    form.add_field("media", json.dumps({"type": "photo", "media": "attach://fresh"}))
    form.add_field("fresh", PICTURE, filename="b.png")
    async with stand.control.session.post(f"{stand.api_base}/bot{stand.token}/editMessageMedia", data=form) as answer:
        changed = (await answer.json())["result"]
    assert file_id(changed, "photo") != file_id(sent, "photo")


async def test_a_voice_message_becomes_nothing_else_and_no_file_becomes_one(control: Control) -> None:
    said = (await control.send_file(JADE, "voice"))["message"]
    photo = (await control.send_file(JADE, "photo"))["message"]
    sent = (await control.as_bot("sendVoice", chat_id=JADE, voice=file_id(said, "voice"))).result
    media = {"type": "photo", "media": file_id(photo, "photo")}
    there = {"chat_id": JADE, "message_id": sent["message_id"]}
    assert refused(
        await control.as_bot("editMessageMedia", **there, media=media), 400, "Bad Request: message can't be edited"
    )
    media = {"type": "voice", "media": file_id(said, "voice")}
    assert (await control.as_bot("editMessageMedia", **there, media=media)).code == 400


@pytest.mark.parametrize("kind", ["photo", "video", "animation", "audio", "voice", "document"])
async def test_a_caption_can_be_changed_and_taken_away(control: Control, kind: FileKind) -> None:
    said = (await control.send_file(JADE, kind))["message"]
    sent = await control.as_bot(METHODS[kind], chat_id=JADE, **{kind: file_id(said, kind)}, caption="old")
    there = {"chat_id": JADE, "message_id": sent.result["message_id"]}
    assert (await control.as_bot("editMessageCaption", **there, caption="new")).result["caption"] == "new"
    assert "caption" not in (await control.as_bot("editMessageCaption", **there)).result
    said_words = await control.edit(JADE, said["message_id"], "my own words")
    assert said_words["message"]["caption"] == "my own words"


async def test_an_album_keeps_to_its_kind(control: Control) -> None:
    ids = {
        kind: file_id((await control.send_file(JADE, kind))["message"], kind) for kind in ("photo", "video", "document")
    }
    media = {kind: {"type": kind, "media": given} for kind, given in ids.items()}
    sent = await control.as_bot("sendMediaGroup", chat_id=JADE, media=[media["photo"], media["video"]])
    there = {"chat_id": JADE, "message_id": judged(sent.result, "sendMediaGroup")[0]["message_id"]}  # type: ignore[index]
    mixed = await control.as_bot("sendMediaGroup", chat_id=JADE, media=[media["photo"], media["document"]])
    assert refused(mixed, 400, "Bad Request: can't mix documents with other media types in an album")
    assert (await control.as_bot("editMessageMedia", **there, media=media["document"])).code == 400
    assert (await control.as_bot("editMessageMedia", **there, media=media["video"])).code == 200


# Asking for a reply


async def test_a_wish_for_a_reply_is_shown_until_the_person_writes(control: Control) -> None:
    markup = {"force_reply": True, "input_field_placeholder": "Your answer"}
    sent = (await control.as_bot("sendMessage", chat_id=JADE, text="Which day?", reply_markup=markup)).result
    assert "reply_markup" not in sent
    assert (await control.messages(JADE))[-1]["offered"] == markup
    assert await control.asked_to_reply(JADE) == sent["message_id"]
    assert await control.asked_to_reply(PRIYA) is None
    await control.say(JADE, "Monday", reply_to=sent["message_id"])
    assert await control.asked_to_reply(JADE) is None


async def test_in_a_group_a_selective_wish_is_for_those_it_names(control: Control, lounge: int) -> None:
    markup = {"force_reply": True, "selective": True}
    said = (await control.say(KAI, "/ask", chat=lounge))["message"]["message_id"]
    sent = await control.as_bot("sendMessage", chat_id=lounge, text="🙂 @jade_marlow, which day?", reply_markup=markup,
                                reply_parameters={"message_id": said})  # fmt: skip
    asked = {user: await control.asked_to_reply(user, lounge) for user in (JADE, KAI, PRIYA)}
    assert asked == {JADE: sent.result["message_id"], KAI: sent.result["message_id"], PRIYA: None}
    await control.as_bot("deleteMessage", chat_id=lounge, message_id=sent.result["message_id"])
    assert await control.asked_to_reply(JADE, lounge) is None
