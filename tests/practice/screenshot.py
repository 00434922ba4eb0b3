"""`python -m tests.practice.screenshot PAGE`: plays a short story on a running practice page and saves README's picture."""

from __future__ import annotations

import argparse
import json
import shutil
import urllib.request
from typing import Any

from playwright.sync_api import sync_playwright

from bot.settings import ROOT
from practice.cast import JADE, PRIYA, RUTH, TOM

QUIET = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"  # fmt: skip
STORY = ((JADE, "do i av 2 pay council tax"), (JADE, "can i talk to my pa"), (PRIYA, "/invite Kai Odell"), (TOM, "/queue"), (RUTH, "/staff"))  # fmt: skip
MONDAY_AT_TEN = "2026-12-07T10:00:00+00:00"


def main() -> None:
    """Play and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", help="the page's address, as `make run` prints it")
    page_address = parser.parse_args().page.rstrip("/")

    def say(user: int, text: str, chat: int | None = None) -> None:
        body = json.dumps({"user": user, "chat": chat or user, "text": text}).encode()
        call = urllib.request.Request(f"{page_address}/control/say", body, {"content-type": "application/json"})
        urllib.request.urlopen(call).close()

    def at(moment: str) -> None:
        body = json.dumps({"to": moment}).encode()
        call = urllib.request.Request(f"{page_address}/control/clock", body, {"content-type": "application/json"})
        urllib.request.urlopen(call).close()

    def world() -> Any:
        with urllib.request.urlopen(f"{page_address}/control/world") as answer:
            return json.load(answer)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET.split())
        page = browser.new_page(viewport={"width": 2160, "height": 1050})
        page.goto(page_address)
        at(MONDAY_AT_TEN)
        page.wait_for_timeout(3000)
        for user, text in STORY:
            say(user, text)
            page.wait_for_timeout(1500)
        lounge = next(chat["id"] for chat in world()["chats"] if chat["title"] == "Compass lounge")
        say(JADE, "/ask@compass_practice_bot what is the hub", lounge)
        page.wait_for_timeout(2500)
        page.screenshot(path=ROOT / "docs" / "practice-page.png")
        browser.close()


if __name__ == "__main__":
    main()
