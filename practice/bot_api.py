"""The Bot API over HTTP: reads a call, lets faults strike, carries it out, logs it, answers."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any

from aiohttp import BodyPartReader, web

import practice.methods  # noqa: F401 - fills METHODS
from practice.calls import METHODS, Call
from practice.errors import ApiError, conflict
from practice.faults import Fault, Faults
from practice.files import UPLOAD_LIMIT, Upload
from practice.journal import Journal
from practice.receiving import WEBHOOK_SET, Polling
from practice.webhook import Webhook
from practice.world import World

Json = dict[str, Any]

RECEIVING = {name.lower(): name for name in ("getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo")}


class BotApi:
    """Answers the bot as Telegram would."""

    def __init__(
        self, world: World, token: str, faults: Faults, journal: Journal, polling: Polling, webhook: Webhook
    ) -> None:
        self.world = world
        self.token = token
        self.faults = faults
        self.journal = journal
        self.polling = polling
        self.webhook = webhook
        self.called = asyncio.Event()

    async def method(self, request: web.Request) -> web.StreamResponse:
        """One call of a method."""
        if (refusal := self._refusal(request)) is not None:
            return answer(refusal.code, refusal.envelope())
        name = request.match_info["method"]
        known = RECEIVING.get(name.lower()) or METHODS.get(name.lower(), (None,))[0]
        if known is None:
            return answer(404, ApiError(404, "Not Found").envelope())
        try:
            call = await read_call(request)
        except ApiError as error:
            return answer(error.code, error.envelope())
        fault = self.faults.strike(known, call.params)
        if fault is not None:
            return await self._struck(request, known, call, fault)
        code, body = await self._carry_out(known, call)
        self._log(known, call, code, body)
        return answer(code, body)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file that getFile told of."""
        if (refusal := self._refusal(request)) is not None:
            return answer(refusal.code, refusal.envelope())
        stored = self.world.files.by_path.get(request.match_info["path"])
        if stored is None:
            return answer(404, ApiError(404, "Not Found").envelope())
        return web.Response(body=stored.data, content_type="application/octet-stream")

    def _refusal(self, request: web.Request) -> ApiError | None:
        token = request.match_info["token"]
        if not re.fullmatch(r"\d+:[\w-]+", token):
            return ApiError(404, "Not Found")
        return None if token == self.token else ApiError(401, "Unauthorized")

    async def _carry_out(self, name: str, call: Call) -> tuple[int, Json]:
        """The code and the body of the answer."""
        try:
            return 200, {"ok": True, "result": await self.run(name, call)}
        except ApiError as error:
            return error.code, error.envelope()

    async def run(self, name: str, call: Call) -> Any:
        """Carry a method out; an ApiError if Telegram would refuse."""
        match RECEIVING.get(name.lower()):
            case "getUpdates":
                if self.webhook.url:
                    raise conflict(WEBHOOK_SET)
                return await self.polling.get_updates(call)
            case "setWebhook":
                return self.webhook.set(call)
            case "deleteWebhook":
                return self.webhook.delete(call)
            case "getWebhookInfo":
                return self.webhook.info()
        return METHODS[name.lower()][1](self.world, call)

    async def answered(self, name: str, call: Call) -> None:
        """A call that the bot put into its answer to a webhook: carried out and logged, never answered."""
        known = METHODS.get(name.lower(), (None,))[0]
        if known is not None:
            code, body = await self._carry_out(known, call)
            self._log(known, call, code, body)

    async def _struck(self, request: web.Request, name: str, call: Call, fault: Fault) -> web.StreamResponse:
        """A call that a fault hits: logged when it takes effect, answered when the fault allows."""
        code: int | None = None
        body: Json = {"ok": False, "description": f"no answer: {fault.kind}"}
        if fault.carried_out():
            code, body = await self._carry_out(name, call)
        elif fault.kind == "error":
            error = fault.error()
            code, body = error.code, error.envelope()
        if fault.kind == "raw":
            self._log(name, call, fault.code, body, fault)
            return web.Response(status=fault.code, text=fault.body, content_type="text/html")
        self._log(name, call, None if fault.kind in ("lost", "drop") else code, body, fault)
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        if code is None or fault.kind == "lost":
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)
        return answer(code, body)

    def _log(self, name: str, call: Call, code: int | None, body: Json, fault: Fault | None = None) -> None:
        row: Json = {"at": time.time(), "method": name, "params": logged(name, call, self.token), "code": code}
        row["executed"] = body["ok"]
        if body["ok"]:
            updates = name == "getUpdates"
            row["result"] = [update["update_id"] for update in body["result"]] if updates else body["result"]
        else:
            row["error"] = body["description"]
        if fault is not None:
            row["fault"] = fault.id
        self.journal.write(row)
        self.called.set()


def logged(name: str, call: Call, token: str) -> Json:
    """Parameters as the log shows them: files by name and size, secrets left out."""
    files = {field: {"file": upload.name, "bytes": len(upload.data)} for field, upload in call.files.items()}
    shown = {**call.params, **files}
    if name == "setWebhook":
        shown = {key: "…" if key == "secret_token" else value for key, value in shown.items()}
        shown["url"] = str(shown.get("url", "")).replace(token, "…")
    return shown


def answer(code: int, body: Json) -> web.Response:
    """JSON as Telegram writes it."""
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
    return web.Response(status=code, body=text.encode(), content_type="application/json")


async def read_call(request: web.Request) -> Call:
    """Parameters from the query, a form, JSON or a multipart body."""
    params: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if not request.can_read_body:
        return Call.of(params)
    kind = request.content_type
    if kind == "application/json":
        params |= await _json_body(request)
    elif kind == "multipart/form-data":
        await _multipart(request, params, files)
    elif kind == "application/x-www-form-urlencoded":
        form = await request.post()
        params |= {name: value for name, value in form.items() if isinstance(value, str)}
    return Call.of(params, files)


async def _json_body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "Bad Request: can't parse JSON object")
    return body


async def _multipart(request: web.Request, params: Json, files: dict[str, Upload]) -> None:
    """Fields with a file name are files, the others parameters."""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read())
        if part.filename is None:
            params[part.name] = data.decode("utf-8", "surrogateescape")
        elif len(data) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        else:
            files[part.name] = Upload(part.filename, data)
