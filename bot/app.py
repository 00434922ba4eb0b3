"""Wires everything together and runs it; the only module that knows both doors."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.error import TelegramError as LibraryError
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot

import handlers
import scheduler
from bot import canned, composers, keys, learning, menus, reloading
from bot.clock import Clock, PracticeClock
from bot.delivery import Delivery
from bot.early_card import EarlyCards
from bot.errors import Conflict, NotSent, Refused, SettingsError, TelegramError, TooMany, WrongToken
from bot.inbox import KINDS, PAUSES, Inbox, Polling
from bot.knowledge import load
from bot.models import InboxState
from bot.service import Service
from bot.settings import Settings
from bot.store import inbox, outbox, schema
from bot.store.engine import Store, TelegramTurn
from bot.store.vault import Vault
from bot.telegram_api import Request, TelegramApi
from bot.turn import Turn
from bot.webhook import PATH, Webhook
from bot.worker import Unreadable, Worker
from content.texts import start as texts
from handlers.context import SERVICE, TURNS, Context
from handlers.early_card import EarlyReader
from handlers.safety import apologise

log = logging.getLogger(__name__)

DRAIN_SECONDS = 9.0
"""What is under way may take this long after SIGTERM: service managers kill after ten seconds."""
HANDLING_SECONDS = 4.0
"""The handling's share of it; what it leaves over is the sending's, which waits for Telegram."""
CANCEL_SECONDS = 0.5
"""What is cancelled may take this long to let go of the database."""
App = Application[Any, Any, Any, Any, Any, Any]


def open_vault(settings: Settings) -> Vault:
    """The keys of the key file, which is made at the very first start."""
    return Vault(keys.read_or_make(settings.key_file), lambda: keys.read(settings.key_file))


def build_service(settings: Settings, store: Store) -> Service:
    """Everything that both doors are handed."""
    clock = PracticeClock(settings.practice_clock_url) if settings.practice_clock_url else Clock()
    return Service(
        settings=settings,
        known=load(settings),
        store=store,
        clock=clock,
    )


class Bot:
    """The running bot."""

    def __init__(self, settings: Settings, vault: Vault | None = None) -> None:
        if settings.telegram_bot_token is None:
            raise SettingsError("TELEGRAM_BOT_TOKEN is missing.")
        self._settings = settings
        token = settings.telegram_bot_token.get_secret_value()
        self._api = TelegramApi(settings.telegram_api_base, token, settings.send_timeout_seconds)
        self._store = Store(settings.database_url, vault or open_vault(settings))
        self._service = build_service(settings, self._store)
        composers.register()
        self._turn = TelegramTurn(self._store)
        self._delivery = Delivery(
            self._turn, self._api, self._service.clock,
            per_second=settings.send_per_second, in_flight=settings.send_in_flight,
        )  # fmt: skip
        self._service.wake = self._delivery.wake
        self._early = EarlyCards(self._api, self._delivery.pace, self._service.clock, EarlyReader(self._service))
        self._delivery.watch = self._early
        self._worker = Worker(
            self._store, self._service.clock, self._handle,
            lambda turn: apologise(turn, self._service), self._delivery, self._early,
        )  # fmt: skip
        self._inbox = Inbox(self._store, self._service.clock, self._worker.offer, self._early)
        self._webhook = self._make_webhook(settings)
        self._turns: dict[int, Turn] = {}
        self._application = self._make_application(token)
        self._stop = asyncio.Event()

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return self._store.file

    def stop(self) -> None:
        """Ask the bot to end: it takes nothing more and finishes what is under way."""
        self._stop.set()

    async def run(self) -> None:
        """Run until SIGTERM, SIGINT or `stop`.

        Raises WrongToken when Telegram does not know the bot, DatabaseError when the database can't be used.
        """
        self.listen_for_signals()
        self._store.claim_file()
        await schema.prepare(self._store, self._service.clock.now())
        async with self._service.speaking() as speech:
            await canned.seed(speech)
        await learning.recall(self._service)
        await self._tell_what_waits_for_a_person()
        background = asyncio.create_task(self._service.clock.follow())
        try:
            if await self._introduce():
                await self._run_until_stopped()
        finally:
            await self._service.end()
            await self._early.end()
            background.cancel()
            with suppress(asyncio.CancelledError):
                await background
            await self._application.shutdown()
            await self._api.close()
            await self._store.close()

    def listen_for_signals(self) -> None:
        """SIGTERM and SIGINT end the bot; SIGHUP reads the files anew."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._service.later(self._reload()))

    async def _reload(self) -> None:
        """SIGHUP: read the files anew; what came of it is in the log."""
        await reloading.reload(self._service)

    async def _tell_what_waits_for_a_person(self) -> None:
        """Say at each start what only a person can settle, so that it is not forgotten."""
        async with self._store.reading() as connection:
            set_aside = (await inbox.counts(connection)).get(InboxState.QUARANTINED, 0)
            unknown = await outbox.count_unknown(connection)
        if set_aside:
            log.warning("%d updates are set aside and wait for a person to look at them", set_aside)
        if unknown:
            log.warning("%d messages stand at unknown: nobody can tell whether they arrived", unknown)

    async def _run_until_stopped(self) -> None:
        timetable = scheduler.start(self._service)
        sending = asyncio.create_task(self._delivery.run(), name="sending")
        handling = asyncio.create_task(self._worker.run(), name="handling")
        receiving = asyncio.create_task(self._receive(), name="receiving")
        stopping = asyncio.create_task(self._stop.wait(), name="stopping")
        gc.collect()
        gc.freeze()  # the knowledge base stays for good, so no later collection needs to walk through it
        _hand_back_memory()
        log.info("the bot is running; stop it with Ctrl-C")
        await asyncio.wait({sending, handling, receiving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        receiving.cancel()
        timetable.shutdown(wait=False)
        self._worker.stop()
        began = time.monotonic()
        _, late = await asyncio.wait({receiving, handling}, timeout=HANDLING_SECONDS)
        self._delivery.stop()  # after the handling: what it sends at once is still written down
        _, unsent = await asyncio.wait({sending}, timeout=DRAIN_SECONDS - (time.monotonic() - began))
        late |= unsent
        for task in late:
            log.warning("%s did not end in time; it goes on at the next start", task.get_name())
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=CANCEL_SECONDS)
        for task in (receiving, handling, sending):
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error
        log.info("the bot has stopped; nothing is under way")

    async def _introduce(self) -> bool:
        """Learn the bot's own name, which links need; tries until Telegram can be reached or the bot is stopped."""
        failures = 0
        while not self._stop.is_set():
            try:
                me = await self._api.call("getMe")
                self._service.username = str(me["username"])
                await self._application.initialize()
                await self._dress()
                await self._choose_way_of_receiving()
                return True
            except WrongToken:
                raise
            except (TelegramError, LibraryError) as error:
                level = logging.WARNING if isinstance(error, NotSent) else logging.ERROR
                log.log(level, "the bot can't start yet: %s; it is tried again", _said(error))
                pause = error.retry_after if isinstance(error, TooMany) else PAUSES[min(failures, len(PAUSES) - 1)]
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), pause)
                failures += 1
        return False

    async def _dress(self) -> None:
        """Set the menu and the descriptions; Telegram limits that strictly, and nobody may wait for an answer because of it."""
        try:
            await self._set_commands()
        except (TooMany, Refused) as error:
            log.warning("the bot's menu and description stay as they were: %s", error)

    async def _set_commands(self) -> None:
        for method, parameters in menus.for_everybody():
            await self._api.call(method, parameters)
        await self._api.call("setMyDescription", {"description": texts.DESCRIPTION})
        await self._api.call("setMyShortDescription", {"short_description": texts.SHORT_DESCRIPTION})

    async def _choose_way_of_receiving(self) -> None:
        """Tell Telegram how updates come. What people wrote while the bot was down is never dropped."""
        if self._webhook is None:
            await self._api.call("deleteWebhook", {"drop_pending_updates": False})

    async def _receive(self) -> None:
        if self._webhook is None:
            await Polling(self._api, self._inbox, self._turn, wait_seconds=self._settings.telegram_poll_seconds).run()
        else:
            ready: list[asyncio.Task[None]] = []
            await self._webhook.run(lambda: ready.append(asyncio.create_task(self._register_webhook())))

    async def _register_webhook(self) -> None:
        """Give Telegram our address once we listen, so that its first call finds somebody."""
        secret, url = self._settings.webhook_secret, self._settings.webhook_url
        if self._webhook is None or secret is None or url is None:
            return
        parameters = {
            "url": url.replace("{port}", str(self._webhook.port)) + PATH, "secret_token": secret.get_secret_value(),
            "allowed_updates": KINDS, "drop_pending_updates": False, "max_connections": 16,
        }  # fmt: skip
        while True:
            try:
                await self._api.call("setWebhook", parameters)
                return
            except TelegramError as error:
                log.error("Telegram does not take the webhook's address: %s; it is tried again", error)
                await asyncio.sleep(PAUSES[-1])

    async def _handle(self, turn: Turn) -> None:
        """Give one update to python-telegram-bot's handlers, with its turn."""
        try:
            update = Update.de_json(turn.body, self._application.bot)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable(f"it can't be parsed ({type(error).__name__})") from None
        self._turns[update.update_id] = turn
        try:
            await self._application.process_update(update)
        finally:
            del self._turns[update.update_id]

    def _make_application(self, token: str) -> App:
        bot: ExtBot[None] = ExtBot(
            token,
            base_url=f"{self._api.base}/bot",
            base_file_url=f"{self._api.base}/file/bot",
            request=Request(self._api),
            get_updates_request=Request(self._api),
        )
        application: App = (
            ApplicationBuilder()
            .bot(bot)
            .updater(None)
            .job_queue(None)
            .context_types(ContextTypes(context=Context))
            .build()
        )
        application.bot_data[SERVICE] = self._service
        application.bot_data[TURNS] = self._turns
        handlers.register(application)
        application.add_error_handler(_note_fault)
        return application

    def _make_webhook(self, settings: Settings) -> Webhook | None:
        if settings.telegram_receive != "webhook" or settings.webhook_secret is None:
            return None
        secret = settings.webhook_secret.get_secret_value()
        return Webhook(self._inbox, secret=secret, host=settings.webhook_host, port=settings.webhook_port)


def _hand_back_memory() -> None:
    """What building the knowledge base took for a moment goes back to the system: 20 MB with glibc, which keeps it else."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


async def _note_fault(update: object, context: Context) -> None:
    """python-telegram-bot swallows what a handler raises; the worker has to know, to undo the whole turn."""
    if isinstance(update, Update) and isinstance(context.error, Exception):
        context.turn.fault = context.error


def _said(error: Exception) -> str:
    """An error in words that are safe to log."""
    if isinstance(error, Conflict):
        return f"another program uses this bot's token (409: {error})"
    return str(error) if isinstance(error, TelegramError) else type(error).__name__
