"""Follows young people from "I'm interested" to "still there": who is told, what is due, what they are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot import interest as rule
from bot import press
from bot.escalating import able
from bot.interest import Move, Stays
from bot.message import Button, Message, written
from bot.models import Lane, OpportunityState, Reason, Role, Stage
from bot.notice import AFTER_A_CARD
from bot.permission import Action, may
from bot.reaching import reach
from bot.relation import related
from bot.staff import tell
from bot.store import interests, occurrences, people, receipts
from bot.store.interests import Interest, Offer
from bot.store.people import Actor
from bot.turn import Speech
from bot.when import day_said
from bot.working_time import after_days
from content.council import Council
from content.library import Library
from content.texts import interest as texts

DUTY_SERIES: Final = "interest without a name"
QUIET_SERIES: Final = "interest asks no more"
FOR_GOOD: Final = "once"
LONGEST_BUTTON: Final = 60
"""Letters of a title on a button; Telegram shows fewer on a small phone."""
MOST_LINKED: Final = 2
"""Entries linked to an opportunity that stand under an answer about it."""
CLOTHES: Final = "help-with-an-interview"
TRAVEL: Final = "help-with-travel"
HELP_FOR: Final[Mapping[Reason, tuple[str, ...]]] = {
    Reason.TRAVEL: (TRAVEL, "free-travel-pass"),
    Reason.PAY: ("apprentice-pay", "apprenticeship-bursary-3000"),
    Reason.CHILDCARE: ("help-paying-for-childcare", "care-to-learn"),
    Reason.CONFIDENCE: (CLOTHES, "employment-adviser"),
    Reason.NOT_READY: ("pathways-to-employment", "employment-adviser"),
    Reason.OTHER: ("employment-adviser",),
}
"""Entries that may help with what stood in the way; one that the library lacks is left out."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Who will talk to the young person, and by when. Without a holder nobody can take it, and no day is named."""

    holder: Actor | None
    by: datetime | None


def offer_said(offer: Offer | None) -> str:
    """ "Apprentice chef, The Copper Kettle"."""
    if offer is None:
        return ""
    return texts.OFFER.format(title=offer.title, who=offer.who) if offer.who else offer.title


def is_open(offer: Offer, today: date) -> bool:
    """Whether somebody can say now that they are interested."""
    return offer.state is OpportunityState.OPEN and (offer.closes_on is None or offer.closes_on >= today)


def help_buttons(library: Library, instead: Sequence[str] = (), also: Sequence[str] = ()) -> list[list[Button]]:
    """What helps now: clothes and travel, or the entries that are named `instead`; those named `also`; a call."""
    pairs = ((texts.CLOTHES, CLOTHES), (texts.TRAVEL, TRAVEL))
    usual = [Button(words, f"entry:{entry}") for words, entry in pairs if entry in library.entries]
    rows = _entry_buttons(library, instead) or [usual]
    more = _entry_buttons(library, [entry for entry in also if entry not in (CLOTHES, TRAVEL)][:MOST_LINKED])
    return [row for row in [*rows, *more, [Button(texts.CALL, "person")]] if row]


def _entry_buttons(library: Library, entry_ids: Sequence[str]) -> list[list[Button]]:
    named = [library.entries[one] for one in entry_ids if one in library.entries]
    return [[Button(_cut(entry.title), f"entry:{entry.id}")] for entry in named]


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_BUTTON else title[: LONGEST_BUTTON - 1] + "…"


# --- who has it


async def followers(speech: Speech, person: Actor) -> list[Actor]:
    """Everybody who is told: their adviser, if at work, and every employment adviser at work. Who has it comes first."""
    adviser = await people.get(speech.connection, person.adviser_id)
    advises = [adviser] if adviser is not None and Role.ADVISER in adviser.roles else []
    found = [*advises, *await people.with_role(speech.connection, Role.EMPLOYMENT)]
    there = {one.id: one for one in await able(speech, found) if one.id != person.id}
    return list(there.values())


async def promise(speech: Speech, council: Council, interest: Interest, person: Actor) -> Promise:
    """What may be said at this moment: the date is the one that the adviser is reminded by."""
    whom = await followers(speech, person)
    return Promise(whom[0], interest.next_at) if whom and interest.next_at is not None else Promise(None, None)


def gaps_of(speech: Speech, council: Council, promised: Promise, offer: Offer | None, person: Actor) -> dict[str, str]:
    """What fills the sentences about it."""
    holder = promised.holder.name if promised.holder is not None else texts.THE_TEAM
    day = _day_of(speech, council, promised.by)
    return {"offer": offer_said(offer), "who": holder, "holder": holder, "day": day, "initials": person.initials}


def _day_of(speech: Speech, council: Council, moment: datetime | None) -> str:
    if moment is None:
        return ""
    return day_said(moment.astimezone(council.zone).date(), speech.now.astimezone(council.zone).date())


# --- saying so


async def begin(speech: Speech, council: Council, offer: Offer, actor: Actor) -> Interest | None:
    """Keep that somebody is interested, and tell those who follow it up; None when they had said so before.

    Of somebody who has not joined, the employment advisers and duty hear once a day for each opportunity, without a
    name. Whoever said "it's not for me" begins anew.
    """
    telegram_id = actor.telegram_id or 0
    joined = actor.is_enrolled
    person_id = actor.id if joined else None
    made = await interests.add(speech.connection, speech.now, offer.id, telegram_id, person_id)
    found = (await interests.of_account(speech.connection, telegram_id, offer.id, lock=True))[0]
    if made is None and found.stage is not Stage.NOT_TAKEN:
        return None
    text = texts.TOLD
    if made is None:
        text = texts.TOLD_AGAIN
        await _go(speech, council, found, Move(Stage.INTERESTED, found.reached), None, actor)
    await speech.event("interest", found.id, "interested", actor=actor.id, opportunity=offer.id)
    if not joined:
        await _tell_nameless(speech, council, offer)
        return found
    return await expect(speech, council, found, offer, actor, text)


async def expect(
    speech: Speech, council: Council, interest: Interest, offer: Offer, person: Actor, text: str
) -> Interest:
    """Somebody waits to be talked to: set the date, and tell those who follow it up, at most once a day."""
    due = after_days(council, speech.now, rule.NEXT_DAYS[Stage.INTERESTED])
    await interests.change(speech.connection, interest.id, person_id=person.id, next_at=due)
    after = replace(interest, person_id=person.id, next_at=due)
    today = speech.now.astimezone(council.zone).date()
    if await occurrences.once(speech.connection, "interest told", interest.id, today, speech.now):
        promised = await promise(speech, council, after, person)
        no_one = texts.TOLD_HAND_TEAM if text == texts.TOLD_HAND else texts.TOLD_TEAM
        said = text if promised.holder is not None else no_one
        await tell_followers(speech, council, after, offer, person, said)
    return after


async def _tell_nameless(speech: Speech, council: Council, offer: Offer) -> None:
    today = speech.now.astimezone(council.zone).date()
    if await occurrences.once(speech.connection, DUTY_SERIES, offer.id, today, speech.now):
        whom = await people.with_role(speech.connection, Role.EMPLOYMENT, Role.DUTY)
        tell(speech, whom, written(texts.TOLD_NAMELESS, {"offer": offer_said(offer)}), lane=Lane.REPLY)


async def adopt(speech: Speech, council: Council, interest_id: int, person: Actor) -> None:
    """Somebody joined who was interested before: now it has a name, and somebody who follows it up."""
    found = await interests.get(speech.connection, interest_id, lock=True)
    if found is None or found.person_id is not None:
        return
    offer = (await interests.offers(speech.connection, [found.opportunity_id])).get(found.opportunity_id)
    if offer is None or found.stage is not Stage.INTERESTED:
        due = rule.next_at(found.stage, found.plan, council, speech.now)
        await interests.change(speech.connection, found.id, person_id=person.id, next_at=due)
        return
    after = await expect(speech, council, found, offer, person, texts.TOLD)
    await speech.event("interest", found.id, "has a name", actor=person.id)
    promised = await promise(speech, council, after, person)
    text = texts.JOINED_NOW if promised.holder is not None else texts.JOINED_NOW_TEAM
    said = written(text, gaps_of(speech, council, promised, offer, person))
    if not await receipts.had_a_card(speech.connection, [found.telegram_id], speech.now - AFTER_A_CARD):
        await reach(speech, person, said, lane=Lane.NOTICE)


async def tell_followers(
    speech: Speech,
    council: Council,
    interest: Interest,
    offer: Offer | None,
    person: Actor,
    text: str,
    *,
    whom: Sequence[Actor] | None = None,
    **more: str,
) -> int:
    """Write to those who follow it up, with the buttons that each of them may use. Returns how many.

    Where nobody is there to take it, the managers and duty read it, without buttons.
    """
    given = await followers(speech, person) if whom is None else whom
    promised = await promise(speech, council, interest, person)
    said = written(text, {**gaps_of(speech, council, promised, offer, person), **more})
    if not given:
        others = await people.with_role(speech.connection, Role.MANAGER, Role.DUTY)
        return tell(speech, others, said, lane=Lane.REPLY)
    return tell(speech, given, _with_buttons(speech, said, interest, person), lane=Lane.REPLY)


def _with_buttons(speech: Speech, said: Message, interest: Interest, person: Actor) -> Callable[[Actor], Message]:
    def for_one(reader: Actor) -> Message:
        follows = may(reader.roles, Action.FOLLOW, related(reader, person, None, (), speech.now))
        return said.with_buttons(*short_buttons(speech, interest, reader, person)) if follows else said

    return for_one


def short_buttons(speech: Speech, interest: Interest, reader: Actor, person: Actor) -> list[list[Button]]:
    """What can be done about it at once."""
    chat, now, vault = reader.telegram_id or 0, speech.now, speech.vault

    def button(words: str, verb: str, more: str = "") -> Button:
        return press.button(vault, words, verb, interest.id, chat, now, more=more)

    talked = [button(texts.STAFF_MOVES[Stage.TALKED], "intmove", Stage.TALKED.name.lower())]
    first = talked if interest.stage is Stage.INTERESTED else []
    write = [press.button(vault, texts.WRITE, "writefirst", person.id or 0, chat, now)]
    writes = may(reader.roles, Action.WRITE_FIRST, related(reader, person, None, (), now))
    rows = [
        [*first, *(write if writes and person.id is not None else [])],
        [button(texts.CHANGE_DATE, "intdate", "due"), button(texts.STAFF_NOT_TAKEN, "intno")],
        [button(texts.OPEN, "intone")],
    ]
    return [row for row in rows if row]


# --- moving on


async def move(
    speech: Speech, council: Council, interest: Interest, to: Stage, by: Actor, reason: Reason | None = None
) -> Move | Stays:
    """Move it on, for the young person or for staff. When a young person did, those who follow it up are told."""
    own = by.telegram_id == interest.telegram_id
    moved = rule.move(interest.stage, interest.reached, to, by_staff=not own)
    if isinstance(moved, Stays):
        return moved
    await _go(speech, council, interest, moved, reason, by)
    verb = f"not taken: {reason}" if reason is not None else str(to)
    await speech.event("interest", interest.id, verb, actor=by.id)
    if own and by.is_enrolled:
        offer = (await interests.offers(speech.connection, [interest.opportunity_id])).get(interest.opportunity_id)
        text = texts.TOLD_NOT_TAKEN if to is Stage.NOT_TAKEN else texts.TOLD_MOVED
        told = {"stage": str(to), "reason": str(reason or Reason.OTHER)}
        after = await interests.get(speech.connection, interest.id) or interest
        whom = await followers(speech, by)
        if whom:
            await tell_followers(speech, council, after, offer, by, text, whom=whom, **told)
    return moved


async def _go(
    speech: Speech, council: Council, interest: Interest, moved: Move, reason: Reason | None, by: Actor
) -> None:
    joined = interest.person_id is not None
    due = rule.next_at(moved.stage, interest.plan, council, speech.now) if joined else None
    plan = replace(interest.plan, words="")
    await interests.change(
        speech.connection, interest.id, stage=moved.stage, reached=moved.reached, reason=reason, next_at=due,
        changed_at=speech.now, plan=plan,
    )  # fmt: skip
    await interests.add_step(speech.connection, speech.now, interest.id, moved.stage, by.id)


async def set_day(speech: Speech, council: Council, interest: Interest, kind: str, day: date | None, by: Actor) -> None:
    """A day was chosen: "due", "interview" or "start". The next step moves with the last two."""
    if kind == "due":
        due = rule.due_on(day, council) if day is not None else None
        await interests.change(speech.connection, interest.id, next_at=due)
        await speech.event("interest", interest.id, "date changed", actor=by.id)
        await _tell_new_day(speech, council, replace(interest, next_at=due))
        return
    told = interest.plan
    plan = replace(told, interview_on=day) if kind == "interview" else replace(told, starts_on=day)
    due = rule.next_at(interest.stage, plan, council, speech.now) if interest.person_id is not None else None
    await interests.change(speech.connection, interest.id, plan=plan, next_at=due)
    await speech.event("interest", interest.id, f"{kind} day", actor=by.id)


async def _tell_new_day(speech: Speech, council: Council, interest: Interest) -> None:
    """They were promised a day; when it moves they are told."""
    person = await people.get(speech.connection, interest.person_id)
    if person is None or interest.stage is not Stage.INTERESTED:
        return
    promised = await promise(speech, council, interest, person)
    if promised.holder is not None:
        offer = (await interests.offers(speech.connection, [interest.opportunity_id])).get(interest.opportunity_id)
        said = written(texts.NEW_DAY, gaps_of(speech, council, promised, offer, person))
        await reach(speech, person, said, lane=Lane.NOTICE)


async def set_words(speech: Speech, interest: Interest, words: str, by: Actor) -> None:
    """The next step in the adviser's words."""
    await interests.change(speech.connection, interest.id, plan=replace(interest.plan, words=words))
    await speech.event("interest", interest.id, "next step", actor=by.id)


async def needs_a_hand(speech: Speech, council: Council, interest: Interest, person: Actor) -> Promise:
    """They started and need help: those who follow it up are told, with a date."""
    offer = (await interests.offers(speech.connection, [interest.opportunity_id])).get(interest.opportunity_id)
    await speech.event("interest", interest.id, "needs a hand", actor=person.id)
    if offer is None or not person.is_enrolled:
        return Promise(None, None)
    after = await expect(speech, council, interest, offer, person, texts.TOLD_HAND)
    return await promise(speech, council, after, person)


async def ask_no_more(speech: Speech, interest: Interest, person: Actor) -> None:
    """ "Stop asking me about it": for good."""
    if await occurrences.once(speech.connection, QUIET_SERIES, interest.id, FOR_GOOD, speech.now):
        await speech.event("interest", interest.id, "asks no more", actor=person.id)


async def asks_no_more(speech: Speech, interest: Interest) -> bool:
    """Whether they said so."""
    return await occurrences.happened(speech.connection, QUIET_SERIES, interest.id, FOR_GOOD) is not None


def step_said(interest: Interest) -> str:
    """What is to be done next: in the adviser's words, else what the stage calls for."""
    return interest.plan.words or texts.DEFAULT_STEPS[interest.stage]
