"""Each minute: see that everybody who waits has somebody, and tell an outside address only if all is well.

Silence is the alarm: whoever watches the address learns of a bot that is dead, cut off, or not well.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import aiohttp

from bot.auditing import Finding, audit
from bot.errors import DatabaseError, KeyFileError
from bot.service import Service
from bot.store import escalations
from bot.store.engine import is_passing
from bot.turn import Speech

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 10


@dataclass(slots=True)
class Auditor:
    """Remembers from one minute to the next only what it hurried."""

    service: Service
    hurried: frozenset[int] = field(default_factory=frozenset)

    async def tick(self) -> bool:
        """One audit; True when all was well."""
        try:
            found = await self._look()
            keys_are_well = self._take_up_keys()
        except Exception as error:
            if isinstance(error, DatabaseError) or is_passing(error):
                log.warning("the audit could not look: the database can't be used right now (%s)", type(error).__name__)
            else:
                log.exception("the audit failed; nobody is told that all is well")
            return False
        for sentence in found.wrong:
            log.error("%s", sentence)
        if not (found.is_well and keys_are_well):
            return False
        await self._beat()
        return True

    async def _look(self) -> Finding:
        """Audit, and bring forward the step of what somebody has who can't act on it."""
        service = self.service
        async with service.store.reading() as connection:
            found = await audit(Speech(connection, service.clock.now()), self.hurried)
        if found.to_hurry:
            log.warning("%d escalations are with somebody who can't act on them; they go on now", len(found.to_hurry))
            async with service.store.transaction() as connection:
                for number in sorted(found.to_hurry):
                    await escalations.hurry(connection, number, service.clock.now())
        self.hurried = found.to_hurry
        return found

    def _take_up_keys(self) -> bool:
        """A key that was added while the bot runs is known before anything is sealed with it."""
        try:
            self.service.store.vault.refresh()
        except KeyFileError as error:
            log.error("%s The bot goes on with the keys that it has.", error)
            return False
        return True

    async def _beat(self) -> None:
        """Call the address; it is a secret, so not even a failure names it."""
        address = self.service.settings.heartbeat_url
        if address is None:
            return
        try:
            limit = aiohttp.ClientTimeout(total=HEARTBEAT_SECONDS)
            async with aiohttp.ClientSession(timeout=limit) as session, session.get(address) as answer:
                if answer.status >= 400:
                    log.warning("the heartbeat's address answered %d", answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("the heartbeat's address can't be reached (%s)", type(error).__name__)
