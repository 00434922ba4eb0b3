"""What a young person chooses to be sent: /interests, /pause, and "Fewer of these" under a notice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from telegram import Update

from bot import notice as rule
from bot import press
from bot.message import Button, Message, plain, written
from bot.models import NoticeKind, Role
from bot.permission import Action
from bot.press import Press
from bot.store import notices
from bot.store.notices import Chosen
from bot.store.people import Actor
from bot.when import day_said
from content.opportunity import OpportunityKind
from content.texts import choices as texts
from content.texts import drop_in as drop_in_texts
from handlers.asking import Replies, prompt, words_of
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff import relay

LONGEST_AREA: Final = 40
"""Characters; a part of town is shorter, an address is longer."""
_AREA: Final = re.compile(r"[^\W\d_][^\d_@/:]*")
AREA_WANTED: Final = prompt(texts.AREA_WANTED)
REPLIES: Final = Replies(AREA_WANTED)

INTERESTS: Final[Mapping[str, Mapping[str, str]]] = {
    "kinds": {kind.value: kind.plural for kind in OpportunityKind if kind is not OpportunityKind.SUCCESS_STORY},
    "topics": drop_in_texts.TOPICS,
}
"""The two screens of interests: what is kept, and what stands on its button."""
SCREENS: Final = ("kinds", "topics", "area", "parent", "gets")
PARENT: Final = {"yes": True, "no": False, "no-answer": None}


async def _chosen(actor: Actor, context: Context) -> Chosen:
    return (await notices.choices(context.turn.connection, [actor.id or 0])).get(actor.id or 0, Chosen())


async def _keep(actor: Actor, chosen: Chosen, what: str, context: Context) -> None:
    """Keep it, and note that something changed, never what was chosen."""
    await notices.choose(context.turn.connection, actor.id or 0, chosen)
    await context.turn.event("choices", actor.id or 0, what, actor=actor.id)


def _has_joined(actor: Actor) -> bool:
    return actor.is_enrolled and Role.YOUNG_PERSON in actor.roles


async def _presser(press_: Press, update: Update, context: Context) -> Actor | None:
    """Whoever pressed, if the screen is theirs; says so if not."""
    actor = await context.turn.actor()
    if actor.id != press_.thing or not _has_joined(actor):
        say_no(update, context, texts.OLD_SCREEN)
        return None
    return actor


def _paused(chosen: Chosen, context: Context) -> bool:
    return chosen.paused_until is not None and chosen.paused_until > context.turn.now


def _until(chosen: Chosen, context: Context) -> str:
    zone, now = context.service.council.zone, context.turn.now
    moment = chosen.paused_until or now
    return day_said(moment.astimezone(zone).date(), now.astimezone(zone).date())


# --- /interests


@needs(Action.OWN)
async def asked(update: Update, context: Context) -> None:
    """/interests: everything that was chosen, and the ways to change it."""
    message, actor = message_of(update), await context.turn.actor()
    if message is None:
        return
    if _has_joined(actor):
        context.turn.say(message.chat_id, _home(actor, await _chosen(actor, context), message.chat_id, context))
    else:
        context.turn.say(message.chat_id, plain(texts.NOT_JOINED))


def _home(actor: Actor, chosen: Chosen, chat_id: int, context: Context) -> Message:
    names = [name for part in INTERESTS.values() for key, name in part.items() if key in chosen.interests]
    gaps = {
        "interests": texts.INTERESTS_SOME.format(names=", ".join(names)) if names else texts.INTERESTS_NONE,
        "area": texts.AREA_SOME.format(area=chosen.area) if chosen.area else texts.AREA_NONE,
        "parent": texts.PARENT[chosen.parent],
        "gets": _gets_said(chosen, context),
    }
    paused = _paused(chosen, context)
    rows = (
        ((texts.KINDS_BUTTON, "choose", "kinds"), (texts.TOPICS_BUTTON, "choose", "topics")),
        ((texts.AREA_BUTTON, "choose", "area"), (texts.PARENT_BUTTON, "choose", "parent")),
        (
            (texts.GETS_BUTTON, "choose", "gets"),
            (texts.GO_ON_BUTTON if paused else texts.PAUSE_BUTTON, "break", "off" if paused else "on"),
        ),
        ((texts.DONE_BUTTON, "choose", "done"),),
    )
    buttons = [[_button(actor, label, verb, more, chat_id, context) for label, verb, more in row] for row in rows]
    return written(texts.CHOOSE, gaps, keep_lines=True).with_buttons(*buttons)


def _gets_said(chosen: Chosen, context: Context) -> str:
    if _paused(chosen, context):
        return texts.PAUSED.format(day=_until(chosen, context))
    gets, muted = _named(rule.CAN_BE_MUTED, chosen, muted=False), _named(rule.CAN_BE_MUTED, chosen, muted=True)
    if not gets:
        return texts.GETS_NOTHING
    return texts.GETS_SOME.format(gets=gets, muted=muted) if muted else texts.GETS_ALL.format(names=gets)


def _named(kinds: Iterable[NoticeKind], chosen: Chosen, *, muted: bool) -> str:
    return ", ".join(texts.KIND_NAMES[kind] for kind in kinds if (kind in chosen.muted) is muted)


def _button(actor: Actor, label: str, verb: str, more: str, chat_id: int, context: Context) -> Button:
    return press.button(context.turn.vault, label, verb, actor.id or 0, chat_id, context.turn.now, more=more)


@needs(Action.OWN)
async def opened(press_: Press, update: Update, context: Context) -> None:
    """One of the screens, or back to the first."""
    actor = await _presser(press_, update, context)
    if actor is None or update.effective_chat is None:
        return
    if press_.more == "done":
        relay.change(update, context, plain(texts.DONE))
    elif press_.more == "write":
        if update.callback_query is not None:
            context.turn.answer_press(update.callback_query.id)
        markup = {"force_reply": True, "input_field_placeholder": texts.AREA_PLACEHOLDER}
        context.turn.say(update.effective_chat.id, plain(texts.AREA_WANTED), reply_markup=markup)
    else:
        chosen = await _chosen(actor, context)
        relay.change(update, context, _screen(press_.more, actor, chosen, update.effective_chat.id, context))


def _screen(screen: str, actor: Actor, chosen: Chosen, chat_id: int, context: Context) -> Message:
    if screen not in SCREENS:
        return _home(actor, chosen, chat_id, context)
    said, choices = _on_screen(screen, chosen)
    buttons = [_button(actor, label, verb, more, chat_id, context) for label, verb, more in choices]
    rows = [buttons[first : first + 2] for first in range(0, len(buttons), 2)]
    back = _button(actor, texts.BACK_BUTTON, "choose", "home", chat_id, context)
    return said.with_buttons(*rows, [back])


def _on_screen(screen: str, chosen: Chosen) -> tuple[Message, list[tuple[str, str, str]]]:
    """The words of a screen, and its buttons: label, verb, and what they carry."""
    match screen:
        case "area":
            known = texts.AREA_SOME.format(area=chosen.area) if chosen.area else texts.AREA_NONE
            remove = [(texts.AREA_REMOVE, "chosen", "area/none")] if chosen.area else []
            return written(texts.AREA, {"area": known}), [(texts.AREA_WRITE, "choose", "write"), *remove]
        case "parent":
            labels = (texts.PARENT_YES, texts.PARENT_NO, texts.PARENT_RATHER_NOT)
            said = zip(labels, PARENT, PARENT.values(), strict=True)
            given = [(_ticked(label, value is chosen.parent), "chosen", f"parent/{key}") for label, key, value in said]
            return written(texts.PARENT_ASKED), given
        case "gets":
            kinds = [(texts.KIND_NAMES[one], one not in chosen.muted) for one in rule.CAN_BE_MUTED]
            return written(texts.GETS), _toggles("gets", kinds)
        case _:
            names = [(name, key in chosen.interests) for key, name in INTERESTS[screen].items()]
            return written(texts.KINDS if screen == "kinds" else texts.TOPICS), _toggles(screen, names)


def _toggles(screen: str, names: Iterable[tuple[str, bool]]) -> list[tuple[str, str, str]]:
    return [(_ticked(name, on), "chosen", f"{screen}/{place}") for place, (name, on) in enumerate(names)]


def _ticked(label: str, on: bool) -> str:
    return texts.CHOSEN.format(label=label) if on else label


@needs(Action.OWN)
async def chosen_pressed(press_: Press, update: Update, context: Context) -> None:
    """Something was chosen, or taken away: the same screen again, with the change."""
    actor = await _presser(press_, update, context)
    if actor is None or update.effective_chat is None:
        return
    screen, _, key = press_.more.partition("/")
    before = await _chosen(actor, context)
    after = _changed(before, screen, key)
    if after is None:
        say_no(update, context, texts.OLD_SCREEN)
        return
    if after != before:
        await _keep(actor, after, screen, context)
    relay.change(update, context, _screen(screen, actor, after, update.effective_chat.id, context))


def _changed(chosen: Chosen, screen: str, key: str) -> Chosen | None:
    """The choices after a press; None for a button of a screen that looks different by now."""
    if screen == "area" and key == "none":
        return replace(chosen, area=None)
    if screen == "parent" and key in PARENT:
        return replace(chosen, parent=PARENT[key])
    keys = [*map(str, rule.CAN_BE_MUTED)] if screen == "gets" else list(INTERESTS.get(screen, ()))
    if not key.isdecimal() or int(key) >= len(keys):
        return None
    pressed = frozenset({keys[int(key)]})
    if screen == "gets":
        return replace(chosen, muted=chosen.muted ^ pressed)
    return replace(chosen, interests=chosen.interests ^ pressed)


@needs(Action.OWN)
async def area_typed(update: Update, context: Context) -> None:
    """The part of town, as a reply. What looks like an address is not kept."""
    message, actor = message_of(update), await context.turn.actor()
    if message is None:
        return
    if not _has_joined(actor):
        context.turn.say(message.chat_id, plain(texts.NOT_JOINED))
        return
    area = words_of(message).strip(" .")
    if len(area) > LONGEST_AREA or not _AREA.fullmatch(area):
        context.turn.say(message.chat_id, plain(texts.AREA_BAD))
        return
    chosen = replace(await _chosen(actor, context), area=area)
    await _keep(actor, chosen, "area", context)
    context.turn.say(message.chat_id, plain(texts.AREA_NOTED.format(area=area)))
    context.turn.say(message.chat_id, _home(actor, chosen, message.chat_id, context))


# --- /pause


@needs(Action.OWN)
async def pause_asked(update: Update, context: Context) -> None:
    """/pause: two weeks without news; asked again, how long it still lasts."""
    message, actor = message_of(update), await context.turn.actor()
    if message is None:
        return
    if not _has_joined(actor):
        context.turn.say(message.chat_id, plain(texts.NOT_JOINED))
        return
    chosen = await _chosen(actor, context)
    if _paused(chosen, context):
        said = written(texts.BREAK_IS_ON, {"day": _until(chosen, context)})
        context.turn.say(message.chat_id, _with_go_on(said, actor, message.chat_id, context))
    else:
        context.turn.say(message.chat_id, await _begin_break(actor, chosen, message.chat_id, context))


async def _begin_break(actor: Actor, chosen: Chosen, chat_id: int, context: Context) -> Message:
    after = replace(chosen, paused_until=context.turn.now + rule.BREAK)
    await _keep(actor, after, "paused", context)
    return _with_go_on(written(texts.BREAK_NOW, {"day": _until(after, context)}), actor, chat_id, context)


def _with_go_on(said: Message, actor: Actor, chat_id: int, context: Context) -> Message:
    return said.with_buttons([_button(actor, texts.GO_ON_BUTTON, "break", "off", chat_id, context)])


@needs(Action.OWN)
async def break_pressed(press_: Press, update: Update, context: Context) -> None:
    """Begin a break, or end it."""
    actor = await _presser(press_, update, context)
    if actor is None or update.effective_chat is None:
        return
    chosen = await _chosen(actor, context)
    if press_.more == "on":
        relay.change(update, context, await _begin_break(actor, chosen, update.effective_chat.id, context))
        return
    if chosen.paused_until is not None:
        await _keep(actor, replace(chosen, paused_until=None), "resumed", context)
    relay.change(update, context, plain(texts.BREAK_OVER))


# --- "Fewer of these"


@needs(Action.OWN)
async def fewer(press_: Press, update: Update, context: Context) -> None:
    """The small button under a notice: what would they like? The notice itself stays as it is."""
    turn, actor, chat = context.turn, await context.turn.actor(), update.effective_chat
    notice = await notices.get(turn.connection, press_.thing)
    if not _has_joined(actor) or chat is None or update.callback_query is None:
        say_no(update, context, texts.OLD_SCREEN)
        return
    if notice is None or notice.kind not in rule.CAN_BE_MUTED:
        say_no(update, context, texts.GONE)
        return
    turn.answer_press(update.callback_query.id)
    name, place = texts.KIND_NAMES[notice.kind], rule.CAN_BE_MUTED.index(notice.kind)
    rows = (
        (texts.MUTE_BUTTON.format(kind=name), "mute", str(place)),
        (texts.PAUSE_TWO_WEEKS, "break", "on"),
        (texts.ALL_BUTTON, "choose", "home"),
        (texts.LEAVE_BUTTON, "mute", "leave"),
    )
    buttons = [[_button(actor, label, verb, more, chat.id, context)] for label, verb, more in rows]
    turn.say(chat.id, written(texts.FEWER_ASKED, {"kind": name}).with_buttons(*buttons))


@needs(Action.OWN)
async def mute_pressed(press_: Press, update: Update, context: Context) -> None:
    """No more of a kind, or all as it was. Pressed twice it stays muted: /interests turns it on again."""
    actor = await _presser(press_, update, context)
    if actor is None:
        return
    if not press_.more.isdecimal() or int(press_.more) >= len(rule.CAN_BE_MUTED):
        relay.change(update, context, plain(texts.LEFT))
        return
    kind, chosen = rule.CAN_BE_MUTED[int(press_.more)], await _chosen(actor, context)
    if kind not in chosen.muted:
        await _keep(actor, replace(chosen, muted=chosen.muted | {kind}), "muted", context)
    relay.change(update, context, plain(texts.MUTED.format(kind=texts.KIND_NAMES[kind])))


PRESSES: Final[Mapping[str, Handler]] = {
    "choose": opened,
    "chosen": chosen_pressed,
    "break": break_pressed,
    "fewer": fewer,
    "mute": mute_pressed,
}
