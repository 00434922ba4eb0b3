"""What the operator does at the machine while the bot runs: invite the first manager, or be the second person for the only one."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import segno

from bot import approving, inviting, keys, when
from bot.enrolment import BadName, clean_name
from bot.errors import BotError, TelegramError
from bot.inviting import Issued
from bot.membership import role_words
from bot.models import STAFF, Role
from bot.settings import Settings
from bot.store import approvals, people, schema
from bot.store.approvals import Asked
from bot.store.engine import Store
from bot.store.vault import Vault
from bot.telegram_api import TelegramApi
from bot.turn import Speech
from content.council import load_council
from content.texts import people as texts


class NotDone(BotError):
    """It can't be done so; nothing was changed."""


@asynccontextmanager
async def _speaking(settings: Settings) -> AsyncIterator[Speech]:
    """One transaction beside the running bot, which sends what is said here. At the very first start it makes key and tables."""
    vault = Vault(keys.read_or_make(settings.key_file), lambda: keys.read(settings.key_file))
    store, now = Store(settings.database_url, vault), datetime.now(UTC)
    try:
        await schema.prepare(store, now)
        async with store.transaction() as connection:
            speech = Speech(connection, now)
            yield speech
            await speech.keep()
    finally:
        await store.close()


async def username(settings: Settings) -> str:
    """The bot's own name, which a link needs. Raises NotDone with the reason when nobody can tell."""
    if settings.telegram_bot_token is None:
        raise NotDone(texts.NO_LINK_SET)
    token = settings.telegram_bot_token.get_secret_value()
    api = TelegramApi(settings.telegram_api_base, token, settings.send_timeout_seconds)
    try:
        return str((await api.call("getMe"))["username"])
    except TelegramError as error:
        raise NotDone(texts.NO_LINK_NOW.format(error=error)) from None
    finally:
        await api.close()


async def invite(settings: Settings, role_typed: str, name: str | None, for_person: int | None = None) -> str:
    """Make an invitation; returns what is printed. Whoever uses it joins at once: there is nobody else to confirm them.

    Raises NotDone in a sentence.
    """
    role = _staff_role(role_typed)
    council = load_council(settings.council_file)
    async with _speaking(settings) as speech:
        if for_person is not None:
            name = await _name_of(speech, for_person, role)
        issued = await inviting.issue(speech, role, _clean(name), None, for_person_id=for_person)
        until = when.said(issued.expires_at, speech.now, council.zone)
    try:
        address: str | None = inviting.link(await username(settings), issued.payload)
        why = ""
    except NotDone as error:
        address, why = None, str(error)
    return _printed(issued, _clean(name), role, until, address, why)


def _staff_role(typed: str) -> Role:
    role = Role[texts.ROLE_TYPED.get(typed.casefold(), "YOUNG_PERSON")]
    if role not in STAFF:
        raise NotDone(texts.UNKNOWN_ROLE.format(role=typed))
    return role


def _clean(name: str | None) -> str:
    try:
        return clean_name(name or "")
    except BadName as error:
        raise NotDone(texts.NAME_LONG if error.why == "long" else texts.NAME_NEEDED) from None


async def _name_of(speech: Speech, number: int, role: Role) -> str:
    person = await people.get(speech.connection, number)
    if person is None or not person.is_staff:
        raise NotDone(texts.NO_SUCH_PERSON.format(number=number))
    if role in person.roles:
        raise NotDone(texts.HAS_THAT_ROLE.format(name=person.name))
    return person.name


def _printed(issued: Issued, name: str, role: Role, until: str, address: str | None, why: str) -> str:
    parts = [texts.PRINTED.format(name=name, role=role_words(role), until=until, code=issued.code)]
    if address is None:
        parts.append(texts.PRINTED_NO_LINK.format(why=why))
    else:
        picture = io.StringIO()
        segno.make(address, error="m").terminal(out=picture, compact=True)
        parts += [texts.PRINTED_LINK.format(link=address), picture.getvalue()]
    return "\n".join([*parts, texts.PRINTED_END])


async def waiting(settings: Settings) -> str:
    """What waits for a second person, a line each, and how to decide it."""
    zone = load_council(settings.council_file).zone
    async with _speaking(settings) as speech:
        lines = []
        for asked in await approvals.waiting(speech.connection, speech.now):
            asker = await people.get(speech.connection, asked.asked_by)
            since = f"{asked.asked_at.astimezone(zone):%d %B %H:%M}"
            what, name = await approving.what(speech, asked), asker.name if asker is not None else "?"
            lines.append(texts.WAITS.format(number=asked.id, asker=name, since=since, what=what))
    return "\n".join([*lines, "", texts.HOW_TO_APPROVE]) if lines else texts.NOTHING_WAITS


async def decide(settings: Settings, number: int, approved: bool) -> str:
    """Be the second person, where there is only one manager. Returns what is printed; raises NotDone in a sentence."""
    council = load_council(settings.council_file)
    async with _speaking(settings) as speech:
        asked = await _open_approval(speech, number)
    name = await username(settings) if approved and asked.kind == approving.INVITE else ""
    async with _speaking(settings) as speech:
        await _open_approval(speech, number)
        try:
            decided = await approving.decide(speech, council, name, number, None, approved)
        except approving.DecidedBefore:
            raise NotDone(texts.NO_SUCH_APPROVAL.format(number=number)) from None
        except approving.MayNotAsk as gone:
            return texts.ASKER_MAY_NOT.format(asker=gone.name)
    return (texts.DONE if approved else texts.REFUSED_HERE).format(what=decided.what)


async def _open_approval(speech: Speech, number: int) -> Asked:
    """What waits under this number, if nobody but the operator could decide it."""
    asked = await approvals.get(speech.connection, number)
    if asked is None or not asked.is_waiting(speech.now):
        raise NotDone(texts.NO_SUCH_APPROVAL.format(number=number))
    managers = await people.with_role(speech.connection, Role.MANAGER)
    if any(manager.id != asked.asked_by for manager in managers):
        raise NotDone(texts.MANAGERS_DECIDE.format(count=len(managers)))
    return asked
