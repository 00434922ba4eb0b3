"""The control side: what it says of the world, what it refuses, what it streams and logs."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from practice.client import Control, Stand
from practice.errors import Mistake
from practice.events import HELD
from practice.journal import Journal
from tests.practice.cast import JADE, KAI, NADIA, PRIYA, RUTH, TOM


async def test_the_default_cast_is_there(control: Control) -> None:
    world = await control.world()
    people = {person["id"]: (person["first_name"], person["part"], person["started"]) for person in world["people"]}
    assert people == {
        JADE: ("Jade", "young person, 18", True),
        KAI: ("Kai", "young person, 17, has not joined", False),
        PRIYA: ("Priya", "personal adviser", True),
        TOM: ("Tom", "duty worker", True),
        RUTH: ("Ruth", "manager", True),
        NADIA: ("Nadia", "manager", True),
    }
    lounge = next(chat for chat in world["chats"] if chat["type"] == "group")
    assert (lounge["members"], lounge["bot"]) == ([PRIYA, JADE, KAI], "member")
    assert world["bot"]["username"] == "compass_practice_bot"
    assert (await control.pending())["pending"] == 0


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("say", {"user": 1, "text": "x"}, "nobody with the id 1"),
        ("say", {"user": JADE, "chat": PRIYA, "text": "x"}, "somebody else's private chat"),
        ("say", {"user": JADE}, "nothing to say"),
        ("say", {"user": JADE, "text": "x" * 4097}, "4096 characters"),
        ("say", {"user": JADE, "text": 5}, "has to be a text"),
        ("say", {"user": JADE, "text": "x", "thread": 5}, "no topic 5"),
        ("say", {"user": JADE, "text": "x", "reply_to": 5}, "no message 5"),
        ("say", {"user": JADE, "photo": {"name": "a.png", "data": "!"}}, "not base64"),
        ("say", {"user": JADE, "photo": {"name": "a.png", "data": "aGVsbG8="}}, "not a PNG or JPEG"),
        ("say", {"user": JADE, "contact": {"first_name": "x"}}, "A contact is true"),
        ("say", {"user": JADE, "dice": "🐌"}, "A dice is true"),
        ("topic", {"chat": JADE, "name": "x"}, "private chat"),
        ("join", {"chat": JADE, "person": {"first_name": "x"}}, "private chat"),
        ("edit", {"user": JADE, "message_id": 5, "text": "x"}, "no message 5"),
        ("tap", {"user": JADE, "message_id": 5, "data": "x"}, "no message 5"),
        ("group", {"title": "", "members": [JADE]}, "needs a title"),
        ("group", {"title": "x", "members": []}, "needs members"),
        ("group", {"title": "x", "members": [JADE], "forum": True}, "Only a supergroup"),
        ("bot", {"chat": JADE, "by": JADE, "status": "member"}, "private chat"),
        ("person", {}, "needs a first_name"),
        ("privacy", {"on": 1}, "true or false"),
        ("clock", {"advance_seconds": -1}, "only goes forward"),
        ("clock", {"to": "2001-01-01T00:00:00+00:00"}, "only goes forward"),
        ("clock", {"to": "soon"}, "not an ISO 8601 moment"),
        ("clock", {}, "advance_seconds"),
        ("migrate", {"chat": JADE}, "private chat"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_told_in_a_sentence(
    control: Control, path: str, body: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mistake, match=words) as mistake:
        await control.ask("POST", path, body)
    assert str(mistake.value).endswith(".")


async def test_a_person_who_blocked_the_bot_has_to_unblock_it_to_write(control: Control) -> None:
    await control.block(JADE)
    with pytest.raises(Mistake, match="unblock it first"):
        await control.say(JADE, "hello")


async def test_only_a_button_that_is_there_can_be_tapped(control: Control) -> None:
    sent = (await control.as_bot("sendMessage", chat_id=JADE, text="x")).result["message_id"]
    with pytest.raises(Mistake, match="no button"):
        await control.tap(JADE, sent, "a")


async def test_a_message_carries_the_marks_that_an_app_would_find(control: Control) -> None:
    text = "😀 /help@compass_practice_bot @priya_nair see https://example.org/a?b=1."
    message = (await control.say(JADE, text))["message"]
    found = {
        mark["type"]: text.encode("utf-16-le")[2 * mark["offset"] : 2 * (mark["offset"] + mark["length"])].decode("utf-16-le")
        for mark in message["entities"]
    }  # fmt: skip
    assert found == {
        "bot_command": "/help@compass_practice_bot",
        "mention": "@priya_nair",
        "url": "https://example.org/a?b=1",
    }


async def test_deleted_messages_vanish_and_reactions_show(control: Control) -> None:
    kept = (await control.say(JADE, "kept"))["message"]["message_id"]
    gone = (await control.say(JADE, "gone"))["message"]["message_id"]
    await control.react(JADE, kept, "👍")
    await control.delete(JADE, gone)
    messages = await control.messages(JADE)
    assert [message["text"] for message in messages] == ["kept"]
    assert messages[0]["reactions"] == [{"user": JADE, "emoji": "👍"}]


async def test_votes_are_counted_and_can_be_taken_back(control: Control) -> None:
    poll = (await control.as_bot("sendPoll", chat_id=JADE, question="?", options=["a", "b"])).result["message_id"]
    await control.vote(JADE, poll, [1])
    assert (await control.messages(JADE))[0]["poll"]["options"][1]["voter_count"] == 1
    await control.vote(JADE, poll, [])
    assert (await control.messages(JADE))[0]["poll"]["total_voter_count"] == 0
    with pytest.raises(Mistake, match="one answer"):
        await control.vote(JADE, poll, [0, 1])


async def test_dates_follow_the_practice_clock(control: Control) -> None:
    before = (await control.say(JADE, "now"))["message"]["date"]
    await control.advance(7 * 86_400)
    after = (await control.say(JADE, "next week"))["message"]["date"]
    assert 7 * 86_400 <= after - before < 7 * 86_400 + 60
    clock = await control.ask("GET", "clock")
    assert abs(datetime.fromisoformat(clock["now"]).timestamp() - after) < 60
    assert clock["offset_seconds"] == 7 * 86_400


async def test_the_stream_tells_what_happened_since_and_what_happens(control: Control) -> None:
    version = (await control.world())["version"]
    await control.say(JADE, "hello")
    seen = []
    async for event in control.stream(version):
        seen.append(event["kind"])
        if event["kind"] == "message" and event["message"]["text"] == "hello":
            await control.as_bot("sendMessage", chat_id=JADE, text="hi")
        if event["kind"] == "call":
            break
    assert seen == ["message", "typing", "message", "call"]


@pytest.mark.parametrize("since", [0, 10**18])
async def test_a_follower_who_missed_too_much_is_told_to_start_anew(stand: Stand, since: int) -> None:
    assert stand.server is not None
    for number in range(HELD + 5):
        stand.server.world.events.emit("test", number=number)
    async for event in stand.control.stream(since):
        assert event == {"version": stand.server.world.events.version, "kind": "reset"}
        break


async def test_a_page_that_outlived_a_restart_is_told_to_start_anew() -> None:
    async with Stand() as first:
        await first.control.say(JADE, "hello")
        version = (await first.control.world())["version"]
    async with Stand() as second:
        for _ in range(10):
            await second.control.say(JADE, "hello again")
        async for event in second.control.stream(version):
            assert event["kind"] == "reset"
            break


async def test_an_alert_reaches_the_page(control: Control) -> None:
    markup = {"inline_keyboard": [[{"text": "Press", "callback_data": "a"}]]}
    sent = (await control.as_bot("sendMessage", chat_id=JADE, text="x", reply_markup=markup)).result["message_id"]
    query = await control.tap(JADE, sent, "a")
    await control.as_bot("answerCallbackQuery", callback_query_id=query, text="Saved", show_alert=True)
    alert = (await control.world())["alerts"][0]
    assert (alert["user"], alert["text"], alert["show_alert"]) == (JADE, "Saved", True)


async def test_a_document_can_be_fetched_without_the_token(stand: Stand) -> None:
    data = base64.b64encode(b"<script>").decode()
    document = {"name": "a.html", "data": data}
    file_id = (await stand.control.say(JADE, document=document))["message"]["document"]["file_id"]
    async with stand.control.session.get(f"{stand.api_base}/control/file/{file_id}") as response:
        assert (response.content_type, await response.read()) == ("application/octet-stream", b"<script>")


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
async def test_pages_of_other_sites_are_refused(stand: Stand, headers: dict[str, str]) -> None:
    url = f"{stand.api_base}/control/say"
    async with stand.control.session.post(url, json={"user": JADE, "text": "x"}, headers=headers) as response:
        assert response.status == 403
    assert await stand.control.messages(JADE) == []


async def test_no_file_outside_the_page_is_served(stand: Stand) -> None:
    for path in ("/static/..%2fworld.py", "/static/%2e%2e/world.py", "/static//etc/hostname"):
        async with stand.control.session.get(f"{stand.api_base}{path}") as response:
            assert response.status == 404


async def test_the_token_is_in_no_log_line(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    async with Stand(log_file=path, token="1234567:unspoken") as stand:
        await stand.control.as_bot("setWebhook", url="http://127.0.0.1:9/1234567:unspoken", secret_token="hush")
        await stand.control.as_bot("sendMessage", chat_id=JADE, text="hi")
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert [row["method"] for row in rows] == ["setWebhook", "sendMessage"]
        assert rows == (await stand.control.ask("GET", "log"))["calls"]
    assert "unspoken" not in path.read_text(encoding="utf-8")
    assert "hush" not in path.read_text(encoding="utf-8")


def test_the_log_is_bounded_in_memory_and_complete_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("practice.journal.HELD", 10)
    journal = Journal(tmp_path / "calls.jsonl")
    for _ in range(25):
        journal.write({"method": "getMe"})
    assert [row["n"] for row in journal.since(20)] == [21, 22, 23, 24, 25]
    assert len(journal.since(0)) == 10
    assert len((tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()) == 25
    journal.close()
