"""What was learned goes into the entries' files, and nothing else in them changes."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import exporting, knowledge
from bot.exporting import added
from bot.store import phrasings
from bot.store.engine import Store
from content.entry import parse_entry
from tests.conftest import NOW
from tests.knowing import BUS, settings_of, write

TRICKY = (
    "help: how",
    "- a bus",
    "what # is it",
    "'bus'",
    '"bus" pass',
    "null",
    "yes",
    "[bus]",
    "{bus}",
    "bus, train",
    "@bus",
    "50% off",
)


async def learned(store: Store, *words: str, entry: str = "bus-pass") -> None:
    async with store.transaction() as connection:
        for one in words:
            await phrasings.learn(connection, NOW, entry, one, 7)


async def run(store: Store, folder: Path, *, dry_run: bool = False) -> exporting.Exported:
    known = knowledge.load(settings_of(folder))
    return await exporting.export(store, known, NOW, dry_run=dry_run)


async def fresh(store: Store) -> list[str]:
    async with store.reading() as connection:
        return [one.words for one in await phrasings.learned(connection) if one.exported_at is None]


def questions(folder: Path, place: str = "travel/bus-pass") -> tuple[str, ...]:
    return knowledge.load(settings_of(folder)).written.entries[place.split("/")[1]].questions


async def test_the_exported_library_has_the_same_questions(sqlite_store: Store, tmp_path: Path) -> None:
    write(tmp_path)
    before = questions(tmp_path)
    await learned(sqlite_store, "coach permit", *TRICKY)
    done = await run(sqlite_store, tmp_path)
    assert (done.written, done.troubles) == (1 + len(TRICKY), [])
    assert questions(tmp_path) == (*before, "coach permit", *TRICKY)
    assert await fresh(sqlite_store) == []
    assert (await run(sqlite_store, tmp_path)).written == 0


async def test_every_other_byte_stays(sqlite_store: Store, tmp_path: Path) -> None:
    file = write(tmp_path) / "travel" / "bus-pass.md"
    before = file.read_bytes()
    await learned(sqlite_store, "coach permit")
    await run(sqlite_store, tmp_path)
    assert file.read_bytes() == before.replace(b"keywords:", b"  - coach permit\nkeywords:")


async def test_a_dry_run_shows_the_difference_and_changes_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    file = write(tmp_path) / "travel" / "bus-pass.md"
    before = file.read_bytes()
    await learned(sqlite_store, "coach permit")
    done = await run(sqlite_store, tmp_path, dry_run=True)
    assert "+++ b/travel/bus-pass.md" in done.diffs[0]
    assert "+  - coach permit\n" in done.diffs[0]
    assert done.diffs[0].count("\n+") == 2
    assert file.read_bytes() == before
    assert await fresh(sqlite_store) == ["coach permit"]


async def test_words_that_the_file_has_already_are_not_written_twice(sqlite_store: Store, tmp_path: Path) -> None:
    file = write(tmp_path) / "travel" / "bus-pass.md"
    before = file.read_bytes()
    await learned(sqlite_store, "can i get a bus pass")
    assert (await run(sqlite_store, tmp_path)).diffs == []
    assert file.read_bytes() == before
    assert await fresh(sqlite_store) == []


async def test_the_councils_own_file_is_written_to_where_the_entry_comes_from_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    national = write(tmp_path) / "travel" / "bus-pass.md"
    own = tmp_path / "council" / "entries" / "travel" / "bus-pass.md"
    own.parent.mkdir(parents=True)
    own.write_text(BUS.replace("title: Can", "title: How can"), encoding="utf-8")
    await learned(sqlite_store, "coach permit")
    await run(sqlite_store, tmp_path)
    assert "coach permit" in own.read_text(encoding="utf-8")
    assert "coach permit" not in national.read_text(encoding="utf-8")


async def test_a_file_that_changed_in_between_is_left_alone_and_the_others_go_on(
    sqlite_store: Store, tmp_path: Path
) -> None:
    file = write(tmp_path) / "travel" / "bus-pass.md"
    known = knowledge.load(settings_of(tmp_path))
    file.write_text(BUS.replace("who pays for the bus", "who pays 4 the bus"), encoding="utf-8")
    await learned(sqlite_store, "coach permit")
    await learned(sqlite_store, "weights room", entry="gym")
    await learned(sqlite_store, "some words", entry="no-such-entry")
    done = await exporting.export(sqlite_store, known, NOW, dry_run=False)
    assert done.written == 1
    assert [trouble.split(".")[0] for trouble in done.troubles] == [
        "bus-pass: its file was changed a moment ago", "no-such-entry: there is no such entry any more",
    ]  # fmt: skip
    assert await fresh(sqlite_store) == ["coach permit", "some words"]
    assert "coach permit" not in file.read_text(encoding="utf-8")


async def test_a_file_that_may_not_be_written_is_a_sentence(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)

    def full(self: Path, *given: object) -> int:
        raise OSError(28, "No space left on device")

    await learned(sqlite_store, "coach permit")
    known = knowledge.load(settings_of(tmp_path))
    monkeypatch.setattr(Path, "write_bytes", full)
    done = await exporting.export(sqlite_store, known, NOW, dry_run=False)
    assert done.troubles == [
        "bus-pass: its file can't be written (No space left on device). Its 1 new phrasings stay in the database."
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("  - ", "- "),
        lambda text: text.replace("  - ", "      - "),
        lambda text: text.replace("free bus pass for us\n", "free bus pass for us   # the end\n"),
        lambda text: text.replace("- is there a free bus pass for us", '- "is there a free bus pass for us"'),
        lambda text: text.replace("is there a free bus pass for us", "is there a free\n    bus pass for us"),
        lambda text: text.replace("keywords:", "# keywords come here\n\nkeywords:"),
    ],
)
def test_whatever_an_editor_made_of_the_file_a_line_finds_its_place(change: object) -> None:
    text = change(BUS)  # type: ignore[operator]
    before, _ = parse_entry(Path("travel/bus-pass.md"), text)
    grown = added(text, ["coach permit", "help: how"])
    after, faults = parse_entry(Path("travel/bus-pass.md"), grown)
    assert before is not None
    assert after is not None
    assert faults == []
    assert after.questions == (*before.questions, "coach permit", "help: how")
    assert [
        line for line in grown.splitlines() if "coach permit" not in line and "help: how" not in line
    ] == text.splitlines()


def test_questions_on_one_line_stay_on_one_line() -> None:
    lines = BUS.split("questions:\n")[1].split("keywords:")[0]
    inline = "questions: [" + ", ".join(line.strip()[2:] for line in lines.splitlines()) + "]\n"
    text = BUS.replace("questions:\n" + lines, inline)
    after, _ = parse_entry(Path("travel/bus-pass.md"), added(text, ["coach, permit", "bus"]))
    assert after is not None
    assert after.questions[-2:] == ("coach, permit", "bus")


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40)


@settings(max_examples=200, deadline=None)
@given(WORDS)
def test_any_words_read_back_as_they_were(words: str) -> None:
    words = " ".join(words.split())
    if not words:
        return
    after, faults = parse_entry(Path("travel/bus-pass.md"), added(BUS, [words]))
    assert after is not None, faults
    assert words in after.questions
