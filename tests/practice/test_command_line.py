"""`python -m practice`: how it starts, refuses to start, and stops."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path

import pytest

from practice.client import ROOT, Stand
from practice.errors import Mistake
from practice.server import Server
from tests.practice.cast import JADE


async def run(*options: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "practice", *options, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_help_names_every_option() -> None:
    code, out, _ = await run("--help")
    assert code == 0
    assert all(option in out for option in ("--port", "--host", "--token", "--cast", "--log-file", "--no-limits"))


async def test_a_port_that_is_taken_gives_one_sentence_and_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = await run("--port", str(port))
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert f"Port {port} cannot be used" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "0.0.0.0"), "this machine only"),
        (("--token", "nonsense"), "A token looks like"),
        (("--cast", "nowhere.json"), "cannot be read"),
    ],
)
async def test_what_it_cannot_do_is_told_in_one_sentence(options: tuple[str, str], words: str) -> None:
    code, _, err = await run("--port", "0", *options)
    assert (code, len(err.splitlines())) == (2, 1)
    assert words in err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
async def test_it_never_listens_where_others_could_reach_it(host: str) -> None:
    with pytest.raises(Mistake, match="this machine only"):
        await Server().start(host=host)


async def test_its_own_process_writes_the_log_at_each_call_and_stops_when_told(tmp_path: Path) -> None:
    path, cast = tmp_path / "calls.jsonl", tmp_path / "cast.json"
    cast.write_text(json.dumps({"people": [{"id": JADE, "first_name": "Mina", "started": True}]}), encoding="utf-8")
    async with Stand(apart=True, log_file=path, cast_file=cast) as stand:
        assert (await stand.control.as_bot("sendMessage", chat_id=JADE, text="hi")).code == 200
        row = json.loads(path.read_text(encoding="utf-8"))
        assert (row["n"], row["method"], row["executed"]) == (1, "sendMessage", True)
        assert [person["first_name"] for person in (await stand.control.world())["people"]] == ["Mina"]
    assert stand.exit_code == 0


async def test_it_stops_at_once_though_a_bot_polls_and_a_page_follows() -> None:
    async with asyncio.timeout(20):
        async with Stand(apart=True) as stand:
            version = (await stand.control.world())["version"]
            polling = asyncio.create_task(stand.control.as_bot("getUpdates", timeout=50))
            async for event in stand.control.stream(version):
                if event["kind"] == "awake":
                    break
            await stand.stop()
            assert (await polling).result == []
        assert stand.exit_code == 0
