"""A small Local Offer in a folder of its own, so that a matcher is built in no time and files may be changed."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from bot import knowledge
from bot.knowledge import Knowledge
from bot.settings import ROOT, Settings, read
from tests.desk import Desk


def entry(name: str, title: str, *questions: str) -> str:
    """An entry's file."""
    lines = "".join(f"  - {question}\n" for question in questions)
    return (
        f"---\ntitle: {title}\nquestions:\n{lines}keywords: [{name}]\naudience: {{}}\narea: local\nsource:\n  title: Us\n"
        "source_date: 2026\nchecked_on: 2026-11-21\nreview_by: 2027-05-21\nowner: us\ncontact: your adviser\npublic: true\n"
        "---\nSome people can get it.\n\n## What to do now\nAsk your adviser.\n"
    )


BUS = entry(
    "bus", "Can I get a bus pass?",
    "can i get a bus pass", "how do i get free bus travel", "do care leavers get a bus pass", "cant afford the bus 2 college",
    "who pays for the bus", "is there a free bus pass for us",
)  # fmt: skip
GYM = entry(
    "gym", "Can I use the gym for free?",
    "can i use the gym for free", "is there a free gym", "do care leavers get a gym pass", "how do i join the leisure centre",
    "can i go swimming for free", "who pays for the gym",
)  # fmt: skip
PASSPORT = entry(
    "passport", "How do I get a passport?",
    "how do i get a passport", "i need a passport", "who pays for my passport", "i lost my passport", "can you help me get a passport",
    "passport form help",
)  # fmt: skip


def write(folder: Path) -> Path:
    """Write the small Local Offer below a folder; returns where its entries are."""
    entries = folder / "entries"
    for place, text in (("travel/bus-pass", BUS), ("leisure/gym", GYM), ("id_documents/passport", PASSPORT)):
        file = entries / f"{place}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    own = folder / "council"
    own.mkdir(exist_ok=True)
    shutil.copy(ROOT / "content" / "councils" / "northmoor" / "council.yaml", own / "council.yaml")
    return entries


def settings_of(folder: Path, **more: str) -> Settings:
    """Settings that point to the small Local Offer below a folder."""
    given = {
        "TELEGRAM_BOT_TOKEN": "99:test", "CONTENT_FOLDER": f"{folder}/entries", "COUNCIL_FILE": f"{folder}/council/council.yaml",
        "DATABASE_URL": f"sqlite:///{folder}/desk/b.sqlite3", "KEY_FILE": f"{folder}/keys/k", "AUDIT_FILE": f"{folder}/audit/heads.txt",
        **more,
    }  # fmt: skip
    return read(given, None)


@cache
def small() -> Knowledge:
    """What a bot knows that has only the small Local Offer; read once a run."""
    folder = Path(mkdtemp())
    write(folder)
    known = knowledge.load(settings_of(folder))
    shutil.rmtree(folder)
    return known


def on_small(desk: Desk) -> Desk:
    """A desk whose bot knows only the small Local Offer."""
    desk.service.take_up(small())
    return desk
