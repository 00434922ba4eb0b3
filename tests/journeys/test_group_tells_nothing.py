"""Nobody in a group can tell an urgent message from any other private one: what the bot shows there is the same, byte for byte.

The same random history is played in two worlds: in one the private messages are urgent, in the other they are routine.
"""

from __future__ import annotations

import json
import os
import random
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.app import Bot
from bot.enquiry import Private, answer
from bot.models import Audience, Role
from bot.store import groups
from practice.cast import JADE, KAI, PRIYA, RUTH
from practice.client import Control, Stand
from tests.desk import Desk, open_desk
from tests.driver import BOT_NAME
from tests.journeys.conftest import running, settings_for
from tests.journeys.staffed import enrol, said_by_bot, settled

URGENT = (
    "i want to kill myself", "ive taken 20 paracetamol", "my boyfriend hit me last night", "im going to end it all tonight",
    "i have nowhere to sleep tonight", "i cut myself again",
)  # fmt: skip
ROUTINE = (
    "when is my review", "what happens to my asylum claim", "am i behind with my rent", "what is in my pathway plan",
    "how much is left of my allowance", "when can i see my brother",
)  # fmt: skip
PUBLIC = ("what is the hub", "do i have to pay council tax", "asdf qwer", "hello")
FORMS = (
    "/ask {words}", "/ask@{bot} {words}", "/help@{bot} {words}", "/start@{bot} {words}", "/person@{bot} {words}", "/mydata {words}",
    "/menu@{bot} {words}", "/caseload {words}", "/dance@{bot} {words}", "/ask@another_bot {words}", "/dance {words}",
    "@{bot} {words}", "{words} @{bot}", "{words}",
)  # fmt: skip
WAYS = ("text", "text", "text", "reply", "caption", "file", "edit")
HISTORIES = int(os.environ.get("GROUP_HISTORIES", "50"))
"""Played without a network; the thousand of S6 with GROUP_HISTORIES=1000."""
OVER_HTTP = int(os.environ.get("GROUP_HISTORIES_OVER_HTTP", "8"))
STEPS = 6


@dataclass(frozen=True)
class Step:
    """Somebody writes: which words, in which form, sent how."""

    who: int
    form: str
    way: str
    words: tuple[str, str]
    """The words in the urgent world and in the routine one; the same for a public question."""

    def said(self, world: int) -> str:
        return self.form.format(bot=BOT_NAME, words=self.words[world])


def history(seed: int) -> list[Step]:
    chance = random.Random(seed)
    steps = []
    for _ in range(STEPS):
        public = chance.choice(PUBLIC)
        private = (chance.choice(URGENT), chance.choice(ROUTINE))
        words = private if chance.random() < 0.6 else (public, public)
        form, way = chance.choice(FORMS), chance.choice(WAYS)
        steps.append(Step(chance.choice((JADE, KAI, PRIYA)), form, way, words))
    return steps


def test_the_words_of_this_test_are_what_it_takes_them_for(desk: Desk) -> None:
    service = desk.service
    for words in URGENT:
        assert service.gate.assess(words) is not None, words
    for words in ROUTINE:
        assert service.gate.assess(words) is None, words
        given = {"library": service.library, "matcher": service.matcher, "small_talk": service.small_talk}
        assert isinstance(answer(words, chat="group", **given), Private), words
    for words in PUBLIC:
        assert service.gate.assess(words) is None


# --- over HTTP


async def play(bot: Bot, control: Control, steps: list[Step], world: int, setting: str, title: str) -> list[Any]:
    """Play a history in a new group; gives what everybody there has seen of the bot, ids and dates aside."""
    group = await control.group(title, [RUTH, PRIYA, JADE, KAI], "supergroup", bot=True)
    if setting == "registered":
        async with bot._store.transaction() as connection:
            noted = await groups.note(connection, bot._service.clock.now(), group, title, None)
            await groups.register(connection, bot._service.clock.now(), noted.id, Audience.YOUNG_PEOPLE, None)
    await control.say(JADE, f"/help@{BOT_NAME}", chat=group)
    await settled(bot, control)
    first = (await said_by_bot(control, group))[-1]["message_id"]
    mine: dict[int, int] = {}
    for number, step in enumerate(steps):
        said = await write(control, step, world, group, first)
        mine[said["message_id"]] = number
    await settled(bot, control)
    return [shown(message, mine, first) for message in await said_by_bot(control, group)]


async def write(control: Control, step: Step, world: int, group: int, first: int) -> dict[str, Any]:
    words = step.said(world)
    if step.way == "edit":
        said = await control.say(step.who, "hello all", chat=group)
        await control.edit(step.who, said["message"]["message_id"], words, chat=group)
    elif step.way == "caption":
        said = await control.send_file(step.who, "photo", chat=group, caption=words)
    elif step.way == "file":
        said = await control.send_file(
            step.who, "document", (f"{step.words[world]}.txt", b"x"), chat=group, reply_to=first
        )
    else:
        said = await control.say(step.who, words, chat=group, **({"reply_to": first} if step.way == "reply" else {}))
    return dict(said["message"])


def shown(message: dict[str, Any], mine: dict[int, int], first: int) -> dict[str, Any]:
    """A message without ids and dates; what it replies to by its place in the history."""
    answered = message.get("reply_to_message", {}).get("message_id")
    kept = {name: message.get(name) for name in ("text", "entities", "reply_markup", "message_thread_id", "edit_date")}
    return {**kept, "answers": "the bot" if answered == first else mine.get(answered)}


@pytest.mark.parametrize("setting", ["registered", "not registered"])
async def test_over_http_a_group_sees_the_same_of_the_urgent_and_of_the_routine(setting: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        worlds = []
        for world in (0, 1):
            stand = await stack.enter_async_context(Stand(limits=False))
            await stand.control.privacy(False)
            settings = settings_for(stand, f"sqlite:///{tmp_path}/{world}.sqlite3")
            bot = await stack.enter_async_context(running(settings))
            await enrol(bot, RUTH, "Ruth Calder", Role.MANAGER)
            await enrol(bot, PRIYA, "Priya Nair", Role.ADVISER)
            worlds.append((world, bot, stand.control))
        for seed in range(OVER_HTTP // 2):
            steps = history(seed)
            urgent, routine = [
                await play(bot, control, steps, world, setting, f"G{seed}") for world, bot, control in worlds
            ]
            assert json.dumps(urgent) == json.dumps(routine), steps


# --- without a network, in numbers


@pytest.fixture
async def desk(tmp_path: Path) -> Any:
    async with open_desk(tmp_path) as made:
        yield made


def update(desk: Desk, step: Step, world: int, group: int, number: int) -> dict[str, Any]:
    words = step.said(world)
    made = desk.message(step.who, words, chat=group, reply_to=1 if step.way in ("reply", "file") else None)
    message = made["message"]
    message["message_id"] = number
    entities = message.pop("entities", [])
    at = words.find(f"@{BOT_NAME}")
    if at >= 0 and not words.startswith("/"):
        entities.append({"type": "mention", "offset": at, "length": len(BOT_NAME) + 1})
    if step.way in ("caption", "file"):
        del message["text"]
        sample = {"file_id": "f", "file_unique_id": "u", "file_size": 1}
        if step.way == "caption":
            message |= {"caption": words, "caption_entities": entities, "photo": [{**sample, "width": 1, "height": 1}]}
        else:
            message |= {"document": {**sample, "file_name": f"{step.words[world]}.txt"}}
        return made
    message["entities"] = entities
    if step.way != "edit":
        return made
    return {"update_id": made["update_id"], "edited_message": {**message, "edit_date": message["date"]}}


async def test_in_many_histories_a_group_sees_the_same_of_the_urgent_and_of_the_routine(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        desks = []
        for name in ("urgent", "routine"):
            desk = await stack.enter_async_context(open_desk(tmp_path / name))
            await desk.enrol(RUTH, "Ruth Calder", Role.MANAGER)
            await desk.enrol(PRIYA, "Priya Nair", Role.ADVISER)
            await desk.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON, adviser_id=2)
            desks.append(desk)
        seen = 0
        for seed in range(HISTORIES):
            group = -1_000_000_000_000 - seed
            transcripts = []
            for world, desk in enumerate(desks):
                if seed % 4:
                    async with desk.store.transaction() as connection:
                        noted = await groups.note(connection, desk.clock.now(), group, "Lounge", None)
                        await groups.register(connection, desk.clock.now(), noted.id, Audience.YOUNG_PEOPLE, None)
                updates = [update(desk, step, world, group, number) for number, step in enumerate(history(seed), 2)]
                sent = await desk.handle(updates)
                in_group = [[call for call in calls if call.chat_id == group] for calls in sent]
                transcripts.append(json.dumps([[(c.method, c.payload, c.lane) for c in calls] for calls in in_group]))
                seen += sum(len(calls) for calls in in_group)
            assert transcripts[0] == transcripts[1], history(seed)
        assert seen > HISTORIES
