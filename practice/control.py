"""The control side over HTTP: what the page, the tests and the drills do to the practice world."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from practice import cast, commands, groups, people, topics
from practice.errors import Mistake
from practice.files import StoredFile
from practice.world import Chat, World

if TYPE_CHECKING:
    from practice.server import Server

Json = dict[str, Any]

PAGE = Path(__file__).parent / "page"
LONGEST_WAIT = 60.0

ACTIONS: dict[str, Callable[[World, Json], Json]] = {
    "say": people.say,
    "edit": people.edit,
    "delete": people.delete,
    "tap": people.tap,
    "react": people.react,
    "vote": people.vote,
    "block": people.block,
    "unblock": people.unblock,
    "join": lambda world, request: _join(world, request),
    "leave": groups.leave,
    "bot": groups.bot_standing,
    "migrate": groups.migrate,
    "group": groups.create,
    "topic": topics.control,
    "person": lambda world, request: {"user": _new_person(world, request)},
    "privacy": lambda world, request: _privacy(world, request),
    "limits": lambda world, request: _limits(world, request),
    "update": lambda world, request: {"update_id": world.hear_raw(request)},
    "pending": lambda world, request: _pending(world),
}


def _new_person(world: World, request: Json) -> int:
    person = cast.add_person(world, request)
    world.events.emit("person", user=person.id)
    return person.id


def _join(world: World, request: Json) -> Json:
    """Somebody comes into a group; `person` lets in one whom nobody knew before."""
    if request.get("user") is not None or request.get("person") is None:
        return groups.join(world, request)
    groups.group(world, request.get("chat"))
    newcomer = _new_person(world, request["person"])
    return {"user": newcomer, **groups.join(world, {**request, "user": newcomer})}


def _switch(request: Json) -> bool:
    if not isinstance(request.get("on"), bool):
        raise Mistake('"on" is true or false.')
    return bool(request["on"])


def _privacy(world: World, request: Json) -> Json:
    world.bot.privacy = _switch(request)
    world.events.emit("bot")
    return {}


def _limits(world: World, request: Json) -> Json:
    world.limits.on = _switch(request)
    return {"on": world.limits.on, "earned": world.limits.earned}


def _pending(world: World) -> Json:
    updates = world.updates
    return {
        "pending": len(updates.pending), "confirmed_up_to": updates.confirmed_up_to, "expired": updates.expired,
    }  # fmt: skip


def whole(server: Server) -> Json:
    """Everything that the page needs to draw itself."""
    world = server.world
    bot = world.bot
    return {
        "version": world.events.version,
        "now": world.clock.iso(),
        "offset_seconds": world.clock.offset,
        "bot": {
            "id": bot.id, "username": bot.username, "first_name": bot.first_name, "awake": bot.awake,
            "commands": bot.commands.get(("default", ""), []), "description": bot.texts.get(("description", ""), ""),
            "short_description": bot.texts.get(("short_description", ""), ""), "privacy": bot.privacy,
        },
        "people": [
            {
                "id": person.id, "first_name": person.first_name, "last_name": person.last_name,
                "username": person.username, "part": person.part, "blocked": person.blocked,
                "started": person.started,
            }
            for person in world.people.values()
        ],
        "chats": [_chat(world, chat) for chat in world.chats.values()],
        "messages": {
            str(chat.id): [world.shown(stored) for stored in chat.messages.values()] for chat in world.chats.values()
        },
        "alerts": world.alerts[-100:],
        "faults": [fault.shown() for fault in server.faults.rules],
        "limits": world.limits.on,
    }  # fmt: skip


def _chat(world: World, chat: Chat) -> Json:
    members = [chat.id] if chat.person else chat.people()
    title = chat.title or (f"{chat.person.first_name} {chat.person.last_name}".strip() if chat.person else "")
    return {
        "id": chat.id, "type": chat.type, "title": title,
        "members": members, "bot": chat.bot, "forum": chat.forum,
        "topics": [{"id": topic.id, "name": topic.name, "closed": topic.closed} for topic in chat.topics.values()],
        "pinned": chat.pinned, "keyboard": chat.keyboard, "migrated_to": chat.migrated_to,
        "commands": {str(user): commands.shown(world, chat, user) for user in members},
        "asking": [{"user": user, "message_id": message_id} for user, message_id in chat.asking.items()],
    }  # fmt: skip


class Control:
    """The routes of the control side and of the page."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def routes(self) -> list[web.RouteDef]:
        """Every address, on one screen."""
        return [
            web.get("/", self.page),
            web.get("/static/{path:.+}", self.static),
            web.get("/control/world", self.world),
            web.get("/control/stream", self.stream),
            web.get("/control/file/{id}", self.file),
            web.get("/control/clock", self.clock),
            web.post("/control/clock", self.set_clock),
            web.post("/control/fault", self.add_fault),
            web.delete("/control/fault", self.remove_fault),
            web.get("/control/log", self.log),
            web.post("/control/{action}", self.act),
        ]

    async def act(self, request: web.Request) -> web.Response:
        """Somebody does something."""
        action = ACTIONS.get(request.match_info["action"])
        if action is None:
            raise web.HTTPNotFound
        return web.json_response(action(self.server.world, await body_of(request)))

    async def world(self, request: web.Request) -> web.Response:
        """The whole world."""
        return web.json_response(whole(self.server))

    async def clock(self, request: web.Request) -> web.Response:
        """The practice time, and whether the bot is to do without its database."""
        clock = self.server.world.clock
        off = self.server.faults.database_off
        return web.json_response({"now": clock.iso(), "offset_seconds": clock.offset, "database_off": off})

    async def set_clock(self, request: web.Request) -> web.Response:
        """Let time pass."""
        asked, clock = await body_of(request), self.server.world.clock
        if isinstance(asked.get("to"), str):
            clock.advance_to(asked["to"])
        elif isinstance(asked.get("advance_seconds"), int | float):
            clock.advance(asked["advance_seconds"])
        else:
            raise Mistake('Give "advance_seconds" or "to".')
        self.server.world.events.emit("clock", now=clock.iso(), offset_seconds=clock.offset)
        return await self.clock(request)

    async def add_fault(self, request: web.Request) -> web.Response:
        """Switch a fault on."""
        return web.json_response({"id": self.server.faults.add(await body_of(request))})

    async def remove_fault(self, request: web.Request) -> web.Response:
        """Switch faults off."""
        self.server.faults.remove(_number(request, "id", None))
        return web.json_response({})

    async def log(self, request: web.Request) -> web.Response:
        """The bot's calls after a number; with `wait`, held until there is one."""
        since, wait = _number(request, "since", 0) or 0, min(_number(request, "wait", 0) or 0, LONGEST_WAIT)
        loop, journal = asyncio.get_running_loop(), self.server.journal
        end = loop.time() + wait
        while journal.count <= since and not self.server.closing.is_set() and end > loop.time():
            self.server.api.called.clear()
            waiting = [asyncio.ensure_future(event.wait()) for event in (self.server.api.called, self.server.closing)]
            await asyncio.wait(waiting, timeout=end - loop.time(), return_when=asyncio.FIRST_COMPLETED)
            for future in waiting:
                future.cancel()
        return web.json_response({"calls": journal.since(since), "earned_429": self.server.world.limits.earned})

    async def file(self, request: web.Request) -> web.Response:
        """A file for the page, so that it need not know the token."""
        stored: StoredFile | None = self.server.world.files.by_id.get(request.match_info["id"])
        if stored is None:
            raise Mistake("There is no such file.")
        kind = stored.mime if stored.mime in ("image/png", "image/jpeg", "audio/ogg") else "application/octet-stream"
        return web.Response(body=stored.data, content_type=kind)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: what happened after a version, then whatever happens."""
        events, closing = self.server.world.events, self.server.closing
        since = _number(request, "since", None)
        since = events.version if since is None else since
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        if not events.knows(since):
            since = events.version
            await response.write(_event({"version": since, "kind": "reset"}))
        alarm = asyncio.Event()
        events.listeners.append(alarm.set)
        try:
            while not closing.is_set():
                alarm.clear()
                for event in events.after(since):
                    since = event["version"]
                    await response.write(_event(event))
                if events.version == since:
                    await self._quiet(alarm, response)
        finally:
            events.listeners.remove(alarm.set)
        return response

    async def _quiet(self, alarm: asyncio.Event, response: web.StreamResponse) -> None:
        """Wait for the next event; a comment now and then shows that the line is alive."""
        try:
            await asyncio.wait_for(alarm.wait(), 10)
        except TimeoutError:
            await response.write(b": still here\n\n")

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page with the phones."""
        return self._page_file("index.html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        """A part of the page."""
        return self._page_file(request.match_info["path"])

    def _page_file(self, name: str) -> web.StreamResponse:
        path = (PAGE / name).resolve()
        if not path.is_relative_to(PAGE) or not path.is_file():
            raise web.HTTPNotFound(text="There is no such page here.")
        return web.FileResponse(path, headers={"Cache-Control": "no-store"})


async def body_of(request: web.Request) -> Json:
    """The JSON object of a request; an empty body is an empty object."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Mistake("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise Mistake("The body has to be one JSON object.")
    return body


def _event(event: Json) -> bytes:
    return f"data: {json.dumps(event, separators=(',', ':'))}\n\n".encode()


def _number(request: web.Request, name: str, otherwise: int | None) -> int | None:
    given = request.query.get(name)
    if given is None:
        return otherwise
    try:
        return int(given)
    except ValueError:
        raise Mistake(f"{name} has to be a whole number.") from None
