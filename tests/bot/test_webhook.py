import json
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from bot.inbox import Inbox
from bot.store.engine import Store
from bot.webhook import PATH, SECRET_HEADER, SIZE_LIMIT, application
from tests.bot.test_inbox import box, said, stored

SECRET = "a-secret-of-enough-length"


async def post(store: Store, body: bytes, headers: dict[str, str] | None = None, receiving: Inbox | None = None) -> int:
    transport = httpx.ASGITransport(application(receiving or box(store, []), SECRET))
    given = {"content-type": "application/json", SECRET_HEADER: SECRET, **(headers or {})}
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        return (await client.post(PATH, content=body, headers=given)).status_code


def as_json(update: Any) -> bytes:
    return json.dumps(update).encode()


async def test_an_update_with_the_secret_is_committed_before_200(store: Store) -> None:
    assert await post(store, as_json(said(8))) == 200
    assert await post(store, as_json(said(8))) == 200
    assert [row.update_id for row in await stored(store)] == [8]


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], "é" * 300])
async def test_without_the_secret_nothing_is_stored(store: Store, secret: str) -> None:
    given = {"content-type": "application/json", SECRET_HEADER: secret}
    transport = httpx.ASGITransport(application(box(store, []), SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        headers = [(name.encode(), value.encode()) for name, value in given.items()]
        answer = await client.post(PATH, content=as_json(said(8)), headers=headers)
    assert answer.status_code == 403
    assert await stored(store) == []


async def test_another_method_type_address_or_size_is_refused(store: Store) -> None:
    transport = httpx.ASGITransport(application(box(store, []), SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        assert (await client.get(PATH, headers={SECRET_HEADER: SECRET})).status_code == 405
        assert (await client.post("/", headers={SECRET_HEADER: SECRET})).status_code == 404
    assert await post(store, b"x=1", {"content-type": "application/x-www-form-urlencoded"}) == 415
    assert await post(store, b" " * (SIZE_LIMIT + 1)) == 413
    assert await post(store, as_json(said(8)), {"content-length": "1e3"}) == 413
    assert await stored(store) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": "x"}', b"[" * 100_000])
async def test_a_broken_update_is_left_out_and_not_asked_for_again(store: Store, body: bytes) -> None:
    assert await post(store, body) == 200
    assert await stored(store) == []


async def test_what_cannot_be_committed_is_not_confirmed(store: Store) -> None:
    class Locked(Inbox):
        async def put(self, updates: Any) -> int:
            raise OperationalError("INSERT", {}, Exception("database is locked"))

    assert await post(store, as_json(said(8)), receiving=Locked(store, None, lambda new: None)) == 503  # type: ignore[arg-type]
