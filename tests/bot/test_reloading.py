"""The files are read anew while the bot runs: whole, or not at all."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import knowledge, learning, reloading
from bot.reloading import Kept, Reloaded
from handlers.context import SERVICE
from tests.desk import Desk, open_desk
from tests.knowing import on_small, settings_of, write

NEW = "how much is a day ticket"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    write(tmp_path)
    async with open_desk(tmp_path) as made:
        on_small(made)
        made.service.settings = settings_of(tmp_path)
        yield made


def change(folder: Path, before: str = "  - can i get a bus pass\n", after: str = f"  - {NEW}\n") -> None:
    file = folder / "entries" / "travel" / "bus-pass.md"
    file.write_text(file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


async def test_a_changed_entry_is_taken_up_and_counted(desk: Desk, tmp_path: Path) -> None:
    change(tmp_path)
    assert await reloading.reload(desk.service) == Reloaded(entries=3, changed=1)
    assert desk.service.matcher.rank(NEW)[0].entry_id == "bus-pass"
    (tmp_path / "entries" / "leisure" / "gym.md").unlink()
    assert await reloading.reload(desk.service) == Reloaded(entries=2, changed=1)


async def test_one_mistake_keeps_everything_as_it_was(desk: Desk, tmp_path: Path) -> None:
    change(tmp_path)
    change(tmp_path, "area: local", "area: nowhere")
    before = desk.service.known
    outcome = await reloading.reload(desk.service)
    assert isinstance(outcome, Kept)
    assert "travel/bus-pass.md" in outcome.mistakes[0]
    assert desk.service.known is before


async def test_a_council_without_a_number_is_refused_whole(desk: Desk, tmp_path: Path) -> None:
    change(tmp_path)
    (tmp_path / "council" / "council.yaml").write_text("name: Nowhere\n", encoding="utf-8")
    before = desk.service.known
    assert isinstance(await reloading.reload(desk.service), Kept)
    assert desk.service.known is before


async def test_what_was_learned_stays(desk: Desk, tmp_path: Path) -> None:
    await learning.learn(desk.service, "bus-pass", "i need a permit for the coach", 7)
    change(tmp_path)
    await reloading.reload(desk.service)
    assert {NEW, "i need a permit for the coach"} <= set(desk.service.library.entries["bus-pass"].questions)


async def test_of_two_at_once_one_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most, load = 0, 0, knowledge.load

    def counted(*given: object) -> knowledge.Knowledge:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            return load(*given)  # type: ignore[arg-type]
        finally:
            at_once -= 1

    monkeypatch.setattr(knowledge, "load", counted)
    both = await asyncio.gather(reloading.reload(desk.service), reloading.reload(desk.service))
    assert list(both) == [Reloaded(3, 0)] * 2
    assert most == 1


async def test_a_question_gets_all_old_or_all_new(desk: Desk, tmp_path: Path) -> None:
    """Whatever an update asks of the service, before and after the change, belongs together."""
    change(tmp_path)
    for_this_update = desk.bot._application.bot_data[SERVICE].still()
    seen = (for_this_update.library, for_this_update.matcher, for_this_update.gate, for_this_update.council)
    await reloading.reload(desk.service)
    again = (for_this_update.library, for_this_update.matcher, for_this_update.gate, for_this_update.council)
    assert all(one is other for one, other in zip(seen, again, strict=True))
    new = desk.service.still()
    assert (new.library, new.matcher) == (desk.service.known.library, desk.service.known.matcher)
    assert new.library is not for_this_update.library


async def test_the_signal_of_a_changed_configuration_reads_the_files_anew(desk: Desk, tmp_path: Path) -> None:
    change(tmp_path)
    desk.bot.listen_for_signals()
    try:
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(20):
            while NEW not in desk.service.library.entries["bus-pass"].questions:
                await asyncio.sleep(0.01)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().remove_signal_handler(number)
