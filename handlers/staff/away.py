"""/away, /back and /awayfor: nothing waits for somebody who is off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from telegram import Update

from bot import absence as rule
from bot import escalating, press
from bot.handing_over import pass_all_on
from bot.message import Message, join, plain, written
from bot.models import STAFF, Lane, Role
from bot.permission import Action
from bot.press import Press
from bot.staff import tell
from bot.store import absences, people
from bot.store.people import Actor
from content.texts import away as texts
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no

MOST_COLLEAGUES: Final = 20
"""On buttons; with more than that, /away … cover NAME."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a button says: who is away from when until when. As short as a button has room for: minutes in base 16."""

    person_id: int
    starts_at: datetime | None
    back: datetime

    def packed(self) -> str:
        start = int(self.starts_at.timestamp()) // 60 if self.starts_at else 0
        return f"{start:x}-{int(self.back.timestamp()) // 60:x}-{self.person_id:x}"

    @classmethod
    def read(cls, packed: str) -> _Plan:
        start, back, person = (int(part, 16) for part in packed.split("-"))
        starts_at = datetime.fromtimestamp(start * 60, UTC) if start else None
        return cls(person, starts_at, datetime.fromtimestamp(back * 60, UTC))


# --- typing it


@needs(Action.AWAY)
async def away(update: Update, context: Context) -> None:
    """/away until Friday [cover NAME]: say it back, with the choice of who covers."""
    actor = await context.turn.actor()
    await _read(" ".join(context.args or []), actor, update, context)


@needs(Action.AWAY_FOR)
async def away_for(update: Update, context: Context) -> None:
    """/awayfor NAME until Friday: for somebody who is off sick."""
    name, span = rule.name_and_span(" ".join(context.args or []))
    if not name or not span:
        if update.effective_chat is not None:
            context.turn.say(update.effective_chat.id, written(texts.HELP_FOR))
        return
    person = await _staff_called(name, update, context)
    if person is not None:
        await _read(span, person, update, context)


async def _read(text: str, person: Actor, update: Update, context: Context) -> None:
    chat, turn = update.effective_chat, context.turn
    if chat is None:
        return
    words, name = rule.without_cover(text)
    if not words:
        turn.say(chat.id, written(texts.HELP))
        return
    match rule.read_span(words, context.service.council, turn.now):
        case rule.NoDay(words=what):
            say_no(update, context, texts.NO_DAY.format(words=what[:60]))
        case rule.TooSoon(planned=planned):
            say_no(update, context, texts.TOO_SOON_AFTER if planned else texts.TOO_SOON)
        case rule.Span(starts_at=starts_at, back=back):
            plan = _Plan(person.id or 0, starts_at, back)
            cover = await _cover_called(name, person, plan, update, context) if name else None
            if cover is not None or not name:
                turn.say(chat.id, await _say_back(plan, person, cover, chat.id, context))


async def _staff_called(name: str, update: Update, context: Context) -> Actor | None:
    """The one member of staff whom a name means; says so when it is nobody, or several."""
    staff = await people.with_role(context.turn.connection, *STAFF)
    found = rule.named(name, staff)
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(person.name for person in found))
    words = texts.SEVERAL.format(names=names) if found else texts.NO_SUCH.format(name=name[:60])
    say_no(update, context, words)
    return None


async def _cover_called(name: str, person: Actor, plan: _Plan, update: Update, context: Context) -> Actor | None:
    cover = await _staff_called(name, update, context)
    if cover is None:
        return None
    if cover.id == person.id or Role.ADVISER not in cover.roles:
        say_no(update, context, texts.NOT_AN_ADVISER.format(name=cover.name))
        return None
    if not await _is_there(cover, plan, context):
        say_no(update, context, texts.COVER_AWAY.format(name=cover.name))
        return None
    return cover


async def _is_there(cover: Actor, plan: _Plan, context: Context) -> bool:
    """Whether whoever would cover is at work when the absence begins."""
    begins = plan.starts_at or context.turn.now
    return cover.id not in await people.away(context.turn.connection, begins)


async def _say_back(plan: _Plan, person: Actor, cover: Actor | None, chat: int, context: Context) -> Message:
    """In full words, so that a day that was read wrongly is seen; the button does it."""
    turn = context.turn
    own = (await turn.actor()).id == person.id
    said = [written(texts.ASK if own else texts.ASK_FOR, {"name": person.name, **_days(plan, context)})]
    if cover is not None:
        said.append(written(texts.COVERS, {"cover": cover.name}))
        rows = [[press.button(turn.vault, texts.RIGHT, "away", cover.id or 0, chat, turn.now, more=plan.packed())]]
    elif Role.ADVISER not in person.roles:
        rows = [[press.button(turn.vault, texts.RIGHT, "away", 0, chat, turn.now, more=plan.packed())]]
    else:
        said.append(written(texts.WHO_COVERS))
        rows = [[press.button(turn.vault, texts.DUTY, "away", 0, chat, turn.now, more=plan.packed())]]
        for colleague in await _colleagues(person, plan, context):
            words = colleague.name[:60]
            rows.append(
                [press.button(turn.vault, words, "away", colleague.id or 0, chat, turn.now, more=plan.packed())]
            )
    rows.append([press.button(turn.vault, texts.CANCEL, "awayno", 0, chat, turn.now)])
    return join(said).with_buttons(*rows)


async def _colleagues(person: Actor, plan: _Plan, context: Context) -> list[Actor]:
    advisers = await people.with_role(context.turn.connection, Role.ADVISER)
    there = [a for a in advisers if a.id != person.id and await _is_there(a, plan, context)]
    return sorted(there, key=lambda adviser: adviser.name.casefold())[:MOST_COLLEAGUES]


def _days(plan: _Plan, context: Context) -> dict[str, str]:
    """The days in full words: "from Tuesday 1 December", "Friday 27 November at 9:00"."""
    zone = context.service.council.zone
    back = plan.back.astimezone(zone)
    start = plan.starts_at.astimezone(zone) if plan.starts_at else None
    span = texts.FROM.format(day=f"{start:%A} {start.day} {start:%B}") if start else texts.FROM_NOW
    return {"span": span, "back": f"{back:%A} {back.day} {back:%B} at {back.hour}:{back:%M}"}


# --- doing it


@needs(Action.AWAY)
async def right(press_: Press, update: Update, context: Context) -> None:
    """ "Right", "Duty" or a colleague's name: written down, and what is open goes on at once."""
    turn, plan = context.turn, _Plan.read(press_.more)
    actor = await turn.actor()
    own = plan.person_id == actor.id
    if not own and Role.MANAGER not in actor.roles:
        await refuse(update, context, Action.AWAY_FOR)
        return
    person = await people.get(turn.connection, plan.person_id)
    cover = await people.get(turn.connection, press_.thing) if press_.thing else None
    if person is None or not person.is_staff or plan.back <= turn.now:
        say_no(update, context, texts.TOO_LATE)
    elif press_.thing and (cover is None or cover.id == person.id or Role.ADVISER not in cover.roles):
        say_no(update, context, texts.NOT_AN_ADVISER.format(name=cover.name if cover else texts.DUTY))
    elif cover is not None and not await _is_there(cover, plan, context):
        say_no(update, context, texts.COVER_AWAY.format(name=cover.name))
    else:
        moved = await _write_down(plan, person, cover, actor, context)
        await _say_noted(plan, person, cover, moved, own, update, context)


async def _write_down(plan: _Plan, person: Actor, cover: Actor | None, actor: Actor, context: Context) -> int:
    """The absence, in place of any that it overlaps; what is open with them goes to the cover. Returns how many went."""
    turn = context.turn
    starts_at = max(plan.starts_at or turn.now, turn.now)
    for other in await absences.not_over(turn.connection, person.id or 0, turn.now):
        if other.starts_at < plan.back and starts_at < other.until:
            await absences.end(turn.connection, other.id, turn.now)
    number = await absences.add(turn.connection, person.id or 0, starts_at, plan.back, cover.id if cover else None)
    await turn.event(
        "absence", number, "written down", actor=actor.id, person=person.id, cover=cover.id if cover else None,
        starts_at=starts_at.isoformat(timespec="minutes"), until=plan.back.isoformat(timespec="minutes"),
    )  # fmt: skip
    if starts_at > turn.now:
        return 0
    there = await escalating.able(turn, [cover]) if cover is not None else []
    to = there[0] if there else None
    return len(await pass_all_on(turn, context.service.council, person, to, actor=actor.id, why="away"))


async def _say_noted(
    plan: _Plan, person: Actor, cover: Actor | None, moved: int, own: bool, update: Update, context: Context
) -> None:
    query, chat, turn = update.callback_query, update.effective_chat, context.turn
    actor = await turn.actor()
    covering = cover.name if cover is not None else texts.DUTY
    gaps = {
        "name": person.name, "who": actor.name, "cover": covering, **_days(plan, context),
        "moved": texts.MOVED.format(count=moved) if moved else "",
    }  # fmt: skip
    if query is not None and query.message is not None and chat is not None:
        turn.answer_press(query.id)
        turn.change(chat.id, query.message.message_id, written(texts.NOTED if own else texts.NOTED_FOR, gaps))
    if not own:
        tell(turn, [person], written(texts.TOLD, gaps), lane=Lane.NOTICE)
    if cover is not None and cover.id != actor.id:
        tell(turn, [cover], written(texts.YOU_COVER, gaps), lane=Lane.REPLY)


@needs(Action.AWAY)
async def cancel(press_: Press, update: Update, context: Context) -> None:
    """Nothing is written down."""
    query, chat = update.callback_query, update.effective_chat
    if query is not None and query.message is not None and chat is not None:
        context.turn.answer_press(query.id)
        context.turn.change(chat.id, query.message.message_id, plain(texts.CANCELLED))


@needs(Action.AWAY)
async def back(update: Update, context: Context) -> None:
    """/back: whoever is away is not any more; of somebody who is here, what was planned is cancelled."""
    turn, chat = context.turn, update.effective_chat
    actor = await turn.actor()
    if chat is None:
        return
    ahead = await absences.not_over(turn.connection, actor.id or 0, turn.now)
    now = [off for off in ahead if off.starts_at <= turn.now]
    for off in now or ahead:
        await absences.end(turn.connection, off.id, turn.now)
        await turn.event("absence", off.id, "ended", actor=actor.id, person=actor.id)
    if now:
        covers = await people.get_all(turn.connection, [off.cover_id for off in now if off.cover_id])
        tell(turn, covers, written(texts.YOU_COVER_NO_MORE, {"name": actor.name}), lane=Lane.REPLY)
        turn.say(chat.id, written(texts.BACK))
    elif ahead:
        spans = [written(texts.PLAN_CANCELLED, _days(_Plan(0, off.starts_at, off.until), context)) for off in ahead]
        turn.say(chat.id, join(spans, "\n"))
    else:
        turn.say(chat.id, written(texts.NOT_AWAY))


PRESSES: Final[Mapping[str, Handler]] = {"away": right, "awayno": cancel}
