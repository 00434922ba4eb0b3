"""What staff do with an escalation: take it, pass it on, say that they rang, finish it, open it again; and the queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import escalating, press, when
from bot.escalation import is_overdue
from bot.message import Button, Message, bold, join, plain, written
from bot.models import EscalationState, Lane, Outcome, Role, Rung
from bot.permission import Action, may
from bot.press import Press
from bot.relation import related
from bot.staff import tell
from bot.store import escalations, people
from bot.store.escalations import Standing
from bot.store.people import Actor
from content.texts import page as texts
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no
from handlers.staff import gap, relay
from handlers.staff.matter import Matter, matter_of, open_matter

PAGE_SIZE: Final = 10


# --- taking it


@needs(Action.ACKNOWLEDGE)
async def got(press_: Press, update: Update, context: Context) -> None:
    """ "I've got this": of two at once, the second is told who has it."""
    matter = await matter_of(press_.thing, update, context)
    if matter is None:
        return
    if matter.standing.state is EscalationState.ACKNOWLEDGED:
        await _is_taken(matter, update, context)
    elif not matter.may(Action.ACKNOWLEDGE):
        await refuse(update, context, Action.ACKNOWLEDGE)
    elif not matter.standing.is_live:
        await _is_finished(matter, update, context)
    elif matter.actor.id in await people.away(context.turn.connection, context.turn.now):
        say_no(update, context, texts.YOU_ARE_AWAY)
    else:
        await _take(matter, update, context)


async def _is_taken(matter: Matter, update: Update, context: Context) -> None:
    if matter.standing.owner_id == matter.actor.id:
        say_no(update, context, texts.YOURS_ALREADY)
    else:
        who = await _name_of(matter.standing.owner_id, context)
        say_no(update, context, texts.SOMEBODY_HAS_IT.format(who=who))


async def _take(matter: Matter, update: Update, context: Context) -> None:
    turn, council = context.turn, context.service.council
    after = await escalating.acknowledge(turn, council, matter.standing, matter.actor)
    _answer(update, context, texts.YOURS)
    _leave_only_open(matter, update, context)
    _say_it_is_theirs(matter, after, context)


def _say_it_is_theirs(matter: Matter, after: Standing, context: Context) -> None:
    turn, council = context.turn, context.service.council
    if after.promised_at is not None:
        by = when.said(after.promised_at, turn.now, council.zone)
        said = written(texts.NOW_YOURS, {**matter.gaps, "by": by})
    else:
        minutes = int(council.clocks.urgent_answer.total_seconds() // 60)
        said = written(texts.NOW_YOURS_URGENT, {**matter.gaps, "minutes": minutes})
    chat = matter.actor.telegram_id or 0
    buttons = [_button(context, texts.OPEN, "open", matter, chat), _button(context, texts.RANG, "rang", matter, chat)]
    done = [_button(context, texts.FINISHED, "finish", matter, chat)]
    turn.say(chat, said.with_buttons(buttons, done), escalation=after.id)


def _button(context: Context, words: str, verb: str, matter: Matter, chat: int, more: str = "") -> Button:
    return press.button(context.turn.vault, words, verb, matter.standing.id, chat, context.turn.now, more=more)


def _answer(update: Update, context: Context, words: str | None = None) -> None:
    if update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id, words)


def _leave_only_open(matter: Matter, update: Update, context: Context) -> None:
    """What can't be pressed any more goes; reading it stays."""
    query, chat = update.callback_query, update.effective_chat
    if query is not None and query.message is not None and chat is not None:
        left = plain("").with_buttons([_button(context, texts.OPEN, "open", matter, chat.id)])
        context.turn.take_buttons(chat.id, query.message.message_id, left)


def _change(update: Update, context: Context, message: Message) -> None:
    """The message with the pressed button becomes another."""
    query, chat = update.callback_query, update.effective_chat
    if query is not None and query.message is not None and chat is not None:
        context.turn.change(chat.id, query.message.message_id, message)


async def _name_of(person_id: int | None, context: Context) -> str:
    person = await people.get(context.turn.connection, person_id)
    return person.name if person is not None and person.name else texts.SOMEBODY


async def _is_finished(matter: Matter, update: Update, context: Context) -> None:
    """A button of something resolved: say who finished it and when, and offer to open it again."""
    standing, turn = matter.standing, context.turn
    _answer(update, context)
    told = await _finished_words(matter, context)
    if update.effective_chat is not None:
        chat = update.effective_chat.id
        turn.say(
            chat, told.with_buttons([_button(context, texts.REOPEN, "again", matter, chat)]), escalation=standing.id
        )


async def _finished_words(matter: Matter, context: Context) -> Message:
    standing, zone = matter.standing, context.service.council.zone
    by_themselves = standing.resolved_by is None
    who = texts.THEY_THEMSELVES if by_themselves else await _name_of(standing.resolved_by, context)
    resolved = standing.resolved_at
    day = when.said(resolved, context.turn.now, zone) if resolved is not None else ""
    return written(texts.FINISHED_ALREADY, {**matter.gaps, "who": who, "when": day})


# --- passing it on


@needs(Action.PASS_ON)
async def to_duty(press_: Press, update: Update, context: Context) -> None:
    """ "Pass to duty": from whoever was asked first, or has it."""
    matter = await _live_matter(press_, update, context, Action.PASS_ON)
    if matter is None:
        return
    standing = matter.standing
    has_it = standing.state is EscalationState.ACKNOWLEDGED and standing.owner_id == matter.actor.id
    if standing.state is EscalationState.ACKNOWLEDGED and not has_it:
        await _is_taken(matter, update, context)
    elif not has_it and standing.rung is Rung.DUTY:
        say_no(update, context, texts.IS_WITH_DUTY)
    elif not has_it and standing.rung not in (Rung.ADVISER, Rung.ON_CALL):
        say_no(update, context, texts.WITH_DUTY.format(who=_rung_words(standing.rung)))
    else:
        turn = context.turn
        after = await escalating.pass_on(turn, context.service.council, standing, to=Rung.DUTY, actor=matter.actor.id)
        await _say_passed(matter, after, update, context)


async def _say_passed(matter: Matter, after: Standing, update: Update, context: Context) -> None:
    _answer(update, context)
    _leave_only_open(matter, update, context)
    by_name = after.rung is Rung.ADVISER
    who = await _name_of(after.owner_id, context) if by_name else _rung_words(after.rung)
    if matter.actor.telegram_id is not None:
        said = written(texts.PASSED_TO, {**matter.gaps, "who": who})
        context.turn.say(matter.actor.telegram_id, said, escalation=after.id)


def _rung_words(rung: Rung) -> str:
    return {Rung.DUTY: texts.DUTY_TEAM, Rung.MANAGER: texts.THE_MANAGERS}.get(rung, texts.EVERYBODY)


async def _live_matter(press_: Press, update: Update, context: Context, action: Action) -> Matter | None:
    """What the press is about, if they may do this with it and it is not finished."""
    matter = await open_matter(press_.thing, update, context, action)
    if matter is not None and not matter.standing.is_live:
        await _is_finished(matter, update, context)
        return None
    return matter


@needs(Action.PASS_ON)
async def choose_colleague(press_: Press, update: Update, context: Context) -> None:
    """ "Pass to a colleague": whoever could take it at this moment."""
    matter = await _live_matter(press_, update, context, Action.PASS_ON)
    if matter is None or update.effective_chat is None:
        return
    chat = update.effective_chat.id
    colleagues = await _colleagues(matter, context)
    if not colleagues:
        say_no(update, context, texts.NO_COLLEAGUE)
        return
    _answer(update, context)
    page = int(press_.more or 0)
    shown = colleagues[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    rows = [[_button(context, person.name, "passto", matter, chat, str(person.id))] for person in shown]
    if len(colleagues) > (page + 1) * PAGE_SIZE:
        rows.append([_button(context, texts.MORE, "pass", matter, chat, str(page + 1))])
    rows.append([_button(context, texts.NEVER_MIND, "never", matter, chat)])
    context.turn.say(chat, written(texts.TO_WHOM, matter.gaps).with_buttons(*rows))


async def _colleagues(matter: Matter, context: Context) -> list[Actor]:
    """Who could take it: here, reachable, with a role that may; not whoever passes it on, and not the person it is about."""
    turn = context.turn
    staff = await people.with_role(turn.connection, Role.ADVISER, Role.DUTY, Role.MANAGER)
    there = await escalating.able(turn, staff)
    return sorted(
        (person for person in there if person.id not in (matter.actor.id, matter.person.id)),
        key=lambda person: person.name.casefold(),
    )


@needs(Action.PASS_ON)
async def to_colleague(press_: Press, update: Update, context: Context) -> None:
    """A colleague was chosen."""
    matter = await _live_matter(press_, update, context, Action.PASS_ON)
    if matter is None:
        return
    turn = context.turn
    chosen = next((p for p in await _colleagues(matter, context) if str(p.id) == press_.more), None)
    if chosen is None:
        who = await _name_of(int(press_.more or 0), context)
        say_no(update, context, texts.COLLEAGUE_GONE.format(who=who))
        return
    after = await escalating.pass_on(turn, context.service.council, matter.standing, to=chosen, actor=matter.actor.id)
    _answer(update, context)
    who = await _name_of(after.owner_id, context) if after.rung is Rung.ADVISER else _rung_words(after.rung)
    _change(update, context, written(texts.PASSED_TO, {**matter.gaps, "who": who}))


@needs(Action.PASS_ON)
async def never_mind(press_: Press, update: Update, context: Context) -> None:
    """Nothing is passed on, nothing is finished."""
    _answer(update, context)
    _change(update, context, plain(texts.NOTHING_CHANGED))


# --- having rung, and the end


@needs(Action.WRITE)
async def rang(press_: Press, update: Update, context: Context) -> None:
    """ "I rang them": an answer that the bot did not carry."""
    matter = await _live_matter(press_, update, context, Action.WRITE)
    if matter is None or matter.actor.telegram_id is None:
        return
    turn, standing = context.turn, matter.standing
    was_told = standing.reminded > 0 or standing.state is EscalationState.ACKNOWLEDGED
    others = [p for p in await escalating.holders(turn, standing) if was_told and p.id != matter.actor.id]
    await escalating.answered(turn, context.service.council, standing, matter.actor)
    await escalations.change(turn.connection, standing.id, ring_at=None)
    taken = written(texts.TAKEN, {**matter.gaps, "who": matter.actor.name})
    tell(turn, others, taken, lane=Lane.REPLY, escalation=standing.id)
    _answer(update, context)
    done = _button(context, texts.FINISHED, "finish", matter, matter.actor.telegram_id)
    said = written(texts.RANG_NOTED, matter.gaps).with_buttons([done])
    context.turn.say(matter.actor.telegram_id, said, escalation=matter.standing.id)


@needs(Action.RESOLVE)
async def finish(press_: Press, update: Update, context: Context) -> None:
    """ "Finished": how did it end?"""
    matter = await _live_matter(press_, update, context, Action.RESOLVE)
    if matter is None or update.effective_chat is None:
        return
    chat = update.effective_chat.id
    _answer(update, context)
    rows = [[_button(context, words, "outcome", matter, chat, name)] for name, words in texts.OUTCOMES.items()]
    rows.append([_button(context, texts.NOT_YET, "never", matter, chat)])
    context.turn.say(
        chat, written(texts.HOW_DID_IT_END, matter.gaps).with_buttons(*rows), escalation=matter.standing.id
    )


@needs(Action.RESOLVE)
async def outcome(press_: Press, update: Update, context: Context) -> None:
    """How it ended was said; did it show something that the Local Offer lacks?"""
    matter = await _live_matter(press_, update, context, Action.RESOLVE)
    if matter is None or update.effective_chat is None:
        return
    chat = update.effective_chat.id
    _answer(update, context)
    row = [
        _button(context, words, "lacks", matter, chat, f"{press_.more}/{said}")
        for words, said in ((texts.YES, "y"), (texts.NO, "n"))
    ]
    _change(update, context, join([written(texts.HOW_DID_IT_END, matter.gaps), plain(texts.LACKS)]).with_buttons(row))


@needs(Action.RESOLVE)
async def resolve(press_: Press, update: Update, context: Context) -> None:
    """Both questions are answered: it is finished."""
    matter = await _live_matter(press_, update, context, Action.RESOLVE)
    name, _, said = press_.more.partition("/")
    if matter is None or name not in texts.OUTCOMES:
        return
    turn, council = context.turn, context.service.council
    await escalating.resolve(
        turn, council, matter.standing, matter.actor, Outcome[name], missing_fact=said == "y"
    )  # fmt: skip
    _answer(update, context)
    _change(update, context, written(texts.IS_FINISHED, {**matter.gaps, "outcome": texts.OUTCOMES[name]}))
    if said == "y" and update.effective_chat is not None:
        gap.ask_what_lacks(update.effective_chat.id, context)


@needs(Action.RESOLVE)
async def again(press_: Press, update: Update, context: Context) -> None:
    """ "Open it again": it is theirs then, and the young person is told."""
    matter = await open_matter(press_.thing, update, context, Action.RESOLVE)
    if matter is None:
        return
    turn, council = context.turn, context.service.council
    if matter.standing.state is EscalationState.ACKNOWLEDGED:
        await _is_taken(matter, update, context)
        return
    if matter.standing.is_live:
        after = await escalating.acknowledge(turn, council, matter.standing, matter.actor)
    else:
        after = await escalating.reopen_to_write(turn, council, matter.standing, matter.actor)
    if after.id != matter.standing.id:
        say_no(update, context, texts.ANOTHER_IS_OPEN.format(number=after.id))
        return
    await escalating.promise(turn, council, after)
    _answer(update, context)
    _change(update, context, written(texts.OPEN_AGAIN, matter.gaps))
    _say_it_is_theirs(matter, after, context)


# --- reading


@needs(Action.OPEN)
async def opened(press_: Press, update: Update, context: Context) -> None:
    """ "Open": what was said."""
    await relay.show(press_, update, context)


@needs(Action.OPEN)
async def open_by_number(update: Update, context: Context) -> None:
    """/open 12"""
    wanted = "".join(context.args or []).lstrip("#")
    if wanted.isascii() and wanted.isdecimal():
        await relay.show(Press("open", int(wanted)), update, context)
    else:
        say_no(update, context, texts.NUMBER_NEEDED)


@needs(Action.OPEN)
async def queue(update: Update, context: Context) -> None:
    """/queue: what waits for me or stands with me, urgent and overdue first."""
    await _say_queue(update, context, 0)


@needs(Action.OPEN)
async def queue_page(press_: Press, update: Update, context: Context) -> None:
    """The next page of it."""
    _answer(update, context)
    await _say_queue(update, context, press_.thing)


async def _say_queue(update: Update, context: Context, page: int) -> None:
    chat, turn = update.effective_chat, context.turn
    if chat is None:
        return
    rows = await _queue(context)
    if not rows:
        turn.say(chat.id, plain(texts.QUEUE_EMPTY))
        return
    shown = rows[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    names = {
        p.id: p.name for p in await people.get_all(turn.connection, [s.owner_id for s, _, _ in shown if s.owner_id])
    }
    said = [_queue_row(standing, person, names, context) for standing, person, _ in shown]
    buttons = [
        press.button(turn.vault, f"{texts.OPEN} {standing.id}", "open", standing.id, chat.id, turn.now)
        for standing, _, may_open in shown
        if may_open
    ]
    grid = [buttons[i : i + 3] for i in range(0, len(buttons), 3)]
    if len(rows) > (page + 1) * PAGE_SIZE:
        grid.append([press.button(turn.vault, texts.MORE, "queue", page + 1, chat.id, turn.now)])
    head = written(texts.QUEUE, {"count": len(rows)})
    turn.say(chat.id, join([head, join(said, "\n")]).with_buttons(*grid))


async def _queue(context: Context) -> list[tuple[Standing, Actor, bool]]:
    """What somebody may open because it stands with them; for a manager also whatever is overdue, without its words."""
    turn = context.turn
    actor = await turn.actor()
    everything = await escalations.all_live(turn.connection)
    persons = {p.id: p for p in await people.get_all(turn.connection, [s.person_id for s in everything if s.person_id])}
    covered = await people.covered_by(turn.connection, actor.id, turn.now) if actor.id is not None else []
    found = []
    for standing in everything:
        person = persons.get(standing.person_id) or Actor(telegram_id=standing.telegram_id)
        stands = related(actor, person, standing, covered, turn.now)
        mine = may(actor.roles, Action.OPEN, stands)
        late = is_overdue(standing.promised_at, turn.now) or standing.rung is Rung.ALARM
        if mine or (late and Role.MANAGER in actor.roles):
            found.append((standing, person, mine))
    return sorted(found, key=lambda row: _first_things_first(row[0], context))


def _first_things_first(standing: Standing, context: Context) -> tuple[bool, bool, str, int]:
    late = is_overdue(standing.promised_at, context.turn.now)
    return not standing.urgent, not late, (standing.promised_at or standing.opened_at).isoformat(), standing.id


def _queue_row(standing: Standing, person: Actor, names: Mapping[int | None, str], context: Context) -> Message:
    now, zone = context.turn.now, context.service.council.zone
    has_it = standing.state is EscalationState.ACKNOWLEDGED
    stands = [texts.WITH.format(who=names.get(standing.owner_id) or texts.SOMEBODY) if has_it else texts.NOBODY_HAS_IT]
    if standing.promised_at is None:
        stands.append(texts.WAITS_SINCE.format(since=when.said(standing.clock_from, now, zone)))
    else:
        words = texts.OVERDUE if is_overdue(standing.promised_at, now) else texts.BY
        stands.append(words.format(by=when.said(standing.promised_at, now, zone)))
    urgent = bold(texts.QUEUE_URGENT) if standing.urgent else plain("")
    initials = person.initials if person.id is not None else "?"
    gaps = {
        "urgent": "", "initials": initials, "number": standing.id, "kind": standing.kind, "stands": " · ".join(stands),
    }  # fmt: skip
    return urgent + written(texts.QUEUE_ROW, gaps)


PRESSES: Final[Mapping[str, Handler]] = {
    "got": got, "duty": to_duty, "open": opened, "finish": finish, "outcome": outcome, "lacks": resolve, "rang": rang,
    "pass": choose_colleague, "passto": to_colleague, "never": never_mind, "again": again, "queue": queue_page,
}  # fmt: skip
