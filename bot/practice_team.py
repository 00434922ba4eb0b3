"""Makes the people of the practice a team, so that everything can be tried at once: an adviser, a duty worker, managers, Jade.

Who is who comes from the practice page's own list over HTTP ("young person, 18", "personal adviser" …); Kai has not joined,
so that inviting somebody can be tried too.
"""

from __future__ import annotations

import json
import re
import urllib.request
from datetime import datetime, timedelta
from typing import Any

from bot import menus
from bot.models import Audience, EnrolmentState, OpportunityState, Role
from bot.store import events, groups, opportunities, people, schema
from bot.store.engine import Store
from bot.turn import Speech
from content.opportunity import Opportunity, OpportunityKind

PARTS = {"personal adviser": Role.ADVISER, "duty worker": Role.DUTY, "manager": Role.MANAGER}
A_YEAR = timedelta(days=365.25)
SECONDS = 10


def world_of(api_base: str) -> dict[str, Any]:
    """What the practice page knows of its people and groups."""
    with urllib.request.urlopen(f"{api_base}/control/world", timeout=SECONDS) as answer:  # noqa: S310 - our own stand-in
        world: dict[str, Any] = json.load(answer)
    return world


async def seed(store: Store, world: dict[str, Any], now: datetime) -> None:
    """Enrol the staff, then the young people who have joined with the first adviser, and register the groups."""
    await schema.prepare(store, now)
    async with store.transaction() as connection:
        speech = Speech(connection, now)
        adviser_id: int | None = None
        manager_id: int | None = None
        for person in world["people"]:
            role = PARTS.get(person["part"])
            if role is None:
                continue
            row = await people.add(
                connection, now, EnrolmentState.ENROLLED, telegram_id=person["id"], name=_name(person),
                agreed_at=now, confirmed_at=now,
            )  # fmt: skip
            await people.give_role(connection, now, row, role, None)
            await _dress(speech, row)
            await events.add(connection, now, "person", row, "enrolled", role=role)
            adviser_id = adviser_id or (row if role is Role.ADVISER else None)
            manager_id = manager_id or (row if role is Role.MANAGER else None)
        for person in world["people"]:
            age = re.fullmatch(r"young person, (\d+)", person["part"])
            if age is None:
                continue
            born_on = (now - A_YEAR * (int(age[1]) + 0.4)).date()
            row = await people.add(
                connection, now, EnrolmentState.ENROLLED, telegram_id=person["id"], name=_name(person), born_on=born_on,
                adviser_id=adviser_id, invited_by=adviser_id, agreed_at=now, confirmed_at=now,
            )  # fmt: skip
            await people.give_role(connection, now, row, Role.YOUNG_PERSON, adviser_id)
            await _dress(speech, row)
            await events.add(connection, now, "person", row, "enrolled", role=Role.YOUNG_PERSON)
        for chat in world["chats"]:
            if chat["type"] in ("group", "supergroup") and chat["bot"] in ("member", "administrator"):
                group = await groups.note(connection, now, chat["id"], chat["title"], None)
                await groups.register(connection, now, group.id, Audience.YOUNG_PEOPLE, manager_id)
        await _open_opportunities(speech, adviser_id)
        await speech.keep()


async def _open_opportunities(speech: Speech, by: int | None) -> None:
    """Invented ones, so that /jobs has something to show."""
    today = speech.now.date()
    for facts in (
        Opportunity(
            OpportunityKind.COURSE, "Baking for beginners", "Harbour College", "You bake bread and cakes with others.",
            where="Mill Lane. Bus 41 stops outside.", closes_on=today + timedelta(days=20),
        ),
        Opportunity(
            OpportunityKind.RING_FENCED, "Library assistant", "Central Library", "You help people find books and use the computers.",
            "£12.60 an hour, 20 hours a week", "Market Square", ("help-with-an-interview",),
            closes_on=today + timedelta(days=6), for_whom="Care leavers",
        ),
        Opportunity(
            OpportunityKind.APPRENTICESHIP, "Apprentice chef", "The Copper Kettle", "You learn to prep, cook and plate up with the head chef.",
            "£8.20 an hour, 30 hours a week", "Canal Road. 10 minutes from the station.",
            ("apprenticeship-bursary-3000", "help-with-travel"), "Happy to start at 7 in the morning", today + timedelta(days=11),
            link="https://example.org/apprentice-chef",
        ),
    ):  # fmt: skip
        number = await opportunities.add(
            speech.connection, speech.now, facts, source="form", made_by=by, state=OpportunityState.OPEN
        )
        await speech.event("opportunity", number, "opened", actor=by)


async def _dress(speech: Speech, person_id: int) -> None:
    person = await people.get(speech.connection, person_id)
    if person is not None:
        menus.dress(speech, person)


def _name(person: dict[str, Any]) -> str:
    return f"{person['first_name']} {person.get('last_name') or ''}".strip()
