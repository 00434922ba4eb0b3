"""What "all is well" means: everybody who waits has somebody, everything has a next step, and nothing lies about unsent or unread."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from bot.escalating import holders
from bot.models import EscalationState, Rung
from bot.store import escalations, inbox, outbox
from bot.store.escalations import Standing
from bot.turn import Speech

LATE: timedelta = timedelta(minutes=1)
"""A step that is further past its time was not taken by the clock."""
STUCK: timedelta = timedelta(minutes=2)
"""A page, a card or an update that waits longer than this waits for something that is broken."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit found. `wrong` holds sentences of numbers, never of words or names."""

    looked_at: int
    wrong: tuple[str, ...] = ()
    to_hurry: frozenset[int] = field(default_factory=frozenset)
    """Escalations whose next step is brought forward: whoever should have them is away, gone, or can't be reached."""

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong that the next tick would not mend."""
        return not self.wrong


async def audit(speech: Speech, hurried: frozenset[int] = frozenset()) -> Finding:
    """Look at everything that is open; changes nothing. What was `hurried` a minute ago has to be mended by now."""
    wrong: list[str] = []
    to_hurry: set[int] = set()
    live = await escalations.all_live(speech.connection)
    for standing in live:
        if speech.now - standing.next_at > LATE or standing.next_action == "nothing":
            wrong.append(f"escalation {standing.id}: its next step ({standing.next_action}) is overdue")
        elif _sounds_the_alarm(standing):
            if not await holders(speech, standing):
                wrong.append(f"escalation {standing.id}: the alarm reaches nobody of the team")
        elif why := await _is_left(speech, standing):
            to_hurry.add(standing.id)
            if standing.id in hurried:
                wrong.append(f"escalation {standing.id}: {why}, and the clock did not mend it")
    wrong += await _lies_about(speech)
    return Finding(len(live), tuple(wrong), frozenset(to_hurry))


async def _is_left(speech: Speech, standing: Standing) -> str:
    """Why nobody has it who could act on it; empty when somebody has."""
    there = {person.id for person in await holders(speech, standing)}
    if not there:
        return "nobody holds it"
    by_name = standing.rung is Rung.ADVISER or standing.state is EscalationState.ACKNOWLEDGED
    if by_name and standing.owner_id not in there:
        return "its owner is away or can't be reached"
    return ""


def _sounds_the_alarm(standing: Standing) -> bool:
    return standing.rung is Rung.ALARM and standing.state is EscalationState.OPEN


async def _lies_about(speech: Speech) -> list[str]:
    """Pages and cards that did not go out, updates that nobody handled."""
    before = speech.now - STUCK
    found = {
        "pages or cards wait to be sent": await outbox.count_stuck(speech.connection, before),
        "updates wait to be handled": await inbox.count_stuck(speech.connection, before),
    }
    minutes = STUCK // timedelta(minutes=1)
    return [f"{count} {what}, longer than {minutes} minutes" for what, count in found.items() if count]
