"""Drives a practice from tests and drills: a typed client of the control side, and a stand to start one."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp

from practice import cast
from practice.errors import Mistake
from practice.server import TOKEN, Server

Json = dict[str, Any]

FileKind = Literal["photo", "video", "animation", "audio", "document", "voice", "video_note"]

ROOT = Path(__file__).parent.parent
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class CallMade:
    """One logged call of the bot; `code` is None when nothing was answered."""

    n: int
    at: float
    method: str
    params: Json
    code: int | None
    executed: bool
    result: Any = None
    error: str | None = None
    fault: int | None = None


@dataclass(frozen=True)
class Answer:
    """What a call of the Bot API gave."""

    code: int
    body: Json

    @property
    def result(self) -> Any:
        """The result of a call that went well; KeyError otherwise."""
        return self.body["result"]

    @property
    def description(self) -> str:
        """Telegram's words for a refusal."""
        return str(self.body["description"])


class Control:
    """The control side as methods; a 400 becomes a Mistake with its sentence."""

    def __init__(self, api_base: str, token: str, session: aiohttp.ClientSession) -> None:
        self.api_base = api_base
        self.token = token
        self.session = session
        self._read_to = 0

    async def ask(self, verb: str, path: str, body: Json | None = None) -> Json:
        """One request to the control side."""
        async with self.session.request(verb, f"{self.api_base}/control/{path}", json=body) as response:
            answer: Json = await response.json()
            if response.status != 200:
                raise Mistake(answer.get("error", f"HTTP {response.status}"))
            return answer

    async def as_bot(self, method: str, **params: Any) -> Answer:
        """Call the Bot API as the bot would, with JSON."""
        url = f"{self.api_base}/bot{self.token}/{method}"
        async with self.session.post(url, json=params) as response:
            return Answer(response.status, await response.json(content_type=None))

    async def upload(self, method: str, files: dict[str, tuple[str, bytes]], **params: Any) -> Answer:
        """Call the Bot API with files as multipart; field → (file name, bytes)."""
        form = aiohttp.FormData()
        for name, value in params.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, (file_name, data) in files.items():
            form.add_field(name, data, filename=file_name)
        async with self.session.post(f"{self.api_base}/bot{self.token}/{method}", data=form) as response:
            return Answer(response.status, await response.json(content_type=None))

    async def world(self) -> Json:
        """The whole world."""
        return await self.ask("GET", "world")

    async def messages(self, chat: int) -> list[Json]:
        """What a chat shows, oldest first."""
        found: list[Json] = (await self.world())["messages"].get(str(chat), [])
        return found

    async def say(self, user: int, text: str | None = None, *, chat: int | None = None, **more: Any) -> Json:
        """Somebody writes, in their private chat unless another is named."""
        said = {"user": user, "chat": user if chat is None else chat, **more}
        return await self.ask("POST", "say", said if text is None else {**said, "text": text})

    async def send_file(
        self,
        user: int,
        kind: FileKind,
        file: tuple[str, bytes] | None = None,
        *,
        chat: int | None = None,
        caption: str | None = None,
        **more: Any,
    ) -> Json:
        """Somebody sends a file: a name with bytes, or a small sample; `more` as for `say`."""
        given = {"name": file[0], "data": base64.b64encode(file[1]).decode()} if file else True
        sent: Json = {kind: given, **more} | ({} if caption is None else {"caption": caption})
        return await self.say(user, chat=chat, **sent)

    async def send_contact(self, user: int, *, chat: int | None = None, **more: Any) -> Json:
        """Somebody sends their own contact card; the number is nobody's."""
        return await self.say(user, chat=chat, contact=True, **more)

    async def edit(self, user: int, message_id: int, text: str, *, chat: int | None = None) -> Json:
        """Somebody changes their message."""
        where = user if chat is None else chat
        return await self.ask("POST", "edit", {"user": user, "chat": where, "message_id": message_id, "text": text})

    async def delete(self, chat: int, message_id: int) -> None:
        """Somebody deletes a message."""
        await self.ask("POST", "delete", {"chat": chat, "message_id": message_id})

    async def tap(self, user: int, message_id: int, data: str, *, chat: int | None = None) -> str:
        """Somebody taps a button; gives the callback query's id."""
        where = user if chat is None else chat
        tapped = {"user": user, "chat": where, "message_id": message_id, "data": data}
        return str((await self.ask("POST", "tap", tapped))["callback_query_id"])

    async def react(self, user: int, message_id: int, emoji: str, *, chat: int | None = None) -> Json:
        """Somebody reacts to a message."""
        where = user if chat is None else chat
        return await self.ask("POST", "react", {"user": user, "chat": where, "message_id": message_id, "emoji": emoji})

    async def vote(self, user: int, message_id: int, options: list[int], *, chat: int | None = None) -> Json:
        """Somebody votes in a poll."""
        where = user if chat is None else chat
        voted = {"user": user, "chat": where, "message_id": message_id, "options": options}
        return await self.ask("POST", "vote", voted)

    async def join(self, user: int, chat: int, link: str | None = None, by: int | None = None) -> Json:
        """Somebody comes into a group or is brought there, or asks to."""
        more = ({"link": link} if link else {}) | ({"by": by} if by else {})
        return await self.ask("POST", "join", {"user": user, "chat": chat} | more)

    async def stranger_joins(self, chat: int, first_name: str, *, by: int | None = None, **more: Any) -> int:
        """Somebody whom nobody knew before comes into a group; gives their id."""
        body = {"chat": chat, "person": {"first_name": first_name, **more}} | ({"by": by} if by else {})
        return int((await self.ask("POST", "join", body))["user"])

    async def leave(self, user: int, chat: int, by: int | None = None) -> Json:
        """Somebody leaves a group, or is put out."""
        return await self.ask("POST", "leave", {"user": user, "chat": chat} | ({"by": by} if by else {}))

    async def bot(self, chat: int, by: int, status: str, **rights: bool) -> Json:
        """Somebody changes the bot's standing in a group."""
        return await self.ask("POST", "bot", {"chat": chat, "by": by, "status": status, "rights": rights})

    async def block(self, user: int) -> Json:
        """Somebody blocks the bot."""
        return await self.ask("POST", "block", {"user": user})

    async def unblock(self, user: int) -> Json:
        """Somebody lets the bot write again."""
        return await self.ask("POST", "unblock", {"user": user})

    async def migrate(self, chat: int) -> int:
        """An old group becomes a supergroup; gives the new id."""
        return int((await self.ask("POST", "migrate", {"chat": chat}))["chat"])

    async def group(self, title: str, members: list[int], kind: str = "group", **more: bool) -> int:
        """Somebody opens a group; `forum` and `bot` may be true."""
        return int(
            (await self.ask("POST", "group", {"title": title, "members": members, "type": kind, **more}))["chat"]
        )

    async def topic(self, chat: int, name: str, user: int | None = None) -> int:
        """Somebody opens a topic in a forum; gives its thread."""
        body = {"chat": chat, "name": name} | ({"user": user} if user else {})
        return int((await self.ask("POST", "topic", body))["thread"])

    async def close_topic(self, chat: int, thread: int, closed: bool = True) -> Json:
        """Somebody closes a topic, or opens it again."""
        return await self.ask("POST", "topic", {"chat": chat, "thread": thread, "closed": closed})

    async def delete_topic(self, chat: int, thread: int) -> None:
        """Somebody deletes a topic with all that was said in it."""
        await self.ask("POST", "topic", {"chat": chat, "thread": thread, "delete": True})

    async def commands_for(self, user: int, chat: int | None = None) -> list[Json]:
        """The commands that this person's app suggests, in their private chat unless another is named."""
        found: list[Json] = (await self._chat(user if chat is None else chat))["commands"].get(str(user), [])
        return found

    async def asked_to_reply(self, user: int, chat: int | None = None) -> int | None:
        """The message that asks this person for a reply (ForceReply), if one does."""
        asking = (await self._chat(user if chat is None else chat))["asking"]
        return next((int(one["message_id"]) for one in asking if one["user"] == user), None)

    async def _chat(self, chat: int) -> Json:
        found: Json | None = next((one for one in (await self.world())["chats"] if one["id"] == chat), None)
        if found is None:
            raise Mistake(f"There is no chat with the id {chat}.")
        return found

    async def person(self, first_name: str, **more: Any) -> int:
        """Somebody new comes along; gives their id."""
        return int((await self.ask("POST", "person", {"first_name": first_name, **more}))["user"])

    async def privacy(self, on: bool) -> None:
        """Switch the bot's privacy mode."""
        await self.ask("POST", "privacy", {"on": on})

    async def limits(self, on: bool) -> None:
        """Switch Telegram's sending limits."""
        await self.ask("POST", "limits", {"on": on})

    async def advance(self, seconds: float) -> None:
        """Let practice time pass."""
        await self.ask("POST", "clock", {"advance_seconds": seconds})

    async def fault(self, kind: str, method: str = "*", **more: Any) -> int:
        """Switch a fault on; gives its id."""
        return int((await self.ask("POST", "fault", {"kind": kind, "method": method, **more}))["id"])

    async def clear_faults(self) -> None:
        """Switch all faults off."""
        await self.ask("DELETE", "fault")

    async def update(self, raw: Json) -> int:
        """Queue any object as an update."""
        return int((await self.ask("POST", "update", raw))["update_id"])

    async def pending(self) -> Json:
        """What the bot has not confirmed."""
        return await self.ask("POST", "pending", {})

    async def calls(self, method: str | None = None, since: int = 0) -> list[CallMade]:
        """Logged calls, of one method or of all."""
        rows = (await self.ask("GET", f"log?since={since}"))["calls"]
        return [CallMade(**row) for row in rows if method is None or row["method"] == method]

    async def earned_429(self) -> int:
        """How many refusals for sending too much the bot earned itself."""
        return int((await self.ask("GET", f"log?since={2**31}"))["earned_429"])

    async def next_call(self, method: str, *, seconds: float = 10.0, **params: Any) -> CallMade:
        """Wait for the next call of a method with these parameters; reads on from the one before."""
        async with asyncio.timeout(seconds):
            while True:
                rows = (await self.ask("GET", f"log?since={self._read_to}&wait={max(1, round(seconds))}"))["calls"]
                for row in rows:
                    self._read_to = row["n"]
                    if row["method"] == method and all(row["params"].get(k) == v for k, v in params.items()):
                        return CallMade(**row)

    async def stream(self, since: int | None = None) -> AsyncIterator[Json]:
        """What happens, as it happens."""
        query = "" if since is None else f"?since={since}"
        timeout = aiohttp.ClientTimeout(total=None)
        async with self.session.get(f"{self.api_base}/control/stream{query}", timeout=timeout) as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])


class Stand:
    """`async with Stand() as stand`: a practice on a free port, in this process or (`apart`) in its own."""

    def __init__(
        self,
        *,
        apart: bool = False,
        port: int = 0,
        token: str = TOKEN,
        limits: bool = True,
        log_file: Path | None = None,
        cast_file: Path | None = None,
        first_update: int | None = None,
        webhook_pause: float = 0.02,
    ) -> None:
        self.apart = apart
        self.port = port
        self.token = token
        self.limits = limits
        self.log_file = log_file
        self.cast_file = cast_file
        self.first_update = first_update
        self.webhook_pause = webhook_pause
        self.api_base = ""
        self.server: Server | None = None
        self.control: Control
        self._process: asyncio.subprocess.Process | None = None

    @property
    def page(self) -> str:
        """The address of the phones."""
        return f"{self.api_base}/"

    async def __aenter__(self) -> Self:
        await (self._start_apart() if self.apart else self._start_here())
        self.control = Control(self.api_base, self.token, aiohttp.ClientSession())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self.control.session.close()

    async def stop(self) -> None:
        """Stop the practice; what is asked of it afterwards fails."""
        if self.server is not None:
            await self.server.stop()
        if self._process is not None:
            await _end(self._process)

    @property
    def exit_code(self) -> int | None:
        """How its own process ended; None while it runs or if it has none."""
        return self._process.returncode if self._process is not None else None

    async def _start_here(self) -> None:
        told = cast.load(self.cast_file)
        self.server = Server(
            token=self.token,
            cast_told=told,
            log_file=self.log_file,
            first_update=self.first_update,
            webhook_pause=self.webhook_pause,
        )
        self.server.world.limits.on = self.limits
        await self.server.start(self.port)
        self.api_base = self.server.api_base

    async def _start_apart(self) -> None:
        options = ["--port", str(self.port), "--token", self.token]
        options += ["--log-file", str(self.log_file)] if self.log_file else []
        options += ["--cast", str(self.cast_file)] if self.cast_file else []
        options += [] if self.limits else ["--no-limits"]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "practice", *options, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise Mistake(f"The practice did not start; its exit code is {await self._process.wait()}.")
        self.api_base = json.loads(line)["api_base"]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask a process to stop; make it, if it does not."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
