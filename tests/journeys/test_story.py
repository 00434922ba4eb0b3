"""The whole story with four phones, on both databases: invite, confirm, ask, escalate, away, duty, relay with a photo, resolve, my data, delete."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import Bot
from bot.models import EscalationState, Line, Person, Role
from bot.settings import ROOT
from bot.store.people import actor
from practice.cast import KAI, PRIYA, RUTH, TOM
from practice.client import Control
from tests.driver import Phone
from tests.journeys.staffed import settled
from tests.journeys.team import Team, told

FIRST = (("Ruth Calder", RUTH, Role.MANAGER), ("Priya Nair", PRIYA, Role.ADVISER), ("Tom Ashby", TOM, Role.DUTY))


@pytest.fixture
async def team(bot_on_each_database: Bot, control: Control) -> Team:
    return await Team.gathered(bot_on_each_database, control, FIRST)


async def test_from_the_invitation_to_the_last_trace(team: Team, control: Control, kai: Phone) -> None:
    priya, tom = Phone(control, PRIYA, PRIYA), Phone(control, TOM, TOM)

    # Priya invites Kai, who reads three screens, agrees, and is nobody yet.
    await priya.says("/invite Kai Odell 14/03/2009")
    picture = await priya.hears("sendPhoto")
    link = re.search(r"start=(\S+)", picture["caption"])
    assert link is not None
    await kai.says(f"/start {link[1]}")
    assert "Kai" not in (await kai.hears())["text"]
    for label in ("Next", "Next", "No", "Agree"):
        await kai.taps(label)
        assert "Kai" not in (await kai.hears("editMessageText"))["text"]

    # Only Priya's yes makes the account his.
    await told(priya, "Is that who you showed it to?")
    await priya.taps("Yes")
    assert "Priya" in (await kai.hears())["text"]
    await told(kai, "1 of 5")  # the first small message of the first week

    # He asks; Priya is paged with initials and a number, no story.
    assert "I've told Priya" in await kai.asks("can i talk to my pa please")
    page = await told(priya, "KO, number 1")
    assert "talk" not in page["text"]

    # Priya is away from now on: it goes to duty, and Kai is told.
    await priya.says("/away until friday")
    await told(priya, "Who covers?")
    await priya.taps("Duty")
    page = await told(tom, "KO, number 1")
    assert "duty worker" in (await told(kai, "I've told"))["text"]

    # Tom takes it, and the promise names him.
    await tom.taps("I've got this", page)
    mine = await told(tom, "You have KO")
    promised = await told(kai, "Tom has seen this and will answer by")
    assert "If not," in promised["text"]

    # A letter as a photo one way, an answer the other; nobody's number is shown.
    team.clock.pass_(120)
    await kai.says(photo=True, caption="this letter came")
    letter = await tom.hears("sendPhoto")
    assert letter["caption"] == "KO · 1\nthis letter came"
    await tom.says("Thank you. That is your council tax. You pay nothing.", reply_to=letter["message_id"])
    assert (await told(kai, "Tom:"))["text"] == "Tom: Thank you. That is your council tax. You pay nothing."
    assert "Tom" in await kai.asks("/status")

    # It is finished, and Kai can see it.
    await tom.taps("Finished", mine)
    await told(tom, "how did it end")
    await tom.taps("I answered")
    await tom.hears("editMessageText")
    await tom.taps("No")
    assert "marked this as done" in (await told(kai, "done"))["text"]
    assert (await team.standing()).state is EscalationState.RESOLVED

    # He sees what is held and who looked, takes a copy, and deletes it all.
    mine_now = await kai.asks("/mydata")
    assert "Kai Odell" in mine_now
    assert "a duty worker" in mine_now
    shown = kai.last
    await kai.taps("Get a copy", shown)
    await kai.hears("sendDocument")
    await kai.taps("Delete it all", shown)
    await kai.hears()
    await kai.taps("Yes, go on")
    await kai.hears("editMessageText")
    await kai.taps("Yes, delete it all")
    await told(kai, "It is deleted.")
    await told(priya, "deleted what the bot held")
    await settled(team.bot, control)
    async with team.bot._store.reading() as connection:
        assert (await actor(connection, KAI)).id is None
        assert (await connection.execute(select(Line.body).where(Line.body.is_not(None)))).all() == []
        assert "KO" not in str((await connection.execute(select(Person.id).where(Person.telegram_id == KAI))).all())
    assert "council tax" in (await kai.asks("do i have to pay council tax")).lower()


def test_the_first_manager_is_invited_at_the_machine(tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/data/b.sqlite3",
        "KEY_FILE": str(tmp_path / "keys" / "k"),
        "PATH": "",
    }
    command = [sys.executable, "-m", "bot", "invite", "--role", "manager", "--name", "Ruth Calder"]
    made = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60, check=False)
    assert made.returncode == 0, made.stderr
    assert re.search(r"\b[2-9]\w{3}-[2-9]\w{3}-[2-9]\w{3}\b", made.stdout)


async def test_a_virtual_hour_without_anybody_ends_with_the_alarm(team: Team, control: Control, jade: Phone) -> None:
    tom, ruth = Phone(control, TOM, TOM), Phone(control, RUTH, RUTH)
    await jade.says("i want to die")
    assert "I've told the duty worker now" in (await jade.hears())["text"]
    await told(tom, "URGENT")
    for minutes, phone, words in ((5, ruth, "URGENT"), (10, tom, "ALARM"), (15, ruth, "ALARM")):
        await team.at(team.clock.now().replace(minute=0) + timedelta(minutes=minutes, seconds=1))
        await told(phone, words)
