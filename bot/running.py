"""Starts the bot: on Telegram with a token, or in practice mode with the stand-in beside it."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys

from pydantic import SecretStr

from bot import keys, practice_database, practice_team
from bot.app import Bot
from bot.clock import Clock
from bot.errors import SettingsError
from bot.settings import ROOT, Settings
from bot.store.engine import Store
from bot.store.vault import Vault

log = logging.getLogger(__name__)
STAND_IN_SECONDS = 15
"""How long the stand-in may take to end before it is killed."""


def run(settings: Settings, vault: Vault | None = None) -> int:
    """Run the bot until it is stopped; returns the exit code. Without a vault the key file is read."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_main(settings, vault))
    except KeyboardInterrupt:
        return 130
    return 0


async def _main(settings: Settings, vault: Vault | None) -> None:
    bot = Bot(settings, vault)
    switch = asyncio.create_task(_follow_switch(settings, bot))
    try:
        await bot.run()
    finally:
        switch.cancel()
        await asyncio.gather(switch, return_exceptions=True)


async def _follow_switch(settings: Settings, bot: Bot) -> None:
    """In practice mode the page can switch the database off."""
    if settings.practice_clock_url and bot.database_file is not None:
        await practice_database.follow(settings.practice_clock_url, practice_database.Lock(bot.database_file))


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed: a fifth less CPU for each update (docs/measurements.md)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop  # type: ignore[return-value]


def run_practice(settings: Settings) -> int:
    """Run the bot against a stand-in for Telegram with an invented council; every start begins afresh."""
    stand_in, listening = _start_stand_in(settings.practice_port)
    database = ROOT / "data" / "practice.sqlite3"
    for leftover in database.parent.glob("practice.sqlite3*"):
        leftover.unlink()
    practice = settings.model_copy(
        update={
            "telegram_bot_token": SecretStr(listening["token"]),
            "telegram_api_base": listening["api_base"],
            "database_url": f"sqlite+inloop:///{database}",
            "practice_clock_url": f"{listening['api_base']}/control/clock",
            "telegram_receive": "polling",
        }
    )
    vault = Vault(keys.in_memory())
    asyncio.run(_make_team(practice, vault))
    print(
        f"\n  Practice mode: nobody outside sees this.\n  Open {listening['page']}\n  Stop it with Ctrl-C.\n",
        flush=True,
    )
    try:
        return run(practice, vault)
    finally:
        stand_in.terminate()
        try:
            stand_in.wait(STAND_IN_SECONDS)
        except subprocess.TimeoutExpired:
            stand_in.kill()


async def _make_team(settings: Settings, vault: Vault) -> None:
    store = Store(settings.database_url, vault)
    await practice_team.seed(store, practice_team.world_of(settings.telegram_api_base), Clock().now())
    await store.close()


def _start_stand_in(port: int) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """Start the stand-in as a process of its own, so that the bot talks to it as it would to Telegram."""
    command = [sys.executable, "-m", "practice", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603 - our own module, with a number
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    line = process.stdout.readline() if process.stdout else ""
    try:
        return process, json.loads(line)
    except ValueError:
        process.terminate()
        process.wait(STAND_IN_SECONDS)
        raise SettingsError(
            "The practice page did not start. If its port is taken, set PRACTICE_PORT to another one (0 takes any)."
        ) from None
